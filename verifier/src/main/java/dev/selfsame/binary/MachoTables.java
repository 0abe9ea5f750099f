package dev.selfsame.binary;

import dev.selfsame.binary.macho.Commands;
import dev.selfsame.binary.macho.Extent;
import dev.selfsame.binary.macho.LoadCommand;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.macho.Section;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * In which form a Mach-O file has its relocations and its unwind tables, and which of its tables
 * are counted and not looked into.
 */
final class MachoTables {
  private static final Set<String> COMPACT = Set.of("__unwind_info", "__compact_unwind");

  /** Of the tables that a command names, those that are read. */
  private static final Set<Long> READ = Set.of(Commands.CODE_SIGNATURE, Commands.FUNCTION_STARTS);

  private static final String RELOCATIONS = "relocations one by one";

  private MachoTables() {}

  static void read(MachoFile file, FactSheet sheet) {
    sheet.put("relocation-format", relocations(file));
    sheet.put("unwind-format", unwind(file));
    sheet.put("not-read", notRead(file));
  }

  private static Fact notRead(MachoFile file) {
    if (!file.allCommands()) {
      return Fact.unknown();
    }
    Map<String, Evidence> found = new LinkedHashMap<>();
    for (LoadCommand command : file.commands()) {
      notRead(command).forEach(name -> found.putIfAbsent(name, evidence(file, command)));
    }
    MachoCategory category = new MachoCategory(file);
    for (Section section : file.sections()) {
      if (section.relocationCount() > 0) {
        found.putIfAbsent(RELOCATIONS, relocations(file, section));
      }
      if (section.inFile() && category.of(section) == Category.UNWIND) {
        found.putIfAbsent("unwind codes", evidence(file, section));
      }
    }
    return found.isEmpty()
        ? Fact.certain("nothing", new Evidence("load commands", -1, "no such table"))
        : new Fact(
            String.join(", ", found.keySet()),
            Grade.CERTAIN,
            List.copyOf(found.values()),
            List.of());
  }

  /** The tables of one command that nothing is read from. */
  private static List<String> notRead(LoadCommand command) {
    List<String> names = new ArrayList<>();
    switch (command) {
      case LoadCommand.DyldInfo info -> {
        if (any(info.rebase(), info.bind(), info.weakBind(), info.lazyBind())) {
          names.add("rebase and bind opcodes");
        }
        if (any(info.exports())) {
          names.add("export trie");
        }
      }
      case LoadCommand.DynamicSymbols dynamic -> {
        if (any(dynamic.indirect())) {
          names.add("indirect symbols");
        }
        if (any(dynamic.externalRelocations(), dynamic.localRelocations())) {
          names.add(RELOCATIONS);
        }
        if (any(dynamic.contents(), dynamic.modules(), dynamic.references())) {
          names.add("modules");
        }
      }
      case LoadCommand.Hints hints -> {
        if (hints.count() > 0) {
          names.add("two-level hints");
        }
      }
      case LoadCommand.Note note -> {
        if (any(note.extent())) {
          names.add("notes");
        }
      }
      case LoadCommand.SymbolSegment old -> {
        if (any(old.extent())) {
          names.add("symbol segment");
        }
      }
      case LoadCommand.Table table -> {
        if (any(table.extent()) && !READ.contains(table.frame().number())) {
          names.add(MachoRanges.name(table.frame().number()));
        }
      }
      default -> {}
    }
    return names;
  }

  private static boolean any(Extent... tables) {
    return Arrays.stream(tables).anyMatch(table -> table.size() > 0);
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
        .map(section -> Fact.certain("object relocations", relocations(file, section)))
        .orElseGet(() -> Fact.certain("none", new Evidence("load commands", -1, "no relocations")));
  }

  private static Fact fact(String value, MachoFile file, LoadCommand command) {
    return Fact.certain(value, evidence(file, command));
  }

  private static Evidence evidence(MachoFile file, LoadCommand command) {
    LoadCommand.Frame frame = command.frame();
    return new Evidence(frame.name(), file.place(frame.offset()), frame.name());
  }

  private static Evidence evidence(MachoFile file, Section section) {
    return new Evidence(
        section.fullName(), file.place(section.offset()), "%d bytes".formatted(section.size()));
  }

  private static Evidence relocations(MachoFile file, Section section) {
    return new Evidence(
        "relocations of " + section.fullName(),
        file.place(section.relocationOffset()),
        "%d relocations".formatted(section.relocationCount()));
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
        tables.stream().limit(4).map(section -> evidence(file, section)).toList();
    return new Fact(value, Grade.CERTAIN, evidence, List.of());
  }
}
