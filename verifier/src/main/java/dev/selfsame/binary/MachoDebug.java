package dev.selfsame.binary;

import dev.selfsame.binary.macho.LoadCommand;
import dev.selfsame.binary.macho.MachoFile;
import dev.selfsame.binary.macho.MachoHeader;
import dev.selfsame.binary.macho.Section;
import dev.selfsame.binary.macho.SymbolTable;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is left in a Mach-O file for debuggers. Apple's linker copies no DWARF: it leaves a map to
 * the object files in the symbol table, in entries of {@code stab.h}.
 */
final class MachoDebug {
  private static final Pattern DESCRIBES_CODE = Pattern.compile("__z?debug_(info|line|types)");
  private static final String TABLE = "symbol table";

  /** Seconds since 1970, far behind every date that a file can have. */
  private static final long NO_TIME = 1L << 40;

  private final MachoFile file;
  private final Marks marks;

  private MachoDebug(MachoFile file, Marks marks) {
    this.file = file;
    this.marks = marks;
  }

  static void read(MachoFile file, FactSheet sheet) {
    sheet.put("debug-info", Fact.unknown());
    sheet.put("strip", Fact.unknown());
    sheet.put("split-debug", Fact.unknown());
    Optional<Marks> marks = sheet.attempt(() -> Optional.of(marks(file)), Optional.empty());
    if (marks.isPresent() && file.allCommands()) {
      MachoDebug debug = new MachoDebug(file, marks.get());
      sheet.read("debug-info", debug::debugInfo);
      sheet.read("strip", debug::strip);
      sheet.read("split-debug", debug::splitDebug);
      if (marks.get().objects() > 0) {
        sheet.read("timestamp", debug::timestamp);
      }
    }
  }

  /**
   * What the symbol table holds.
   *
   * @param offset where it begins in the whole file, or -1 where there is none
   * @param symbols entries that are no stabs
   * @param locals those of them that are defined here and seen nowhere else
   * @param stabs entries for debuggers, what {@code strip} leaves behind not counted
   * @param objects those of them that name an object file
   * @param object the first of these, by its number in the table, or -1
   * @param lines those of them that name a source line
   */
  private record Marks(
      long offset, long symbols, long locals, long stabs, long objects, long object, long lines) {}

  private static Marks marks(MachoFile file) {
    Optional<LoadCommand.Symbols> command = file.first(LoadCommand.Symbols.class);
    if (command.isEmpty()) {
      return new Marks(-1, 0, 0, 0, 0, -1, 0);
    }
    SymbolTable table = SymbolTable.of(file, command.get());
    long symbols = 0;
    long locals = 0;
    long stabs = 0;
    long objects = 0;
    long object = -1;
    long lines = 0;
    for (long i = 0; i < table.count(); i++) {
      if (!table.stab(i)) {
        symbols++;
        locals += table.external(i) || table.undefined(i) ? 0 : 1;
      } else if (table.type(i) != SymbolTable.STAB_OPTION) {
        stabs++;
        if (table.type(i) == SymbolTable.STAB_OBJECT && objects++ == 0) {
          object = i;
        }
        lines += table.type(i) == SymbolTable.STAB_LINE ? 1 : 0;
      }
    }
    return new Marks(table.entries().start(), symbols, locals, stabs, objects, object, lines);
  }

  private Fact debugInfo() {
    MachoCategory category = new MachoCategory(file);
    List<Section> debug =
        file.sections().stream()
            .filter(section -> section.inFile() && category.of(section) == Category.DEBUG)
            .toList();
    // By name: __debug_info comes first, and its versions are those that are meant.
    Optional<Section> core =
        debug.stream()
            .filter(s -> DESCRIBES_CODE.matcher(s.name()).matches())
            .min(Comparator.comparing(Section::name));
    if (core.isPresent()) {
      DebugKind kind = kind(core.get());
      long bytes = debug.stream().mapToLong(s -> file.content(s).size()).sum();
      List<Evidence> evidence = debug.stream().limit(16).map(this::evidence).toList();
      String value = "%s, %d bytes".formatted(kind.name(), bytes);
      return new Fact(value, kind.grade(), evidence, kind.against());
    } else if (marks.objects() > 0) {
      return fact("none here, debug map to %d object files".formatted(marks.objects()));
    } else if (marks.lines() > 0) {
      return fact("STABS, %d entries".formatted(marks.stabs()));
    }
    return Fact.certain("none", noSection());
  }

  /**
   * Whether debug information stands in other files, and which. Nothing names a dSYM bundle: it is
   * made of the object files, and has the program's UUID.
   */
  private Fact splitDebug() {
    Optional<LoadCommand.Uuid> uuid = file.first(LoadCommand.Uuid.class);
    if (file.header().type() == MachoHeader.TYPE_DSYM) {
      Evidence type = new Evidence("Mach-O header", file.place(12), "filetype 10");
      return of("this is a dSYM companion file", type, uuid);
    } else if (marks.objects() > 0) {
      SymbolTable table = SymbolTable.of(file, file.first(LoadCommand.Symbols.class).orElseThrow());
      Evidence first =
          new Evidence(TABLE, table.offset(marks.object()), table.name(marks.object()));
      String count = marks.objects() == 1 ? "1 object file" : marks.objects() + " object files";
      return of(count + " or a dSYM bundle", first, uuid);
    }
    Evidence none = new Evidence(TABLE, -1, "no stab that names an object file");
    // Stripping removes the stabs, and a bundle that was made before has the same UUID.
    return uuid.isPresent()
        ? new Fact("none", Grade.MEDIUM, of("none", none, uuid).evidence(), List.of())
        : Fact.certain("none", none);
  }

  /**
   * When the object files were written, which a linker notes beside their names: two builds of one
   * source have other times there. Source: {@code stab.h}, {@code N_OSO}.
   */
  private Fact timestamp() {
    SymbolTable table = SymbolTable.of(file, file.first(LoadCommand.Symbols.class).orElseThrow());
    long first = Long.MAX_VALUE;
    long last = 0;
    long newest = -1;
    for (long i = marks.object(); i < table.count(); i++) {
      long time = table.type(i) == SymbolTable.STAB_OBJECT ? table.value(i) : 0;
      if (time > 0 && time < NO_TIME) {
        first = Math.min(first, time);
        if (time > last) {
          last = time;
          newest = i;
        }
      }
    }
    if (newest < 0) {
      return Fact.certain(
          "none", new Evidence(TABLE, table.offset(marks.object()), "N_OSO without a time"));
    }
    Instant until = Instant.ofEpochSecond(last);
    String from = first == last ? "" : Instant.ofEpochSecond(first) + " to ";
    return Fact.certain(
        from + until, new Evidence(TABLE, table.offset(newest), "N_OSO of " + until));
  }

  private Fact of(String value, Evidence said, Optional<LoadCommand.Uuid> uuid) {
    List<Evidence> evidence = new ArrayList<>(List.of(said));
    uuid.ifPresent(found ->
        evidence.add(new Evidence("LC_UUID", file.place(found.frame().offset()), found.hex())));
    return new Fact(value, Grade.CERTAIN, evidence, List.of());
  }

  private DebugKind kind(Section section) {
    if (section.name().startsWith("__z")) {
      return DebugKind.compressed("DWARF");
    }
    // A line table's version is one of its own.
    boolean versions = !section.name().equals("__debug_line");
    long place = file.place(section.offset());
    return DebugKind.dwarf("DWARF", versions, file.content(section), section.fullName(), place);
  }

  private Evidence evidence(Section section) {
    return new Evidence(
        section.fullName(), file.place(section.offset()), "%d bytes".formatted(section.size()));
  }

  private static Evidence noSection() {
    return new Evidence("load commands", -1, "no section with debug information");
  }

  private Fact fact(String value) {
    Evidence stabs = new Evidence(TABLE, marks.offset(), "%d stabs".formatted(marks.stabs()));
    return Fact.certain(value, stabs);
  }

  /** Full with debug information or a map to it; without either, local names decide. */
  private Fact strip() {
    Evidence symbols =
        marks.offset() < 0
            ? new Evidence("load commands", -1, "no LC_SYMTAB")
            : new Evidence(
                TABLE,
                marks.offset(),
                "%d symbols, %d of them local, %d stabs"
                    .formatted(marks.symbols(), marks.locals(), marks.stabs()));
    Fact debug = debugInfo();
    if (!debug.value().equals("none")) {
      List<Evidence> evidence = new ArrayList<>(debug.evidence().subList(0, 1));
      evidence.add(symbols);
      return new Fact("full", debug.grade(), evidence, debug.contradictions());
    }
    String value = marks.locals() > 0 ? "debug-stripped" : "stripped";
    return new Fact(value, Grade.CERTAIN, List.of(symbols, noSection()), List.of());
  }
}
