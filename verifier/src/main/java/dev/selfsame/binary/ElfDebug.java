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
        debug.stream().filter(ElfDebug::describesCode).min(Comparator.comparingInt(ElfDebug::rank));
    if (core.isPresent()) {
      long bytes =
          debug.stream().mapToLong(s -> file.bytes().available(s.offset(), s.size())).sum();
      List<Evidence> evidence = debug.stream().limit(16).map(ElfDebug::evidence).toList();
      long unpacked = unpacked(file, debug, sheet).orElse(bytes);
      String more = unpacked == bytes ? "" : ", %d unpacked, as declared".formatted(unpacked);
      DebugKind kind = kind(file, core.get());
      return new Fact(
          "%s, %d bytes%s".formatted(kind.name(), bytes, more),
          kind.grade(),
          evidence,
          kind.against());
    }
    Optional<Fact> other = file.section(".gnu_debuglink").map(link -> elsewhere(file, link));
    return other
        .or(() -> packedNames(file).map(ElfDebug::namesAlone))
        .orElseGet(() -> new Fact("none", ofAbsence(file), List.of(noSection()), List.of()));
  }

  /** Without section headers, what they would name may be there all the same. */
  private static Grade ofAbsence(ElfFile file) {
    return file.sections().isEmpty() ? Grade.MEDIUM : Grade.CERTAIN;
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

  private static DebugKind kind(ElfFile file, Section section) {
    String name = section.name();
    String split = name.endsWith(".dwo") ? "split DWARF" : "DWARF";
    if (name.equals(".stab")) {
      return DebugKind.stabs(file.content(section), name, section.offset());
    } else if (section.compressed() || name.startsWith(".z")) {
      return Unpacked.size(file, section).isPresent()
          ? DebugKind.compressed(split)
          : DebugKind.wronglyCompressed(split, name, section.offset());
    }
    boolean linked = file.header().type() != ElfHeader.TYPE_REL;
    boolean versions = linked && !isLines(section);
    return DebugKind.dwarf(split, versions, file.content(section), name, section.offset());
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
    boolean symbols = table.filter(section -> hasSymbols(file, section)).isPresent();
    Evidence said =
        table
            .map(section -> told(file, section, symbols))
            .orElseGet(() -> new Evidence("section headers", -1, "no symbol table"));
    boolean hasDebug = !debug.value().startsWith("none") && debug.grade() != Grade.UNKNOWN;
    if (hasDebug) {
      List<Evidence> evidence = new ArrayList<>(debug.evidence().subList(0, 1));
      List<Evidence> against = new ArrayList<>(debug.contradictions());
      (symbols ? evidence : against).add(said);
      return new Fact("full", debug.grade(), evidence, against);
    }
    String value = symbols ? "debug-stripped" : "stripped";
    List<Evidence> against = packedNames(file).map(ElfDebug::evidence).stream().toList();
    return new Fact(value, ofAbsence(file), List.of(said, noSection()), against);
  }

  /** Whether a table names more than the file's own sections, and the files that it came from. */
  private static boolean hasSymbols(ElfFile file, Section section) {
    SymbolTable table = SymbolTable.of(file, section);
    for (long i = 1; i < table.count(); i++) {
      int type = table.type(i);
      if (type != SymbolTable.TYPE_SECTION && type != SymbolTable.TYPE_FILE) {
        return true;
      }
    }
    return false;
  }

  private static Evidence told(ElfFile file, Section section, boolean symbols) {
    long count = Math.max(0, SymbolTable.of(file, section).count() - 1);
    String kind = symbols || count == 0 ? "symbols" : "symbols, of files and sections alone";
    return new Evidence(section.name(), section.offset(), "%d %s".formatted(count, kind));
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
