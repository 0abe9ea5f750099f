package dev.selfsame.binary;

import dev.selfsame.binary.macho.Commands;
import dev.selfsame.binary.macho.LoadCommand;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.macho.Section;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** In which form a Mach-O file has its relocations and its unwind tables. */
final class MachoTables {
  private static final Set<String> COMPACT = Set.of("__unwind_info", "__compact_unwind");

  private MachoTables() {}

  static void read(MachoFile file, FactSheet sheet) {
    sheet.put("relocation-format", relocations(file));
    sheet.put("unwind-format", unwind(file));
  }

  /** How pointers are fixed when the file is loaded. */
  private static Fact relocations(MachoFile file) {
    Optional<LoadCommand.Table> chained = file.table(Commands.DYLD_CHAINED_FIXUPS);
    if (chained.isPresent()) {
      return fact("chained fixups", file, chained.get());
    }
    Optional<LoadCommand.DyldInfo> opcodes = file.first(LoadCommand.DyldInfo.class);
    if (opcodes.isPresent()) {
      return fact("dyld opcodes", file, opcodes.get());
    }
    if (!file.allCommands()) {
      return Fact.unknown();
    }
    Optional<LoadCommand.DynamicSymbols> classic =
        file.first(LoadCommand.DynamicSymbols.class)
            .filter(c -> c.externalRelocations().size() + c.localRelocations().size() > 0);
    if (classic.isPresent()) {
      return fact("relocation tables", file, classic.get());
    }
    return file.sections().stream()
        .filter(section -> section.relocationCount() > 0)
        .findFirst()
        .map(section ->
            Fact.certain(
                "object relocations",
                new Evidence(
                    "relocations of " + section.fullName(),
                    file.place(section.relocationOffset()),
                    "%d relocations".formatted(section.relocationCount()))))
        .orElseGet(() -> Fact.certain("none", new Evidence("load commands", -1, "no relocations")));
  }

  private static Fact fact(String value, MachoFile file, LoadCommand command) {
    LoadCommand.Frame frame = command.frame();
    return Fact.certain(
        value, new Evidence(frame.name(), file.place(frame.offset()), frame.name()));
  }

  /** Compact unwinding leaves to DWARF the functions that it cannot describe. */
  private static Fact unwind(MachoFile file) {
    if (!file.allCommands()) {
      return Fact.unknown();
    }
    MachoCategory category = new MachoCategory(file);
    List<Section> tables =
        file.sections().stream()
            .filter(s -> s.inFile() && category.of(s) == Category.UNWIND)
            .filter(s -> COMPACT.contains(s.name()) || s.name().equals("__eh_frame"))
            .toList();
    if (tables.isEmpty()) {
      return Fact.certain("none", new Evidence("load commands", -1, "no unwind table"));
    }
    boolean compact = tables.stream().anyMatch(s -> COMPACT.contains(s.name()));
    boolean dwarf = tables.stream().anyMatch(s -> s.name().equals("__eh_frame"));
    String value = compact ? (dwarf ? "compact and DWARF" : "compact") : "DWARF";
    List<Evidence> evidence =
        tables.stream()
            .limit(4)
            .map(s ->
                new Evidence(s.fullName(), file.place(s.offset()), "%d bytes".formatted(s.size())))
            .toList();
    return new Fact(value, Grade.CERTAIN, evidence, List.of());
  }
}
