package dev.selfsame.binary.macho;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.macho.LoadCommand.Frame;
import dev.selfsame.binary.macho.LoadCommand.Tool;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Reads one load command at a time, and numbers segments and sections as they come.
 *
 * <p>Every method here throws {@link dev.selfsame.binary.bytes.MalformedInputException} where the
 * command is too short for what it has to hold.
 */
final class CommandReader {
  /** A thread's registers are in groups: a flavour, a count of words, the words. */
  private static final int MAX_GROUPS = 64;

  /** An object of Swift has some dozens, in a command each. */
  private static final int MAX_OPTIONS = 1 << 12;

  private final MachoHeader header;
  private int segments;
  private int sections;

  CommandReader(MachoHeader header) {
    this.header = header;
  }

  /** The command that {@code view} holds, no byte more. */
  LoadCommand read(Frame frame, ByteView view) {
    long number = frame.number();
    if (number == Commands.SEGMENT || number == Commands.SEGMENT_64) {
      return segment(frame, view, number == Commands.SEGMENT_64);
    } else if (number == Commands.SYMTAB) {
      return new LoadCommand.Symbols(frame, view.u32(8), view.u32(12), extent(view, 16));
    } else if (number == Commands.DYSYMTAB) {
      return dynamicSymbols(frame, view);
    } else if (isDylib(number)) {
      return new LoadCommand.Dylib(frame, Texts.named(view, 8), view.u32(16), view.u32(20));
    } else if (number == Commands.DYLD_INFO || number == Commands.DYLD_INFO_ONLY) {
      return new LoadCommand.DyldInfo(
          frame,
          extent(view, 8),
          extent(view, 16),
          extent(view, 24),
          extent(view, 32),
          extent(view, 40));
    } else if (isTable(number)) {
      return new LoadCommand.Table(frame, extent(view, 8));
    } else if (isText(number)) {
      return new LoadCommand.Text(frame, Texts.named(view, 8));
    }
    return number == Commands.MAIN || number == Commands.UUID
        ? identity(frame, view)
        : versions(frame, view);
  }

  private static LoadCommand identity(Frame frame, ByteView view) {
    return frame.number() == Commands.UUID
        ? new LoadCommand.Uuid(frame, HexFormat.of().formatHex(view.copy(8, 16)))
        : new LoadCommand.Main(frame, view.i64(8), view.i64(16));
  }

  private LoadCommand versions(Frame frame, ByteView view) {
    long number = frame.number();
    if (number == Commands.BUILD_VERSION) {
      return buildVersion(frame, view);
    } else if (number == Commands.VERSION_MIN_MACOSX
        || number == Commands.VERSION_MIN_IPHONEOS
        || number == Commands.VERSION_MIN_TVOS
        || number == Commands.VERSION_MIN_WATCHOS) {
      return new LoadCommand.MinimumVersion(frame, view.u32(8), view.u32(12));
    } else if (number == Commands.SOURCE_VERSION) {
      return new LoadCommand.SourceVersion(frame, view.i64(8));
    } else if (number == Commands.ENCRYPTION_INFO || number == Commands.ENCRYPTION_INFO_64) {
      return new LoadCommand.Encryption(frame, extent(view, 8), view.u32(16));
    } else if (number == Commands.LINKER_OPTION) {
      return linkerOptions(frame, view);
    } else if (number == Commands.THREAD || number == Commands.UNIXTHREAD) {
      return new LoadCommand.Registers(frame, counter(view));
    }
    return rare(frame, view);
  }

  private static LoadCommand rare(Frame frame, ByteView view) {
    long number = frame.number();
    if (number == Commands.NOTE) {
      return new LoadCommand.Note(
          frame, Texts.fixed(view, 8, 16), new Extent(view.i64(24), view.i64(32)));
    } else if (number == Commands.FILESET_ENTRY) {
      return new LoadCommand.FilesetEntry(frame, Texts.named(view, 24), view.i64(8), view.i64(16));
    } else if (number == Commands.TWOLEVEL_HINTS) {
      return new LoadCommand.Hints(frame, view.u32(8), view.u32(12));
    } else if (number == Commands.SYMSEG) {
      return new LoadCommand.SymbolSegment(frame, extent(view, 8));
    } else if (number == Commands.ROUTINES || number == Commands.ROUTINES_64) {
      return new LoadCommand.Routines(frame, view.word(8, number == Commands.ROUTINES_64));
    } else if (number == Commands.PREBIND_CKSUM) {
      return new LoadCommand.PrebindChecksum(frame, view.u32(8));
    }
    return Commands.known(number) ? new LoadCommand.Plain(frame) : new LoadCommand.Unknown(frame);
  }

  private static boolean isDylib(long number) {
    return number == Commands.LOAD_DYLIB
        || number == Commands.ID_DYLIB
        || number == Commands.LOAD_WEAK_DYLIB
        || number == Commands.REEXPORT_DYLIB
        || number == Commands.LAZY_LOAD_DYLIB
        || number == Commands.LOAD_UPWARD_DYLIB;
  }

  private static boolean isTable(long number) {
    return number == Commands.CODE_SIGNATURE
        || number == Commands.SEGMENT_SPLIT_INFO
        || number == Commands.FUNCTION_STARTS
        || number == Commands.DATA_IN_CODE
        || number == Commands.DYLIB_CODE_SIGN_DRS
        || number == Commands.LINKER_OPTIMIZATION_HINT
        || number == Commands.DYLD_EXPORTS_TRIE
        || number == Commands.DYLD_CHAINED_FIXUPS
        || number == Commands.ATOM_INFO
        || number == Commands.FUNCTION_VARIANTS
        || number == Commands.FUNCTION_VARIANT_FIXUPS;
  }

  /** Dylinkers, run paths, environment, frameworks, umbrellas, clients, libraries, triples. */
  private static boolean isText(long number) {
    return number == Commands.LOAD_DYLINKER
        || number == Commands.RPATH
        || number == 0xf
        || number == 0x27
        || number == 0x39
        || (number >= 0x12 && number <= 0x15);
  }

  private static Extent extent(ByteView view, long at) {
    return new Extent(view.u32(at), view.u32(at + 4));
  }

  private LoadCommand segment(Frame frame, ByteView view, boolean wide) {
    int word = wide ? 8 : 4;
    int rest = 24 + 4 * word;
    Segment segment =
        new Segment(
            segments++,
            Texts.fixed(view, 8, 16),
            view.word(24, wide),
            view.word(24 + word, wide),
            view.word(24 + 2 * word, wide),
            view.word(24 + 3 * word, wide),
            view.u32(rest),
            view.u32(rest + 4),
            view.u32(rest + 12));
    int entry = wide ? 80 : 68;
    int count = view.count(rest + 16, view.u32(rest + 8), entry);
    List<Section> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(section(view.slice(rest + 16 + (long) i * entry, entry), segment, wide));
    }
    return new LoadCommand.SegmentLoad(frame, segment, all);
  }

  private Section section(ByteView view, Segment holder, boolean wide) {
    int rest = wide ? 48 : 40;
    return new Section(
        ++sections,
        Texts.fixed(view, 16, 16),
        Texts.fixed(view, 0, 16),
        view.word(32, wide),
        view.word(wide ? 40 : 36, wide),
        view.u32(rest),
        view.u32(rest + 4),
        view.u32(rest + 8),
        view.u32(rest + 12),
        view.u32(rest + 16),
        view.u32(rest + 20),
        view.u32(rest + 24),
        holder);
  }

  private static LoadCommand dynamicSymbols(Frame frame, ByteView view) {
    return new LoadCommand.DynamicSymbols(
        frame,
        extent(view, 8),
        extent(view, 16),
        extent(view, 24),
        extent(view, 32),
        extent(view, 40),
        extent(view, 48),
        extent(view, 56),
        extent(view, 64),
        extent(view, 72));
  }

  private static LoadCommand buildVersion(Frame frame, ByteView view) {
    int count = view.count(24, view.u32(20), 8);
    List<Tool> tools = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tools.add(new Tool(view.u32(24 + 8L * i), view.u32(28 + 8L * i)));
    }
    return new LoadCommand.BuildVersion(frame, view.u32(8), view.u32(12), view.u32(16), tools);
  }

  private static LoadCommand linkerOptions(Frame frame, ByteView view) {
    long count = view.u32(8);
    if (count > MAX_OPTIONS) {
      throw view.malformed(8, "%d linker options: not believed".formatted(count));
    }
    List<String> options = new ArrayList<>();
    for (long at = 12; options.size() < count; ) {
      if (at >= view.size()) {
        throw view.malformed(8, "%d linker options: fewer are there".formatted(count));
      }
      options.add(Texts.fixed(view, at, (int) Math.min(4096, view.size() - at)));
      while (at < view.size() && view.u8(at) != 0) {
        at++;
      }
      at++;
    }
    return new LoadCommand.LinkerOptions(frame, options);
  }

  /** Source: {@code mach/ARCH/thread_status.h}: flavour and place of the program counter. */
  private Optional<Long> counter(ByteView view) {
    long at = 8;
    for (int i = 0; i < MAX_GROUPS && at + 8 <= view.size(); i++) {
      long flavour = view.u32(at);
      long words = view.u32(at + 4);
      ByteView state = view.slice(at + 8, 4 * words);
      Optional<Long> counter =
          switch (header.cpu().type()) {
            case Cpu.X86 -> word(state, flavour == 1, 40, false);
            case Cpu.X86_64 -> word(state, flavour == 4, 128, true);
            case Cpu.ARM -> word(state, flavour == 1, 60, false);
            case Cpu.ARM64 -> word(state, flavour == 6, 256, true);
            case Cpu.POWERPC -> word(state, flavour == 1, 0, false);
            case Cpu.POWERPC64 -> word(state, flavour == 5, 0, true);
            default -> Optional.empty();
          };
      if (counter.isPresent()) {
        return counter;
      }
      at += 8 + 4 * words;
    }
    return Optional.empty();
  }

  private static Optional<Long> word(ByteView state, boolean wanted, long at, boolean wide) {
    return wanted ? Optional.of(state.word(at, wide)) : Optional.empty();
  }
}
