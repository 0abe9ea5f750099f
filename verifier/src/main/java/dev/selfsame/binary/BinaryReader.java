package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.symbols.Owners;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import java.nio.file.Path;
import java.util.List;

/** Reads binaries. */
public final class BinaryReader {
  private BinaryReader() {}

  /**
   * What a file says of itself. A malformed file gives what could be read, with {@code problems}.
   *
   * @throws dev.selfsame.outcome.Failure exit 2 where there is no such file; exit 3 where it is a
   *     folder or a device, empty, or not to be read
   */
  public static BinaryFacts read(Path path) {
    try (BinaryFile file = BinaryFile.open(path)) {
      return file.facts();
    }
  }

  /**
   * Whether a file's format is one that is read in parts; a look at its beginning tells.
   *
   * @throws dev.selfsame.outcome.Failure as {@link #read}
   */
  public static boolean reads(Path path) {
    try (BinaryFile file = BinaryFile.open(path)) {
      Format format = file.reading(() -> Format.of(file.bytes()));
      return !(format instanceof Format.Unread || format instanceof Format.Unknown);
    }
  }

  static BinaryFacts facts(BinaryFile file) {
    file.hashAside();
    ByteView bytes = file.bytes();
    FactSheet sheet = new FactSheet();
    List<Range> ranges = Readers.ranges(bytes, sheet, 0);
    return new BinaryFacts(
        BinaryFacts.SCHEMA,
        file.name(),
        bytes.size(),
        file.sha256(),
        ranges,
        Nested.categories(ranges),
        sheet.facts(),
        sheet.parts(),
        file.owners(ranges, sheet).composition(),
        sheet.problems());
  }

  /** Whose the bytes of a file's ranges are. */
  static Owners owners(ByteView bytes, List<Range> ranges, FactSheet sheet) {
    Format format = Format.of(bytes);
    Owners none = Owners.none();
    if (format instanceof Format.Elf) {
      return sheet.attempt(() -> ElfSymbols.owners(ElfFile.parse(bytes), ranges, sheet), none);
    }
    return format instanceof Format.Macho
        ? sheet.attempt(() -> MachoSymbols.owners(MachoFile.parse(bytes), ranges, sheet), none)
        : none;
  }
}
