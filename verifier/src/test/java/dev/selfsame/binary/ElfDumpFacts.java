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
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The facts that follow from what readelf prints of a file. */
final class ElfDumpFacts {
  private static final Pattern GLIBC = Pattern.compile("GLIBC_\\d+(\\.\\d+)+");

  /** Stripping leaves nobody a name where files and sections alone have one. */
  private static final Pattern SYMBOL =
      Pattern.compile("\\.symtab [1-9]\\d*: \\S+ (?!FILE |SECTION )");

  private static final Map<String, String> MACHINES =
      Map.of(
          "Intel 80386", "i386",
          "Advanced Micro Devices X86-64", "x86-64",
          "Linux BPF", "BPF");

  private final ElfDump dump;

  ElfDumpFacts(ElfDump dump) {
    this.dump = dump;
  }

  /** What a fact graded certain says that readelf contradicts. */
  List<String> contradictions(BinaryFacts facts) {
    List<String> found = new ArrayList<>();
    expected()
        .forEach((name, value) -> {
          Fact fact = facts.fact(name);
          if (fact.grade() == Grade.CERTAIN && !fact.value().equals(value)) {
            found.add(
                "%s (%s) is \"%s\", not \"%s\"".formatted(name, fact.grade(), fact.value(), value));
          }
        });
    Fact strip = facts.fact("strip");
    boolean stripped = strip.value().equals("stripped");
    if (strip.grade() == Grade.CERTAIN && stripped == hasSymbols() && !isFull(strip)) {
      found.add(
          "strip is \"%s\", and symbols are there: %s".formatted(strip.value(), hasSymbols()));
    }
    return found;
  }

  /** How many facts below certain say what readelf does not. */
  long guesses(BinaryFacts facts) {
    return expected().entrySet().stream()
        .filter(entry -> {
          Fact fact = facts.fact(entry.getKey());
          boolean guessed = fact.grade() != Grade.UNKNOWN && fact.grade() != Grade.CERTAIN;
          return guessed && !fact.value().equals(entry.getValue());
        })
        .count();
  }

  /** With debug information and no symbols, the fact names that as a contradiction. */
  private boolean isFull(Fact strip) {
    boolean debug =
        dump.lines(Part.SECTIONS).stream()
            .anyMatch(s -> s.matches("\\[\\d+\\] \\.z?debug_(info|types|line) .*"));
    return strip.value().equals("full")
        && debug
        && hasSymbols() == strip.contradictions().isEmpty();
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
    if (!segment("DYNAMIC").isEmpty() && dump.lines(Part.DYNAMIC).isEmpty()) {
      String other = "said in another file";
      List.of("needed", "soname", "runpath", "glibc-floor").forEach(name -> facts.put(name, other));
      facts.put("interpreter", segment("INTERP").isEmpty() ? "none" : other);
      facts.put("relro", segment("GNU_RELRO").isEmpty() ? "none" : other);
      facts.computeIfPresent("type", (name, value) -> value.equals("DYN") ? other : value);
    }
    return facts;
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
