package dev.selfsame.binary;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Grade;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What readelf prints of a file's DWARF units: how many there are, of which versions, and how many
 * name a file that has their bodies. It walks every unit, so only files that claim certainty are
 * asked about, and of those that are not huge.
 *
 * @param versions each once
 * @param count of the units
 * @param outside how many name a {@code .dwo} file
 */
record ElfUnits(Set<Integer> versions, int count, int outside) {
  private static final long LARGEST = 64 << 20;
  private static final Pattern CLAIM =
      Pattern.compile("(?:split )?DWARF(?: (\\d(?: and \\d)*))?, (\\d+) bytes.*");
  private static final Pattern COUNTED = Pattern.compile("(?:.*, )?(\\d+) units?( in .*|:.*)?");
  private static final Pattern SECTION =
      Pattern.compile("Contents of the (?:(\\.debug_info(?:\\.dwo)?)|\\S+) section.*");
  private static final Pattern VERSION = Pattern.compile(" {3}Version: +(\\d+)");
  private static final Pattern OUTSIDE = Pattern.compile(".* DW_AT_(GNU_)?dwo_name *:.*");

  ElfUnits {
    versions = Set.copyOf(versions);
  }

  /** Whether a fact says with certainty what readelf is asked here. */
  static boolean isAsked(BinaryFacts facts) {
    Fact debug = facts.fact("debug-info");
    Matcher claim = CLAIM.matcher(debug.value());
    return debug.grade() == Grade.CERTAIN
        && claim.matches()
        && Long.parseLong(claim.group(2)) < LARGEST;
  }

  static ElfUnits of(Path file) {
    ProcessBuilder builder =
        new ProcessBuilder(
                "readelf", "-W", "-wN", "--dwarf-depth=1", "--debug-dump=info", file.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Set<Integer> versions = new TreeSet<>();
    int count = 0;
    int outside = 0;
    boolean inUnits = false;
    try (BufferedReader output = builder.start().inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Matcher section = SECTION.matcher(line);
        inUnits = section.matches() ? section.group(1) != null : inUnits;
        Matcher version = VERSION.matcher(line);
        if (inUnits && version.matches()) {
          versions.add(Integer.valueOf(version.group(1)));
          count++;
        }
        outside += inUnits && OUTSIDE.matcher(line).matches() ? 1 : 0;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ElfUnits(versions, count, outside);
  }

  /** What facts say that readelf contradicts. */
  List<String> contradictions(BinaryFacts facts) {
    List<String> found = new ArrayList<>();
    Matcher claim = CLAIM.matcher(facts.fact("debug-info").value());
    String theirs =
        new TreeSet<>(versions).stream().map(String::valueOf).collect(Collectors.joining(" and "));
    if (claim.matches() && claim.group(1) != null && !claim.group(1).equals(theirs)) {
      found.add("debug-info is \"%s\", and units are of %s".formatted(claim.group(), theirs));
    }
    for (String name : List.of("split-debug", "debug-units")) {
      Fact fact = facts.fact(name);
      if (fact.grade() == Grade.CERTAIN && contradicts(fact.value())) {
        found.add(
            "%s is \"%s\", and of %d units %d name another file"
                .formatted(name, fact.value(), count, outside));
      }
    }
    return found;
  }

  /** A number of units is that of those in another file, or of all in this one. */
  private boolean contradicts(String value) {
    Matcher counted = COUNTED.matcher(value);
    if (!counted.matches()) {
      return value.equals("none") && outside > 0;
    }
    boolean named = counted.group(2) != null && counted.group(2).startsWith(" in ");
    return Integer.parseInt(counted.group(1)) != (named ? outside : count);
  }
}
