package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.evidence.Fact;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The facts that follow from what {@code llvm-objdump --macho --private-headers --non-verbose}
 * prints of a thin file or slice, one field a line, and {@code llvm-nm} of its symbols. Not asked
 * here: which versions of DWARF there are.
 */
final class MachoDumpFacts {
  private static final Pattern HEADER = Pattern.compile("0xfeedfac[ef] .*");
  private static final Map<String, String> TYPES =
      Map.of("1", "OBJECT", "6", "DYLIB", "8", "BUNDLE", "10", "DSYM");
  private static final Map<String, String> MANNERS =
      Map.of(
          "LC_LOAD_DYLIB", "",
          "LC_LOAD_WEAK_DYLIB", " (weak)",
          "LC_REEXPORT_DYLIB", " (re-exported)",
          "LC_LAZY_LOAD_DYLIB", " (lazy)",
          "LC_LOAD_UPWARD_DYLIB", " (upward)");
  private static final Map<String, String> PLATFORMS =
      Map.of(
          "1", "macOS",
          "2", "iOS",
          "7", "iOS simulator",
          "LC_VERSION_MIN_MACOSX", "macOS",
          "LC_VERSION_MIN_IPHONEOS", "iOS");

  /** By {@code cputype} and {@code cpusubtype}, as LLVM prints them. */
  private static final Map<String, String> PROCESSORS =
      Map.of(
          "7 3", "i386",
          "12 6", "ARM (armv6)",
          "12 9", "ARM (armv7)",
          "12 11", "ARM (armv7s)",
          "18 0", "PowerPC",
          "18 10", "PowerPC (ppc7400)",
          "16777223 3", "x86-64",
          "16777223 8", "x86-64 (x86_64h)",
          "16777228 0", "AArch64",
          "16777228 2", "AArch64 (arm64e)");

  /** PowerPC, of 32 and of 64 bits: all others that Mach-O is made for are little-endian. */
  private static final Set<String> BIG_ENDIAN = Set.of("18", "16777234");

  /** A name that rustc mangled, behind the underscore that Mach-O gives each. */
  private static final Pattern MANGLED =
      Pattern.compile(
          "__?(?:(?<v0>R[BCIMNXY])\\w+|(?<legacy>ZN)\\d.*17h[0-9a-fA-F]{16}E)(?:\\..*)?");

  private static final long DYLDLINK = 0x4;
  private static final long ALLOW_STACK_EXECUTION = 0x2_0000;
  private static final long PIE = 0x20_0000;
  private static final long NO_HEAP_EXECUTION = 0x100_0000;

  /** Of the header: magic, processor, its kind, capabilities, type, commands, bytes, flags. */
  private final String[] header;

  private final List<Command> commands = new ArrayList<>();
  private List<Symbol> symbols = List.of();

  /** The lines of a command, its name first. */
  private record Command(List<String> lines) {
    String name() {
      return of("cmd").orElse("");
    }

    Optional<String> of(String field) {
      return lines.stream()
          .filter(line -> line.startsWith(field + " "))
          .map(line -> line.substring(field.length() + 1))
          .findFirst();
    }

    long number(String field) {
      return of(field).map(Long::decode).orElse(0L);
    }
  }

  /**
   * A section, and whether its segment is written to or run.
   *
   * @param offset 0 where it has no bytes, as in a dSYM
   */
  private record Section(
      String name,
      String segment,
      long size,
      long offset,
      long flags,
      long relocations,
      boolean used) {
    private static final Set<Long> ZEROS = Set.of(1L, 12L, 18L);
    private static final long ATTR_DEBUG = 0x200_0000;

    boolean inFile() {
      return size != 0 && offset != 0 && !ZEROS.contains(flags & 0xff);
    }

    /** An object's compact unwinding is marked as for debuggers, and is for the linker. */
    boolean forDebuggers() {
      boolean marked = (flags & ATTR_DEBUG) != 0 || segment.matches("__DWARF|__CTF");
      return inFile() && marked && !used && !name.matches("__compact_unwind|__eh_frame");
    }
  }

  /** An entry of the symbol table; {@code type} and {@code section} as they stand there. */
  private record Symbol(int type, int section, String name) {
    static Symbol of(String line) {
      String[] fields = line.split(" ", 6);
      return new Symbol(
          Integer.parseInt(fields[1], 16), Integer.parseInt(fields[2], 16), fields[5]);
    }

    boolean stab() {
      return (type & 0xe0) != 0;
    }

    /** Neither imported nor seen by other files. */
    boolean local() {
      return !stab() && (type & 1) == 0 && (type & 0xe) != 0;
    }
  }

  private MachoDumpFacts(String header) {
    this.header = header.split(" ", -1);
  }

  /**
   * Of each slice, in order.
   *
   * @param lines of {@code llvm-objdump}, and symbols of {@code llvm-nm} by slice
   */
  static List<MachoDumpFacts> of(List<String> lines, List<List<String>> symbols) {
    List<MachoDumpFacts> slices = new ArrayList<>();
    for (String line : lines) {
      if (HEADER.matcher(line).matches()) {
        slices.add(new MachoDumpFacts(line));
      } else if (line.startsWith("Load command ")) {
        slices.getLast().commands.add(new Command(new ArrayList<>()));
      } else {
        slices.getLast().commands.getLast().lines().add(line);
      }
    }
    assertEquals(slices.size(), symbols.size(), "slices with symbols");
    for (int i = 0; i < slices.size(); i++) {
      slices.get(i).symbols = symbols.get(i).stream().map(Symbol::of).toList();
    }
    return slices;
  }

  /** Which of rustc's two schemes the names of all slices of a file have that owns bytes. */
  static String mangling(List<MachoDumpFacts> slices) {
    boolean legacy = false;
    boolean v0 = false;
    for (MachoDumpFacts slice : slices) {
      for (Symbol symbol : slice.owners()) {
        Matcher m = MANGLED.matcher(symbol.name());
        boolean rust = m.matches();
        legacy |= rust && m.group("legacy") != null;
        v0 |= rust && m.group("v0") != null;
      }
    }
    return legacy ? v0 ? "both" : "legacy" : v0 ? "v0" : "unknown";
  }

  /** The symbols that stand in a section of the file; of a stripped one, no name is anyone's. */
  private List<Symbol> owners() {
    List<Section> sections = sections();
    return strip().equals("stripped")
        ? List.of()
        : symbols.stream()
            .filter(s -> !s.stab() && (s.type() & 0xe) == 0xe)
            .filter(s -> s.section() > 0 && s.section() <= sections.size())
            .filter(s -> sections.get(s.section() - 1).inFile())
            .toList();
  }

  /** What facts say that the tool contradicts. */
  List<String> contradictions(Map<String, Fact> facts) {
    List<String> found = new ArrayList<>();
    expected()
        .forEach((name, value) -> {
          Fact fact = facts.getOrDefault(name, Fact.unknown());
          String said = fact.value().replaceFirst("DWARF \\d( and \\d)*", "DWARF");
          if (!said.equals(value)) {
            found.add("%s is \"%s\", not \"%s\"".formatted(name, fact.value(), value));
          }
        });
    boolean signed = named("LC_CODE_SIGNATURE").findAny().isPresent();
    String signature = facts.getOrDefault("code-signature", Fact.unknown()).value();
    if (signed ? !signature.matches("(signed|ad hoc).*") : !signature.equals("none")) {
      found.add("code-signature is \"%s\", and one is there: %s".formatted(signature, signed));
    }
    return found;
  }

  private Map<String, String> expected() {
    Map<String, String> facts = new TreeMap<>();
    facts.put("class", wide() ? "64-bit" : "32-bit");
    facts.put("type", program() ? has(PIE) ? "PIE" : "EXEC" : TYPES.getOrDefault(header[4], "?"));
    facts.put("pie", program() ? has(PIE) ? "yes" : "no" : "unknown");
    facts.put("nx", program() ? nx() : "unknown");
    Optional.ofNullable(PROCESSORS.get(header[1] + " " + header[2]))
        .ifPresent(machine -> facts.put("machine", machine));
    facts.put("byte-order", BIG_ENDIAN.contains(header[1]) ? "big-endian" : "little-endian");
    facts.put("debug-info", debugInfo());
    facts.put("strip", strip());
    facts.put("split-debug", splitDebug());
    facts.put("relocation-format", relocations());
    facts.put("unwind-format", unwind());
    facts.put("linking", linked() ? has(DYLDLINK) ? "dynamic" : "static" : "unknown");
    facts.put("entry", entry());
    facts.put("interpreter", first("LC_LOAD_DYLINKER", "name").orElse("none"));
    facts.put("needed", needed());
    String uuid = first("LC_UUID", "uuid").orElse("none");
    facts.put("uuid", uuid.replace("-", "").toLowerCase(Locale.ROOT));
    facts.put("abi", joined(versions().map(MachoDumpFacts::platform)));
    facts.put("minos", joined(versions().flatMap(c -> leastOf(c).stream())));
    facts.put("sdk", joined(versions().flatMap(c -> c.of("sdk").stream())));
    Stream.of("LC_ENCRYPTION_INFO", "LC_ENCRYPTION_INFO_64")
        .flatMap(name -> first(name, "cryptid").stream())
        .forEach(id -> facts.put("encryption", id.equals("0") ? "none" : "yes, by system " + id));
    return facts;
  }

  /** Whether it is neither an object nor what debuggers are given. */
  boolean linked() {
    return !header[4].equals("1") && !header[4].equals("10");
  }

  private boolean wide() {
    return header[0].equals("0xfeedfacf");
  }

  private boolean program() {
    return header[4].equals("2");
  }

  private boolean has(long flag) {
    return (Long.decode(header[7]) & flag) != 0;
  }

  private String nx() {
    if (has(ALLOW_STACK_EXECUTION)) {
      return "no";
    }
    return wide() || has(NO_HEAP_EXECUTION) ? "yes" : "stack only";
  }

  private String entry() {
    Optional<Long> offset = first("LC_MAIN", "entryoff").map(Long::decode);
    Optional<Long> counter = first("LC_UNIXTHREAD", "counter").map(Long::decode);
    return offset
        .map(entry -> text() + entry)
        .or(() -> counter)
        .map(address -> "0x" + Long.toHexString(address))
        .orElse("none");
  }

  /** Where {@code __TEXT}, with which the file begins, is mapped. */
  private long text() {
    return commands.stream()
        .filter(c -> c.of("segname").equals(Optional.of("__TEXT")))
        .flatMap(c -> c.of("vmaddr").stream())
        .mapToLong(Long::decode)
        .findFirst()
        .orElse(0);
  }

  private String needed() {
    List<String> all =
        commands.stream()
            .filter(c -> MANNERS.containsKey(c.name()))
            .map(c ->
                "%s %s%s"
                    .formatted(
                        c.of("name").orElse(""),
                        c.of("current version").orElse(""),
                        MANNERS.get(c.name())))
            .toList();
    return all.isEmpty() ? "none" : String.join(", ", all);
  }

  private Stream<Command> versions() {
    return commands.stream().filter(c -> c.name().matches("LC_BUILD_VERSION|LC_VERSION_MIN_\\w+"));
  }

  private static Optional<String> leastOf(Command versions) {
    return versions.of("minos").or(() -> versions.of("version"));
  }

  private static String platform(Command versions) {
    String said = versions.of("platform").orElse(versions.name());
    return PLATFORMS.getOrDefault(said, said);
  }

  /** Versions that differ, without those that say that there is none. */
  private static String joined(Stream<String> values) {
    List<String> all = values.filter(v -> !v.equals("n/a") && !v.equals("0.0")).distinct().toList();
    return all.isEmpty() ? "unknown" : String.join(", ", all);
  }

  private List<Section> sections() {
    return commands.stream().flatMap(command -> sections(command).stream()).toList();
  }

  private List<Section> sections(Command command) {
    List<Section> sections = new ArrayList<>();
    List<String> lines = command.lines();
    boolean loaded =
        linked() && command.of("vmsize").map(Long::decode).filter(size -> size != 0).isPresent();
    boolean used = loaded && (Long.decode(command.of("initprot").orElse("0")) & 6) != 0;
    for (int from = lines.indexOf("Section"); from >= 0; ) {
      int next = lines.subList(from + 1, lines.size()).indexOf("Section");
      int end = next < 0 ? lines.size() : from + 1 + next;
      Command section = new Command(lines.subList(from, end));
      sections.add(
          new Section(
              section.of("sectname").orElse(""),
              section.of("segname").orElse(""),
              section.number("size"),
              section.number("offset"),
              section.number("flags"),
              section.number("nreloc"),
              used));
      from = next < 0 ? -1 : end;
    }
    return sections;
  }

  private String debugInfo() {
    List<Section> debug = sections().stream().filter(Section::forDebuggers).toList();
    Optional<String> core =
        debug.stream()
            .map(Section::name)
            .filter(name -> name.matches("__z?debug_(info|line|types)"))
            .min(Comparator.naturalOrder());
    long objects = stabs(0x66);
    if (core.isPresent()) {
      String kind = core.get().startsWith("__z") ? "DWARF (compressed)" : "DWARF";
      return "%s, %d bytes".formatted(kind, debug.stream().mapToLong(Section::size).sum());
    } else if (objects > 0) {
      return "none here, debug map to %d object files".formatted(objects);
    }
    // What Apple's strip leaves, the compiler's option, is not counted.
    long all = symbols.stream().filter(Symbol::stab).count() - stabs(0x3c);
    return stabs(0x44) > 0 ? "STABS, %d entries".formatted(all) : "none";
  }

  /** How many entries for debuggers are of this type of {@code stab.h}. */
  private long stabs(int type) {
    return symbols.stream().filter(symbol -> symbol.type() == type).count();
  }

  private String strip() {
    if (!debugInfo().equals("none")) {
      return "full";
    }
    return symbols.stream().anyMatch(Symbol::local) ? "debug-stripped" : "stripped";
  }

  private String splitDebug() {
    long objects = stabs(0x66);
    if (header[4].equals("10")) {
      return "this is a dSYM companion file";
    } else if (objects == 0) {
      return "none";
    }
    return "%d object file%s or a dSYM bundle".formatted(objects, objects == 1 ? "" : "s");
  }

  private String relocations() {
    if (named("LC_DYLD_CHAINED_FIXUPS").findAny().isPresent()) {
      return "chained fixups";
    } else if (commands.stream().anyMatch(c -> c.name().matches("LC_DYLD_INFO(_ONLY)?"))) {
      return "dyld opcodes";
    } else if (named("LC_DYSYMTAB").anyMatch(c -> c.number("nextrel") + c.number("nlocrel") > 0)) {
      return "relocation tables";
    }
    boolean objects = sections().stream().anyMatch(section -> section.relocations() > 0);
    return objects ? "object relocations" : "none";
  }

  private String unwind() {
    List<String> tables = sections().stream().filter(Section::inFile).map(Section::name).toList();
    boolean compact = tables.stream().anyMatch(s -> s.matches("__unwind_info|__compact_unwind"));
    boolean dwarf = tables.contains("__eh_frame");
    return compact ? (dwarf ? "compact and DWARF" : "compact") : dwarf ? "DWARF" : "none";
  }

  private Optional<String> first(String command, String field) {
    return named(command).flatMap(c -> c.of(field).stream()).findFirst();
  }

  private Stream<Command> named(String name) {
    return commands.stream().filter(command -> command.name().equals(name));
  }
}
