package dev.selfsame.binary;

import dev.selfsame.evidence.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The facts that follow from what {@code llvm-objdump --macho --private-headers --non-verbose}
 * prints of a thin file or slice, one field a line.
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

  private static final long DYLDLINK = 0x4;
  private static final long ALLOW_STACK_EXECUTION = 0x2_0000;
  private static final long PIE = 0x20_0000;
  private static final long NO_HEAP_EXECUTION = 0x100_0000;

  /** Of the header: magic, processor, its kind, capabilities, type, commands, bytes, flags. */
  private final String[] header;

  private final List<Command> commands = new ArrayList<>();

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
  }

  private MachoDumpFacts(String header) {
    this.header = header.split(" ", -1);
  }

  /** Of each slice, in order. */
  static List<MachoDumpFacts> of(List<String> lines) {
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
    return slices;
  }

  /** What facts say that the tool contradicts. */
  List<String> contradictions(Map<String, Fact> facts) {
    List<String> found = new ArrayList<>();
    expected()
        .forEach((name, value) -> {
          Fact fact = facts.getOrDefault(name, Fact.unknown());
          if (!fact.value().equals(value)) {
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

  private Optional<String> first(String command, String field) {
    return named(command).flatMap(c -> c.of(field).stream()).findFirst();
  }

  private Stream<Command> named(String name) {
    return commands.stream().filter(command -> command.name().equals(name));
  }
}
