package dev.selfsame.binary;

import dev.selfsame.binary.ar.ArFile;
import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.macho.FatFile;
import dev.selfsame.binary.macho.MachoHeader;
import dev.selfsame.binary.pe.CoffHeader;
import dev.selfsame.binary.pe.DosHeader;
import dev.selfsame.evidence.Fact.Grade;
import java.util.Arrays;
import java.util.List;

/** A file's format by its magic number, named only where that leaves no doubt. */
sealed interface Format {

  /** ELF, which is read. */
  record Elf() implements Format {}

  /** Mach-O, which is read. */
  record Macho() implements Format {}

  /** A universal file: Mach-O files for several processors, each of which is read. */
  record Universal() implements Format {}

  /** A PE image or a COFF object, which are read. */
  record Pe() implements Format {}

  /** An {@code ar} archive, whose members are read. */
  record Ar() implements Format {}

  /**
   * A format that is known by its magic number and not read.
   *
   * @param name for people, such as {@code WebAssembly}
   * @param magic what was seen
   * @param grade how much that proves
   */
  record Unread(String name, String magic, Grade grade) implements Format {
    Unread(String name, String magic) {
      this(name, magic, Grade.CERTAIN);
    }
  }

  /** No magic number that is known here. */
  record Unknown() implements Format {}

  /** Magic numbers that stand at offset 0 and are no other format's. */
  List<Magic> MAGICS =
      List.of(
          new Magic("WebAssembly", 0, 'a', 's', 'm'),
          new Magic("gzip", 0x1f, 0x8b, 8),
          new Magic("zstd", 0x28, 0xb5, 0x2f, 0xfd),
          new Magic("xz", 0xfd, '7', 'z', 'X', 'Z', 0),
          new Magic("zip archive", 'P', 'K', 3, 4));

  /** A magic number and its format. */
  record Magic(String name, List<Integer> wanted) {
    Magic(String name, int... wanted) {
      this(name, Arrays.stream(wanted).boxed().toList());
    }

    boolean startsWith(ByteView file) {
      byte[] raw = new byte[wanted.size()];
      for (int i = 0; i < raw.length; i++) {
        raw[i] = wanted.get(i).byteValue();
      }
      return file.startsWith(0, raw);
    }
  }

  /** The format of a file that has at least one byte. */
  static Format of(ByteView file) {
    if (ElfHeader.isElf(file)) {
      return new Elf();
    } else if (MachoHeader.isMacho(file)) {
      return new Macho();
    } else if (FatFile.isFat(file)) {
      return new Universal();
    }
    if (ArFile.is(file)) {
      return new Ar();
    }
    for (Magic magic : MAGICS) {
      if (magic.startsWith(file)) {
        return new Unread(magic.name(), "its magic number");
      }
    }
    if (DosHeader.isImage(file) || CoffHeader.isObject(file)) {
      return new Pe();
    }
    if (isScript(file)) {
      return new Unread("script", "#! and a path");
    }
    return Text.is(file)
        ? new Unread("text", "printable text without a NUL", Grade.MEDIUM)
        : new Unknown();
  }

  /** A Rust source file may begin with {@code #![} and is no script. */
  private static boolean isScript(ByteView file) {
    return file.startsWith(0, new byte[] {'#', '!', '/'})
        || file.startsWith(0, new byte[] {'#', '!', ' ', '/'});
  }
}
