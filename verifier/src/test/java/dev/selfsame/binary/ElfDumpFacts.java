package dev.selfsame.binary;

import dev.selfsame.binary.ElfDump.Part;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Grade;
import java.lang.module.ModuleDescriptor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The facts that follow from what readelf prints of a file. Not asked here: which versions of DWARF
 * there are, which {@link ElfUnits} asks, and what compressed sections have when they are unpacked.
 */
final class ElfDumpFacts {
  private static final Pattern GLIBC = Pattern.compile("GLIBC_\\d+(\\.\\d+)+");

  /** Stripping leaves nobody a name where files and sections alone have one. */
  private static final Pattern SYMBOL =
      Pattern.compile("\\.symtab [1-9]\\d*: \\S+ (?!FILE |SECTION )");

  private static final Map<String, String> MACHINES =
      Map.of(
          "Intel 80386", "i386",
          "Advanced Micro Devices X86-64", "x86-64",
          "IBM S/390", "S/390",
          "Linux BPF", "BPF");

  /** Whose flags say nothing of how functions are called. */
  private static final Set<String> WITHOUT_ABI_FLAGS =
      Set.of(
          "Intel 80386",
          "Advanced Micro Devices X86-64",
          "AArch64",
          "PowerPC",
          "IBM S/390",
          "Linux BPF");

  private static final Map<String, String> SYSTEMS =
      Map.of(
          "UNIX - System V", "System V",
          "UNIX - NetBSD", "NetBSD",
          "UNIX - GNU", "GNU/Linux",
          "UNIX - Solaris", "Solaris",
          "UNIX - FreeBSD", "FreeBSD",
          "UNIX - OpenBSD", "OpenBSD");

  private static final Pattern SECTION =
      Pattern.compile(
          "\\[(\\d+)\\] (.*) (\\S+) at [0-9a-f]+, [0-9a-f]+\\+([0-9a-f]+) entry [0-9a-f]+"
              + " flags (\\S*) link \\d+ info \\d+");
  private static final Pattern FOR_DEBUGGERS =
      Pattern.compile("\\.z?debug_.*|\\.debug|\\.line|\\.stab.*|\\.gdb_index|\\.gnu_debugdata");
  private static final Pattern DESCRIBES_CODE =
      Pattern.compile("\\.z?debug_(info|types|line)(\\.dwo)?|\\.stab");
  private static final Pattern SPLIT = Pattern.compile("\\.z?debug_(info(\\.dwo)?|cu_index)");
  private static final Set<String> OTHER_USE =
      Set.of("NULL", "NOBITS", "NOTE", "SYMTAB", "STRTAB", "REL", "RELA");

  /** A symbol with bytes in a section: the section's number, then a name that rustc mangled. */
  private static final Pattern MANGLED =
      Pattern.compile(
          "\\.symtab \\d+: [0-9a-f]+\\+[1-9]\\d* (?:FUNC|OBJECT|NOTYPE|TLS|IFUNC) \\S+ (\\d+)"
              + " __?(?:(?<v0>R[BCIMNXY])\\w+|(?<legacy>ZN)\\d.*17h[0-9a-fA-F]{16}E)(?:\\..*)?");

  private final ElfDump dump;
  private final List<Listed> sections;
  private final Map<String, String> expected;

  /** What readelf prints of a section. */
  private record Listed(String number, String name, String type, long size, String flags) {
    static Optional<Listed> of(String line) {
      Matcher m = SECTION.matcher(line);
      return m.matches()
          ? Optional.of(
              new Listed(
                  m.group(1),
                  m.group(2),
                  m.group(3),
                  Long.parseUnsignedLong(m.group(4), 16),
                  m.group(5)))
          : Optional.empty();
    }

    boolean forDebuggers() {
      return FOR_DEBUGGERS.matcher(name).matches()
          && !OTHER_USE.contains(type)
          && !flags.contains("A")
          && size > 0;
    }

    boolean packed() {
      return flags.contains("C") || name.startsWith(".z");
    }

    /** What says most of the kind comes first. */
    int rank() {
      return name.contains("_info")
          ? 0
          : name.contains("_types") ? 1 : name.contains("_line") ? 2 : 3;
    }
  }

  ElfDumpFacts(ElfDump dump) {
    this.dump = dump;
    this.sections =
        dump.lines(Part.SECTIONS).stream().flatMap(line -> Listed.of(line).stream()).toList();
    this.expected = expected();
  }

  /** What a fact graded certain says that readelf contradicts. */
  List<String> contradictions(BinaryFacts facts) {
    List<String> found = new ArrayList<>();
    expected.forEach((name, value) -> {
      Fact fact = facts.fact(name);
      if (fact.grade() == Grade.CERTAIN && !said(name, fact).equals(value)) {
        found.add(
            "%s (%s) is \"%s\", not \"%s\"".formatted(name, fact.grade(), fact.value(), value));
      }
    });
    Fact strip = facts.fact("strip");
    boolean full = strip.grade() == Grade.CERTAIN && strip.value().equals("full");
    if (full && hasSymbols() != strip.contradictions().isEmpty()) {
      found.add("strip is \"full\", and symbols are there: %s".formatted(hasSymbols()));
    }
    return found;
  }

  /** How many facts graded certain readelf was asked about. */
  long asked(BinaryFacts facts) {
    return expected.keySet().stream()
        .filter(name -> facts.fact(name).grade() == Grade.CERTAIN)
        .count();
  }

  /** How many facts below certain say what readelf does not. */
  long guesses(BinaryFacts facts) {
    return expected.entrySet().stream()
        .filter(entry -> {
          Fact fact = facts.fact(entry.getKey());
          boolean guessed = fact.grade() != Grade.UNKNOWN && fact.grade() != Grade.CERTAIN;
          return guessed && !said(entry.getKey(), fact).equals(entry.getValue());
        })
        .count();
  }

  /** A value without what is not asked: versions of DWARF, and how many names of each kind. */
  private static String said(String name, Fact fact) {
    return switch (name) {
      case "debug-info" -> fact.value().replaceFirst("DWARF \\d( and \\d)*", "DWARF");
      case "mangling" -> fact.value().replaceFirst("^both: .*", "both");
      default -> fact.value();
    };
  }

  private Map<String, String> expected() {
    Map<String, String> facts = new TreeMap<>();
    facts.put("class", dump.header("Class").equals("ELF64") ? "64-bit" : "32-bit");
    facts.put(
        "byte-order", dump.header("Data").contains("little") ? "little-endian" : "big-endian");
    String machine = dump.header("Machine");
    facts.put("machine", MACHINES.getOrDefault(machine, machine));
    String entry = dump.header("Entry point address");
    facts.put("entry", entry.equals("0x0") ? "none" : entry);
    boolean pie = dump.header("Type").contains("Position-Independent");
    String type = pie ? "PIE" : dump.header("Type").replaceAll(" .*", "");
    facts.put("type", type);
    facts.put("pie", pie ? "yes" : "no");
    facts.put("interpreter", dump.interpreter());
    List<String> needed = dynamic("1");
    facts.put("needed", needed.isEmpty() ? "none" : String.join(", ", needed));
    facts.put("soname", first(dynamic("e")));
    facts.put("runpath", dynamic("1d").isEmpty() ? first(dynamic("f")) : first(dynamic("1d")));
    facts.put("build-id", dump.buildId());
    facts.put("glibc-floor", glibcFloor());
    facts.put("relro", relro());
    facts.put("nx", stack());
    facts.put("linking", linking(pie, entry.equals("0x0"), needed));
    abi().ifPresent(abi -> facts.put("abi", abi));
    debugInfo().ifPresent(debug -> facts.put("debug-info", debug));
    splitDebug().ifPresent(split -> facts.put("split-debug", split));
    if (sections.stream().noneMatch(s -> s.name().endsWith("debug_info.dwo"))) {
      facts.put("debug-units", "unknown");
    }
    facts.put("strip", strip());
    facts.put("mangling", mangling());
    if (!segment("DYNAMIC").isEmpty() && dump.lines(Part.DYNAMIC).isEmpty()) {
      String other = "said in another file";
      List.of("needed", "soname", "runpath", "glibc-floor").forEach(name -> facts.put(name, other));
      facts.put("interpreter", segment("INTERP").isEmpty() ? "none" : other);
      facts.put("relro", segment("GNU_RELRO").isEmpty() ? "none" : other);
      facts.computeIfPresent("type", (name, value) -> value.equals("DYN") ? other : value);
    }
    return facts;
  }

  /**
   * Without an interpreter, a static PIE is what readelf calls a position-independent program and
   * needs nothing; a library has a name, or no entry, or is called a shared object.
   */
  private String linking(boolean pie, boolean noEntry, List<String> needed) {
    if (dump.lines(Part.SEGMENTS).isEmpty() || dump.header("Type").startsWith("REL")) {
      return "unknown";
    } else if (segment("DYNAMIC").isEmpty()) {
      return "static";
    }
    boolean library = !pie || noEntry || !needed.isEmpty() || !dynamic("e").isEmpty();
    return library || !segment("INTERP").isEmpty() ? "dynamic" : "static";
  }

  private Optional<String> abi() {
    String system = SYSTEMS.getOrDefault(dump.header("OS/ABI"), "");
    boolean sure =
        !system.isEmpty()
            && WITHOUT_ABI_FLAGS.contains(dump.header("Machine"))
            && !dump.abiTag().matches("(?i)unknown.*");
    String tag = dump.abiTag().replaceFirst("^Hurd", "GNU Hurd");
    String more = tag.equals("none") ? "" : ", for %s or newer".formatted(tag);
    return sure ? Optional.of(system + more) : Optional.empty();
  }

  /** The kind and the bytes; empty where a section is compressed, which is below certain. */
  private Optional<String> debugInfo() {
    List<Listed> debug = sections.stream().filter(Listed::forDebuggers).toList();
    Optional<Listed> core = core();
    if (core.isPresent()) {
      boolean split = core.get().name().endsWith(".dwo");
      String kind = core.get().name().equals(".stab") ? "STABS" : split ? "split DWARF" : "DWARF";
      long bytes = debug.stream().mapToLong(Listed::size).sum();
      return debug.stream().anyMatch(Listed::packed)
          ? Optional.empty()
          : Optional.of("%s, %d bytes".formatted(kind, bytes));
    } else if (has(".gnu_debuglink")) {
      return dump.text(".gnu_debuglink").map(name -> "none here, separate file " + name);
    }
    return debug.stream()
        .filter(s -> s.name().equals(".gnu_debugdata"))
        .map(s ->
            "none, but packed names of functions (MiniDebugInfo), %d bytes".formatted(s.size()))
        .findFirst()
        .or(() -> Optional.of("none"));
  }

  private Optional<Listed> core() {
    return sections.stream()
        .filter(s -> s.forDebuggers() && DESCRIBES_CODE.matcher(s.name()).matches())
        .min(Comparator.comparingInt(Listed::rank));
  }

  private boolean has(String section) {
    return sections.stream().anyMatch(s -> s.name().equals(section));
  }

  /** Another file that is named, or none where no unit could name one either. */
  private Optional<String> splitDebug() {
    if (has(".gnu_debuglink")) {
      return dump.text(".gnu_debuglink");
    } else if (has(".gnu_debugaltlink")) {
      return dump.text(".gnu_debugaltlink");
    }
    boolean none =
        !sections.isEmpty() && sections.stream().noneMatch(s -> SPLIT.matcher(s.name()).matches());
    return none ? Optional.of("none") : Optional.empty();
  }

  private String strip() {
    return core().isPresent() ? "full" : hasSymbols() ? "debug-stripped" : "stripped";
  }

  /** Of symbols that have bytes in the file. */
  private String mangling() {
    Set<String> empty =
        sections.stream()
            .filter(s -> s.type().equals("NOBITS"))
            .map(Listed::number)
            .collect(Collectors.toSet());
    boolean legacy = false;
    boolean v0 = false;
    for (String line : dump.lines(Part.SYMBOLS)) {
      if (line.contains("_R") || line.contains("17h")) {
        Matcher m = MANGLED.matcher(line);
        boolean counts = m.matches() && !empty.contains(m.group(1));
        legacy |= counts && m.group("legacy") != null;
        v0 |= counts && m.group("v0") != null;
      }
    }
    return legacy ? v0 ? "both" : "legacy" : v0 ? "v0" : "unknown";
  }

  /** The texts of this tag, in order. */
  private List<String> dynamic(String tag) {
    return dump.lines(Part.DYNAMIC).stream()
        .filter(line -> line.startsWith(tag + " "))
        .map(line -> line.substring(tag.length() + 2, line.length() - 1))
        .toList();
  }

  private static String first(List<String> texts) {
    return texts.isEmpty() ? "none" : texts.getFirst();
  }

  private String glibcFloor() {
    return dump.lines(Part.VERSIONS).stream()
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        // Its release notes: 2.36 brought what this marker stands for.
        .map(version -> version.equals("GLIBC_ABI_DT_RELR") ? "GLIBC_2.36" : version)
        .filter(version -> GLIBC.matcher(version).matches())
        .map(version -> version.substring("GLIBC_".length()))
        .max(Comparator.comparing(ModuleDescriptor.Version::parse))
        .orElse("none");
  }

  private String relro() {
    if (segment("GNU_RELRO").isEmpty()) {
      return "none";
    }
    boolean now =
        dump.lines(Part.DYNAMIC).stream()
            .anyMatch(s -> s.matches("18 .*|1e (.* )?BIND_NOW( .*)?|6ffffffb (.* )?NOW( .*)?"));
    return now ? "full" : "partial";
  }

  private String stack() {
    String stack = segment("GNU_STACK");
    return stack.isEmpty() ? "unknown" : stack.endsWith("E") ? "no" : "yes";
  }

  private String segment(String type) {
    return dump.lines(Part.SEGMENTS).stream()
        .filter(line -> line.startsWith(type + " "))
        .findFirst()
        .orElse("");
  }

  private boolean hasSymbols() {
    return dump.lines(Part.SYMBOLS).stream().anyMatch(line -> SYMBOL.matcher(line).lookingAt());
  }
}
