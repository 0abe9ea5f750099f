package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.macho.LoadCommand;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.macho.SymbolTable;
import dev.selfsame.binary.pe.CoffHeader;
import dev.selfsame.binary.pe.Imports;
import dev.selfsame.binary.pe.LoadConfig;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.binary.pe.Section;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whether functions of a Mach-O or PE file check that nothing was written over their frame. It
 * shows only where one does: code without buffers has no need to. As in ELF, "in part" may be a
 * library that is linked in.
 */
final class StackProtector {
  private static final String IN_PART = "yes, at least in part";
  private static final String CONFIG = "load configuration";
  private static final byte[] MACHO_HANDLER = name("___stack_chk_fail");
  private static final byte[] GNU_HANDLER = name("__stack_chk_fail");

  private static final int CHUNK = 1 << 16;

  /** Bytes of {@code mov r64, [rip + distance]}. */
  private static final int LOAD = 7;

  /** Compilers put the exclusive or right behind it, or a few instructions later. */
  private static final int BETWEEN = 16;

  private static final int RSP = 4;
  private static final int RBP = 5;

  private StackProtector() {}

  private static byte[] name(String function) {
    return (function + "\0").getBytes(StandardCharsets.US_ASCII);
  }

  /** A file that defines the handler itself is no sign: a library may have it for others. */
  static Fact of(MachoFile file) {
    Optional<LoadCommand.Symbols> command = file.first(LoadCommand.Symbols.class);
    if (command.isPresent()) {
      SymbolTable table = SymbolTable.of(file, command.get());
      for (long i = 0; i < table.count(); i++) {
        if (table.undefined(i) && table.named(i, MACHO_HANDLER)) {
          return inPart(
              List.of(new Evidence("symbol table", table.offset(i), "imports ___stack_chk_fail")));
        }
      }
    }
    return Fact.unknown();
  }

  /**
   * GNU's handler by its import; Microsoft's by code that mixes the cookie with a frame's address.
   * That there is a cookie proves nothing: Microsoft's run-time library brings it into everything.
   */
  static Fact of(PeFile file) {
    Optional<Evidence> imported = imported(file);
    if (imported.isPresent()) {
      return inPart(List.of(imported.get()));
    }
    Optional<LoadConfig> config = LoadConfig.read(file).filter(c -> c.cookie() != 0);
    return config.map(found -> cookie(file, found)).orElse(Fact.unknown());
  }

  private static Fact inPart(List<Evidence> evidence) {
    return new Fact(IN_PART, Grade.STRONG, evidence, List.of());
  }

  private static Optional<Evidence> imported(PeFile file) {
    List<Evidence> found = new ArrayList<>();
    Imports.read(
        file,
        name -> {
          if (found.isEmpty() && file.bytes().startsWith(name, GNU_HANDLER)) {
            found.add(new Evidence("import names", name, "imports __stack_chk_fail"));
          }
        });
    return found.stream().findFirst();
  }

  private static Fact cookie(PeFile file, LoadConfig config) {
    if (file.header().machine() != CoffHeader.AMD64) {
      return Fact.unknown(seen(config, "a security cookie; code for this machine is not searched"));
    }
    long base = file.optional().map(header -> header.imageBase()).orElse(0L);
    SearchLimit limit = new SearchLimit(file.bytes());
    PeSectionCategory category = new PeSectionCategory(file);
    for (Section section : file.sections()) {
      if (section.inFile() && category.of(section) == Category.CODE) {
        ByteView code = limit.of(file.content(section));
        OptionalLong place = mixed(code, config.cookie() - base - section.virtualAddress());
        if (place.isPresent()) {
          long at = code.start() + place.getAsLong();
          String what = "mixes the security cookie with the address of a frame";
          return inPart(
              List.of(new Evidence(section.name(), at, what), seen(config, "a security cookie")));
        }
      }
    }
    return Fact.unknown(seen(config, "a security cookie that no function is seen to mix"));
  }

  private static Evidence seen(LoadConfig config, String what) {
    return new Evidence(CONFIG, config.offset(), what);
  }

  /**
   * Where code loads the cookie and mixes it with RSP or RBP. The library's own code that makes the
   * cookie loads it too, but to compare it with a constant.
   *
   * @param cookie its place, as far as the code's from the image's base
   */
  private static OptionalLong mixed(ByteView code, long cookie) {
    byte[] chunk = new byte[(int) Math.min(CHUNK, code.size())];
    for (long at = 0; at + LOAD < code.size(); at += CHUNK - LOAD - BETWEEN) {
      int n = code.copyInto(chunk, at, chunk.length);
      for (int i = 0; i + LOAD <= n; i++) {
        if (loads(chunk, i)) {
          long target = at + i + LOAD + distance(chunk, i + 3);
          int register = ((chunk[i + 2] >>> 3) & 7) | ((chunk[i] & 4) << 1);
          int end = Math.min(n, i + LOAD + BETWEEN);
          if (target == cookie && mixes(chunk, i + LOAD, end, register)) {
            return OptionalLong.of(at + i);
          }
        }
      }
    }
    return OptionalLong.empty();
  }

  /** {@code mov r64, [rip + distance]}: REX.W, with or without REX.R, 8B, and mod 0 with r/m 5. */
  private static boolean loads(byte[] code, int at) {
    return (code[at] & 0xfb) == 0x48
        && (code[at + 1] & 0xff) == 0x8b
        && (code[at + 2] & 0xc7) == 0x05;
  }

  private static int distance(byte[] code, int at) {
    return (code[at] & 0xff)
        | ((code[at + 1] & 0xff) << 8)
        | ((code[at + 2] & 0xff) << 16)
        | (code[at + 3] << 24);
  }

  /** {@code xor register, rsp} or {@code rbp}, in either of its encodings (33 and 31). */
  private static boolean mixes(byte[] code, int from, int end, int register) {
    for (int i = from; i + 3 <= end; i++) {
      boolean into = code[i + 1] == 0x33;
      if ((into || code[i + 1] == 0x31)
          && (code[i] & 0xfa) == 0x48
          && (code[i + 2] & 0xc0) == 0xc0) {
        // REX.R and REX.B are the highest bits of the two operands.
        int first = ((code[i + 2] >>> 3) & 7) | ((code[i] & 4) << 1);
        int second = (code[i + 2] & 7) | ((code[i] & 1) << 3);
        int frame = into ? second : first;
        if ((into ? first : second) == register && (frame == RSP || frame == RBP)) {
          return true;
        }
      }
    }
    return false;
  }
}
