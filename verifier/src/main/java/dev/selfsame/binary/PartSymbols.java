package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.pe.ImportObject;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.binary.symbols.Owners;
import dev.selfsame.binary.symbols.SymbolRuns;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.BinaryFacts.Range;
import java.util.List;
import java.util.Optional;

/**
 * Whose the bytes of files within a file are: those of a universal file's slices, of an archive's
 * members. Each part's symbols own bytes of that part alone; their names sum over all of them.
 */
final class PartSymbols {
  private PartSymbols() {}

  /**
   * Whose the bytes of these ranges are; nobody's where no part has symbols.
   *
   * @param sheet has the parts, at their offsets in {@code bytes}
   */
  static Owners owners(ByteView bytes, List<Range> ranges, FactSheet sheet) {
    SymbolRuns all = new SymbolRuns(bytes);
    for (Part part : sheet.parts()) {
      FactSheet own = new FactSheet();
      Optional<SymbolRuns> runs =
          own.attempt(
              () -> runs(bytes.slice(part.offset(), part.size()).alone(), part, own),
              Optional.<SymbolRuns>empty());
      own.problems()
          .forEach(line ->
              sheet.problem(
                  "symbols of %s at offset %d: %s".formatted(part.name(), part.offset(), line)));
      if (runs.isPresent() && !all.addAll(runs.get(), part.offset())) {
        sheet.problem("of the symbols, the first %d are read".formatted(SymbolRuns.MAX));
        break;
      }
    }
    if (all.count() == 0) {
      return Owners.none();
    }
    Owners owners = Owners.of(all, ranges);
    sheet.put("mangling", ElfSymbols.mangling(owners.marks(), "string tables", bytes));
    return owners;
  }

  /** A part that has parts itself has none of its own. */
  private static Optional<SymbolRuns> runs(ByteView part, Part known, FactSheet own) {
    return switch (Format.of(part)) {
      case Format.Elf() -> ElfSymbols.runs(ElfFile.parse(part), own);
      case Format.Macho() ->
          MachoSymbols.runs(MachoFile.parse(part), known.fact("strip").value(), own);
      case Format.Pe() ->
          ImportObject.is(part) ? Optional.empty() : PeSymbols.runs(PeFile.parse(part), own);
      case Format.Universal(), Format.Ar() -> Optional.empty();
      case Format.Unread _, Format.Unknown _ -> Optional.empty();
    };
  }
}
