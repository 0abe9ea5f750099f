package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.macho.FatFile;
import dev.selfsame.binary.macho.MachoHeader;
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
          new Magic("ar archive", '!', '<', 'a', 'r', 'c', 'h', '>', '\n'),
          new Magic("thin ar archive", '!', '<', 't', 'h', 'i', 'n', '>', '\n'),
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
    for (Magic magic : MAGICS) {
      if (magic.startsWith(file)) {
        return new Unread(magic.name(), "its magic number");
      }
    }
    if (isPe(file)) {
      return new Unread("PE/COFF", "magic MZ, and PE at the offset that it names");
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

  private static boolean isPe(ByteView file) {
    return file.startsWith(0, new byte[] {'M', 'Z'})
        && file.holds(0x3c, 4)
        && file.startsWith(file.u32(0x3c), new byte[] {'P', 'E', 0, 0});
  }
}
