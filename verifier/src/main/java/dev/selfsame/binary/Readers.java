package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.pe.ImportObject;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import java.util.List;

/** One reader a format: each puts facts on a sheet and gives ranges that hold every byte once. */
final class Readers {
  private Readers() {}

  /**
   * Reads a file, or a file within a file.
   *
   * @param bytes all of it; offsets count from its beginning
   * @param depth how many files it lies in: within another, not to know a format is no problem
   */
  static List<Range> ranges(ByteView bytes, FactSheet sheet, int depth) {
    if (bytes.size() == 0) {
      return List.of();
    }
    return switch (Format.of(bytes)) {
      case Format.Elf() -> elf(bytes, sheet);
      case Format.Macho() -> macho(bytes, sheet);
      case Format.Universal() -> UniversalFile.read(bytes, sheet, depth);
      case Format.Pe() -> pe(bytes, sheet);
      case Format.Ar() -> ArReader.read(bytes, sheet, depth);
      case Format.Unread unread -> unread(bytes, unread, sheet, depth);
      case Format.Unknown() -> unknown(bytes, sheet, depth);
    };
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
      ElfCode.read(file, sheet);
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
      MachoCode.read(file, sheet);
      return ranges;
    } catch (MalformedInputException e) {
      sheet.problem(e);
      return whole(bytes);
    }
  }

  private static List<Range> pe(ByteView bytes, FactSheet sheet) {
    try {
      if (ImportObject.is(bytes)) {
        return PeIdentity.importObject(ImportObject.parse(bytes), bytes, sheet);
      }
      PeFile file = PeFile.parse(bytes);
      PeIdentity.format(file, sheet);
      file.problems().forEach(sheet::problem);
      List<Range> ranges = PeRanges.of(file, sheet);
      PeIdentity.read(file, sheet);
      PeDebug.read(file, sheet);
      PeToolchain.read(file, sheet);
      PeCode.read(file, sheet);
      return ranges;
    } catch (MalformedInputException e) {
      sheet.problem(e);
      return whole(bytes);
    }
  }

  private static List<Range> unread(
      ByteView bytes, Format.Unread format, FactSheet sheet, int depth) {
    Evidence magic = new Evidence("file", 0, format.magic());
    sheet.put("format", new Fact(format.name(), format.grade(), List.of(magic), List.of()));
    if (depth == 0) {
      sheet.problem("%s: not read, only its size and digest are known".formatted(format.name()));
    }
    return whole(bytes);
  }

  private static List<Range> unknown(ByteView bytes, FactSheet sheet, int depth) {
    sheet.put("format", Fact.unknown());
    if (depth == 0) {
      sheet.problem("no known format: not read, only its size and digest are known");
    }
    return whole(bytes);
  }

  private static List<Range> whole(ByteView bytes) {
    return List.of(new Range("whole file", Category.OTHER, 0, bytes.size()));
  }
}
