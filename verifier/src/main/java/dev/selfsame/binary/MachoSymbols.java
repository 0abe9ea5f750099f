package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.macho.LoadCommand;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.macho.MachoHeader;
import dev.selfsame.binary.macho.Section;
import dev.selfsame.binary.macho.SymbolTable;
import dev.selfsame.binary.rust.CodegenMarks;
import dev.selfsame.binary.rust.Mark;
import dev.selfsame.binary.symbols.Owners;
import dev.selfsame.binary.symbols.SymbolRuns;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Fact;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where the symbols of a thin Mach-O file have their bytes. Mach-O knows no sizes: each symbol is
 * said to reach to the end of its section, and because of those that are open the last begun owns a
 * byte, it ends where the next begins. Source: {@code nlist.h}.
 */
final class MachoSymbols {
  private MachoSymbols() {}

  /**
   * Whose the bytes of these ranges are; nobody's where the file is stripped. A symbol reaches to
   * the next one, so the few that stripping leaves would own what was others'.
   */
  static Owners owners(MachoFile file, List<Range> ranges, FactSheet sheet) {
    String strip = sheet.facts().getOrDefault("strip", Fact.unknown()).value();
    Optional<SymbolTable> table = table(file, strip);
    if (table.isEmpty()) {
      return Owners.none();
    }
    Owners owners = Owners.of(read(file, table.get(), sheet), ranges);
    ByteView names = table.get().names();
    sheet.put("mangling", ElfSymbols.mangling(owners.marks(), "string table", names));
    if (file.header().type() != MachoHeader.TYPE_OBJECT) {
      Optional<Mark> thinned = ElfSymbols.mark("string table", names, owners.marks().thinnedAt());
      sheet.put("lto", CodegenMarks.ltoByNames(thinned, "string table"));
      UnitNames.again(sheet, () -> UnitNames.of(file, owners.crateCode()));
    }
    return owners;
  }

  /**
   * The symbols alone; their names are in the file's string table.
   *
   * @param strip the file's strip state
   */
  static Optional<SymbolRuns> runs(MachoFile file, String strip, FactSheet sheet) {
    return table(file, strip).map(table -> read(file, table, sheet));
  }

  private static Optional<SymbolTable> table(MachoFile file, String strip) {
    return strip.equals("full") || strip.equals("debug-stripped")
        ? file.all(LoadCommand.Symbols.class).findFirst().map(c -> SymbolTable.of(file, c))
        : Optional.empty();
  }

  private static SymbolRuns read(MachoFile file, SymbolTable table, FactSheet sheet) {
    Map<Integer, Section> sections =
        file.sections().stream()
            .filter(Section::inFile)
            .collect(Collectors.toMap(Section::ordinal, Function.identity()));
    SymbolRuns runs = new SymbolRuns(table.names());
    for (long i = 0; i < table.count(); i++) {
      Section section = table.inSection(i) ? sections.get(table.section(i)) : null;
      // The header's own symbol names a section that it does not stand in.
      if (section == null || !section.holdsAddress(table.value(i))) {
        continue;
      }
      long within = table.value(i) - section.address();
      long offset = section.offset() + within;
      long size = file.bytes().available(offset, section.size() - within);
      byte seen = table.external(i) ? SymbolRuns.GLOBAL : SymbolRuns.LOCAL;
      byte binding = (byte) (seen | SymbolRuns.UNDERSCORED);
      if (size > 0 && !runs.add(offset, size, table.nameOffset(i), binding, SymbolRuns.NO_UNIT)) {
        sheet.problem(
            "%d symbols, of which the first %d are read".formatted(table.count(), SymbolRuns.MAX));
        break;
      }
    }
    return runs;
  }
}
