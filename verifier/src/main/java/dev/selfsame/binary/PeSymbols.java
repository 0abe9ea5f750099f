package dev.selfsame.binary;

import dev.selfsame.binary.pe.CoffSymbol;
import dev.selfsame.binary.pe.PeFile;
import dev.selfsame.binary.pe.Section;
import dev.selfsame.binary.pe.SymbolTable;
import dev.selfsame.binary.rust.CodegenMarks;
import dev.selfsame.binary.rust.Mark;
import dev.selfsame.binary.symbols.Owners;
import dev.selfsame.binary.symbols.SymbolRuns;
import dev.selfsame.evidence.BinaryFacts.Range;
import java.util.List;
import java.util.Optional;

/**
 * Where the symbols of a PE image or COFF object have their bytes. COFF's table, which GNU's linker
 * keeps in images and Microsoft's never does; what a PDB names is elsewhere. It has no sizes: a
 * symbol reaches to the next, or to the end of its section.
 */
final class PeSymbols {
  private PeSymbols() {}

  /** Whose the bytes of these ranges are; nobody's where there is no symbol table. */
  static Owners owners(PeFile file, List<Range> ranges, FactSheet sheet) {
    Optional<SymbolRuns> runs = runs(file, sheet);
    if (runs.isEmpty() || runs.get().count() == 0) {
      return Owners.none();
    }
    Owners owners = Owners.of(runs.get(), ranges);
    sheet.put("mangling", ElfSymbols.mangling(owners.marks(), "string table", file.bytes()));
    if (file.image()) {
      Optional<Mark> thinned =
          ElfSymbols.mark("string table", file.bytes(), owners.marks().thinnedAt());
      sheet.put("lto", CodegenMarks.ltoByNames(thinned, "string table"));
      UnitNames.again(sheet, () -> UnitNames.of(file, owners.crateCode()));
    }
    return owners;
  }

  /** The symbols that stand in a section; their names are in the file. */
  static Optional<SymbolRuns> runs(PeFile file, FactSheet sheet) {
    return file.symbols().filter(table -> table.count() > 0).map(table -> read(file, table, sheet));
  }

  private static SymbolRuns read(PeFile file, SymbolTable table, FactSheet sheet) {
    SymbolRuns runs = new SymbolRuns(file.bytes());
    CoffSymbol.read(
        file,
        table,
        symbol -> {
          if (!owns(symbol, file) || add(runs, file, symbol)) {
            return true;
          }
          sheet.problem(
              "%d symbols, of which the first %d are read"
                  .formatted(table.count(), SymbolRuns.MAX));
          return false;
        });
    return runs;
  }

  private static boolean owns(CoffSymbol symbol, PeFile file) {
    int kind = symbol.storageClass();
    boolean seen =
        kind == CoffSymbol.EXTERNAL
            || kind == CoffSymbol.STATIC
            || kind == CoffSymbol.LABEL
            || kind == CoffSymbol.WEAK;
    boolean within = symbol.section() > 0 && symbol.section() <= file.sections().size();
    return seen && within && !symbol.sectionItself();
  }

  private static boolean add(SymbolRuns runs, PeFile file, CoffSymbol symbol) {
    Section section = file.sections().get(symbol.section() - 1);
    if (!section.inFile() || symbol.value() >= section.contentSize()) {
      return true;
    }
    long offset = section.rawOffset() + symbol.value();
    long size = file.bytes().available(offset, section.contentSize() - symbol.value());
    byte binding =
        switch (symbol.storageClass()) {
          case CoffSymbol.EXTERNAL -> SymbolRuns.GLOBAL;
          case CoffSymbol.WEAK -> SymbolRuns.WEAK;
          default -> SymbolRuns.LOCAL;
        };
    long name = symbol.inline() ? SymbolRuns.inline(symbol.name()) : symbol.name();
    return size <= 0 || runs.add(offset, size, name, binding, SymbolRuns.NO_UNIT);
  }
}
