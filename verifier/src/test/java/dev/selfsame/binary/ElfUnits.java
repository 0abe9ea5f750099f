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
 * What readelf prints of a file's DWARF units: their versions, and whether their bodies stand in
 * another file. It walks every unit, so only files that claim certainty are asked about, and of
 * those that are not huge.
 *
 * @param versions each once, the lowest first
 * @param split whether a unit names a {@code .dwo} file
 */
record ElfUnits(Set<Integer> versions, boolean split) {
  private static final long LARGEST = 64 << 20;
  private static final Pattern CLAIM = Pattern.compile("DWARF (\\d(?: and \\d)*), (\\d+) bytes.*");
  private static final Pattern VERSION = Pattern.compile(" {3}Version: +(\\d+)");
  private static final Pattern OUTSIDE = Pattern.compile(".* DW_AT_(GNU_)?dwo_name .*");
  private static final String SECTION = "Contents of the .debug_info section";

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
    boolean split = false;
    boolean units = false;
    try (BufferedReader output = builder.start().inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        units = line.startsWith("Contents of the ") ? line.startsWith(SECTION) : units;
        Matcher version = VERSION.matcher(line);
        if (units && version.matches()) {
          versions.add(Integer.valueOf(version.group(1)));
        }
        split |= units && OUTSIDE.matcher(line).matches();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ElfUnits(versions, split);
  }

  /** What facts say that readelf contradicts. */
  List<String> contradictions(BinaryFacts facts) {
    List<String> found = new ArrayList<>();
    Matcher claim = CLAIM.matcher(facts.fact("debug-info").value());
    String theirs =
        new TreeSet<>(versions)
            .stream().map(String::valueOf).collect(Collectors.joining(" and "));
    if (claim.matches() && !claim.group(1).equals(theirs)) {
      found.add("debug-info is \"%s\", and units are of %s".formatted(claim.group(), theirs));
    }
    Fact outside = facts.fact("split-debug");
    boolean said = outside.value().matches("\\d+ units? in .*");
    boolean none = outside.value().equals("none");
    if (outside.grade() == Grade.CERTAIN && (said && !split || none && split)) {
      found.add(
          "split-debug is \"%s\", and units name another file: %s"
              .formatted(outside.value(), split));
    }
    return found;
  }
}
