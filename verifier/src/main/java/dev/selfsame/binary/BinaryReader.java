package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Composition;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

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

  static BinaryFacts facts(BinaryFile file) {
    ByteView bytes = file.bytes();
    FactSheet sheet = new FactSheet();
    List<Range> ranges = ranges(bytes, sheet);
    return new BinaryFacts(
        BinaryFacts.SCHEMA,
        file.name(),
        bytes.size(),
        file.sha256(),
        ranges,
        categories(ranges),
        sheet.facts(),
        sheet.parts(),
        Composition.none(),
        sheet.problems());
  }

  /** Reads a file, or a file within a file: its facts into {@code sheet}, every byte once. */
  static List<Range> ranges(ByteView bytes, FactSheet sheet) {
    return switch (Format.of(bytes)) {
      case Format.Elf() -> elf(bytes, sheet);
      case Format.Macho() -> macho(bytes, sheet);
      case Format.Universal() -> UniversalFile.read(bytes, sheet);
      case Format.Unread unread -> unread(bytes, unread, sheet);
      case Format.Unknown() -> unknown(bytes, sheet);
    };
  }

  /** Bytes by category. */
  static Map<Category, Long> categories(List<Range> ranges) {
    Map<Category, Long> categories = new EnumMap<>(Category.class);
    for (Range range : ranges) {
      categories.merge(range.category(), range.size(), Long::sum);
    }
    return categories;
  }

  private static List<Range> elf(ByteView bytes, FactSheet sheet) {
    sheet.put("format", Fact.certain("ELF", new Evidence("ELF header", 0, "magic 7f 45 4c 46")));
    try {
      ElfFile file = ElfFile.parse(bytes);
      file.problems().forEach(sheet::problem);
      List<Range> ranges = ElfRanges.of(file, sheet);
      ElfIdentity.read(file, sheet);
      ElfHardening.read(file, sheet);
      ElfDebug.read(file, sheet);
      ElfToolchain.read(file, sheet);
      return ranges;
    } catch (MalformedInputException e) {
      sheet.problem(e);
      return whole(bytes);
    }
  }

  private static List<Range> macho(ByteView bytes, FactSheet sheet) {
    Evidence magic = new Evidence("Mach-O header", bytes.start(), "magic fe ed fa ce or cf");
    sheet.put("format", Fact.certain("Mach-O", magic));
    try {
      MachoFile file = MachoFile.parse(bytes);
      file.problems().forEach(sheet::problem);
      List<Range> ranges = MachoRanges.of(file, sheet);
      MachoIdentity.read(file, sheet);
      MachoSignature.read(file, sheet);
      MachoDebug.read(file, sheet);
      MachoTables.read(file, sheet);
      MachoToolchain.read(file, sheet);
      return ranges;
    } catch (MalformedInputException e) {
      sheet.problem(e);
      return whole(bytes);
    }
  }

  private static List<Range> unread(ByteView bytes, Format.Unread format, FactSheet sheet) {
    Evidence magic = new Evidence("file", bytes.start(), format.magic());
    sheet.put("format", new Fact(format.name(), format.grade(), List.of(magic), List.of()));
    sheet.problem("%s: not read, only its size and digest are known".formatted(format.name()));
    return whole(bytes);
  }

  private static List<Range> unknown(ByteView bytes, FactSheet sheet) {
    sheet.put("format", Fact.unknown());
    sheet.problem("no known format: not read, only its size and digest are known");
    return whole(bytes);
  }

  private static List<Range> whole(ByteView bytes) {
    return List.of(new Range("whole file", Category.OTHER, 0, bytes.size()));
  }
}
