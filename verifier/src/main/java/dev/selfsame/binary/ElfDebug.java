package dev.selfsame.binary;

import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.ElfHeader;
import dev.selfsame.binary.elf.Note;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.elf.SymbolTable;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What is left in a file for debuggers, by content: a section's name alone proves nothing. */
final class ElfDebug {
  private ElfDebug() {}

  static void read(ElfFile file, FactSheet sheet) {
    Fact debug = sheet.attempt(() -> debugInfo(file, sheet), Fact.unknown());
    sheet.put("debug-info", debug);
    sheet.read("strip", () -> strip(file, debug));
    sheet.read("build-id", () -> buildId(file));
    sheet.read("split-debug", () -> splitDebug(file));
    sheet
        .attempt(() -> SplitNames.of(file), Optional.<SplitNames>empty())
        .ifPresent(names -> sheet.put("debug-units", names.fact()));
  }

  private static Fact debugInfo(ElfFile file, FactSheet sheet) {
    if (!sectionsAreWhole(file)) {
      return Fact.unknown();
    }
    SectionCategory category = new SectionCategory(file);
    List<Section> debug =
        file.sections().stream()
            .filter(s -> s.inFile() && category.of(s) == Category.DEBUG)
            .toList();
    Optional<Section> core =
        debug.stream()
            .filter(ElfDebug::describesCode)
            .min(Comparator.comparingInt(ElfDebug::rank));
    if (core.isPresent()) {
      long bytes =
          debug.stream().mapToLong(s -> file.bytes().available(s.offset(), s.size())).sum();
      List<Evidence> evidence = debug.stream().limit(16).map(ElfDebug::evidence).toList();
      long unpacked = unpacked(file, debug, sheet).orElse(bytes);
      String more = unpacked == bytes ? "" : ", %d unpacked, as declared".formatted(unpacked);
      return new Fact(
          "%s, %d bytes%s".formatted(kind(file, core.get()), bytes, more),
          Grade.CERTAIN,
          evidence,
          List.of());
    }
    Optional<Fact> other = file.section(".gnu_debuglink").map(link -> elsewhere(file, link));
    return other
        .or(() -> packedNames(file).map(ElfDebug::namesAlone))
        .orElseGet(() -> new Fact("none", Grade.CERTAIN, List.of(noSection()), List.of()));
  }

  /**
   * What sections have when they are unpacked, as they declare it; empty where one of them cannot
   * have that. Of as many sections and bytes as are read, what they can have does not overflow.
   */
  private static OptionalLong unpacked(ElfFile file, List<Section> sections, FactSheet sheet) {
    long sum = 0;
    for (Section section : sections) {
      OptionalLong size = Unpacked.size(file, section);
      if (size.isEmpty()) {
        sheet.problem(
            new MalformedInputException(
                section.offset(),
                "section %s declares an unpacked size that it cannot have"
                    .formatted(section.name())));
        return size;
      }
      sum += size.getAsLong();
    }
    return OptionalLong.of(sum);
  }

  /**
   * MiniDebugInfo: a packed symbol table, so that a stripped file's backtraces have names. It says
   * nothing of lines, types or variables. Source: GDB's manual, "MiniDebugInfo".
   */
  private static Optional<Section> packedNames(ElfFile file) {
    return file.sections().stream()
        .filter(s -> s.name().equals(".gnu_debugdata") && s.inFile() && !s.loaded())
        .findFirst();
  }

  private static Fact namesAlone(Section section) {
    return Fact.certain(
        "none, but packed names of functions (MiniDebugInfo), %d bytes".formatted(section.size()),
        evidence(section));
  }

  private static Evidence noSection() {
    return new Evidence("section headers", -1, "no section with debug information");
  }

  private static boolean describesCode(Section section) {
    return section.name().matches("\\.z?debug_(info|types|line)(\\.dwo)?|\\.stab");
  }

  /** Units first: the version of a line table is one of its own. */
  private static int rank(Section section) {
    String name = section.name();
    return name.contains("_info") ? 0 : name.contains("_types") ? 1 : isLines(section) ? 2 : 3;
  }

  private static boolean isLines(Section section) {
    return section.name().contains("_line");
  }

  private static String kind(ElfFile file, Section section) {
    return section.name().equals(".stab") ? "STABS" : dwarf(file, section);
  }

  private static String dwarf(ElfFile file, Section section) {
    String split = section.name().endsWith(".dwo") ? "split DWARF" : "DWARF";
    if (section.compressed() || section.name().startsWith(".z")) {
      return split + " (compressed)";
    }
    boolean relocated = file.header().type() == ElfHeader.TYPE_REL;
    return relocated || isLines(section) ? split : Dwarf.of(file.content(section)).name(split);
  }

  private static Fact elsewhere(ElfFile file, Section link) {
    String name = file.content(link).text(0, 1024);
    return new Fact(
        "none here, separate file " + name,
        Grade.CERTAIN,
        List.of(new Evidence(".gnu_debuglink", link.offset(), name)),
        List.of());
  }

  /** Whether debug information stands in other files, and which. */
  private static Fact splitDebug(ElfFile file) {
    for (String name : List.of(".gnu_debuglink", ".gnu_debugaltlink")) {
      Optional<Section> link = file.section(name).filter(Section::inFile);
      if (link.isPresent()) {
        String other = file.content(link.get()).text(0, 1024);
        return Fact.certain(other, new Evidence(name, link.get().offset(), other));
      }
    }
    return sectionsAreWhole(file) && !file.sections().isEmpty()
        ? SplitUnits.of(file).fact(file)
        : Fact.unknown();
  }

  private static Fact strip(ElfFile file, Fact debug) {
    if (!sectionsAreWhole(file)) {
      return Fact.unknown();
    }
    Optional<Section> table = file.section(Section.SYMTAB).filter(Section::inFile);
    long symbols = table.isPresent() ? SymbolTable.of(file, table.get()).count() - 1 : 0;
    Evidence said =
        table
            .map(s -> new Evidence(s.name(), s.offset(), "%d symbols".formatted(symbols)))
            .orElseGet(() -> new Evidence("section headers", -1, "no symbol table"));
    boolean hasDebug = !debug.value().startsWith("none") && debug.grade() != Grade.UNKNOWN;
    if (hasDebug) {
      List<Evidence> evidence = new ArrayList<>(debug.evidence().subList(0, 1));
      List<Evidence> against = symbols > 0 ? List.of() : List.of(said);
      if (symbols > 0) {
        evidence.add(said);
      }
      return new Fact("full", Grade.CERTAIN, evidence, against);
    }
    String value = symbols > 0 ? "debug-stripped" : "stripped";
    Grade grade = file.sections().isEmpty() ? Grade.MEDIUM : Grade.CERTAIN;
    List<Evidence> against = packedNames(file).map(ElfDebug::evidence).stream().toList();
    return new Fact(value, grade, List.of(said, noSection()), against);
  }

  /** Whether what is absent from the section headers is absent from the file. */
  static boolean sectionsAreWhole(ElfFile file) {
    return file.allSections()
        && file.sections().stream()
            .allMatch(s -> !s.inFile() || file.bytes().holds(s.offset(), s.size()));
  }

  private static Evidence evidence(Section section) {
    return new Evidence(section.name(), section.offset(), "%d bytes".formatted(section.size()));
  }

  private static Fact buildId(ElfFile file) {
    for (Note note : Note.readAll(file)) {
      if (note.owner().equals("GNU") && note.type() == Note.GNU_BUILD_ID) {
        int size = (int) Math.min(note.content().size(), 64);
        String id = HexFormat.of().formatHex(note.content().copy(0, size));
        return Fact.certain(id, new Evidence(note.where(), note.content().start(), id));
      }
    }
    boolean all = file.allSections() && (!file.sections().isEmpty() || file.allSegments());
    return !all || (file.sections().isEmpty() && file.segments().isEmpty())
        ? Fact.unknown()
        : Fact.certain("none", new Evidence("notes", -1, "no GNU build-id note"));
  }
}
