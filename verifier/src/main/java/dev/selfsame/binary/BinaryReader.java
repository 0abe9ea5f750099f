package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.pe.ImportObject;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.binary.symbols.Owners;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
   * The same, names taken from what was split off the file.
   *
   * @param debugFile has the file's build-id
   * @throws dev.selfsame.outcome.Failure as {@link #read(Path)}, and (usage) where the debug file
   *     is another program's
   */
  public static BinaryFacts read(Path path, Path debugFile) {
    try (BinaryFile file = BinaryFile.open(path);
        DebugFile debug = DebugFile.open(debugFile)) {
      file.join(debug);
      return file.facts();
    }
  }

  /**
   * Whether a file's format is one that is read in parts; a look at its beginning tells.
   *
   * @throws dev.selfsame.outcome.Failure as {@link #read(Path)}
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
  static Owners owners(
      ByteView bytes, @Nullable DebugFile debug, List<Range> ranges, FactSheet sheet) {
    // Not by a switch over types: its bootstrap would cost a short run some milliseconds.
    Format format = Format.of(bytes);
    Owners none = Owners.none();
    if (format instanceof Format.Elf) {
      return sheet.attempt(() -> elf(ElfFile.parse(bytes), debug, ranges, sheet), none);
    } else if (format instanceof Format.Macho) {
      return sheet.attempt(() -> MachoSymbols.owners(MachoFile.parse(bytes), ranges, sheet), none);
    } else if (format instanceof Format.Pe) {
      return ImportObject.is(bytes)
          ? none
          : sheet.attempt(() -> PeSymbols.owners(PeFile.parse(bytes), ranges, sheet), none);
    }
    return format instanceof Format.Universal || format instanceof Format.Ar
        ? PartSymbols.owners(bytes, ranges, sheet)
        : none;
  }

  /** A program's own symbols come before those that were split off it. */
  private static Owners elf(
      ElfFile file, @Nullable DebugFile debug, List<Range> ranges, FactSheet sheet) {
    Owners own = ElfSymbols.owners(file, ranges, sheet);
    if (debug == null) {
      return own;
    }
    sheet.put("debug-file", debug.fact());
    return own.isEmpty() ? ElfSymbols.owners(file, debug.elf(), ranges, sheet) : own;
  }
}
