package dev.selfsame.binary.rust;

import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The source files that a program's panic messages name, and what their paths tell. Each path is
 * exact where it came from a panic location, which says where its text begins and ends.
 *
 * <p>They are a lower bound: code that cannot panic names no file, and {@code --remap-path-prefix}
 * removes what it is told to.
 */
public final class SourceFiles {
  private static final int MAX_FILES = 1 << 16;
  private static final int SHOWN = 8;

  /** Cargo's registry folders, Debian's, and vendored crates with a version in their folder. */
  private static final Pattern CRATE =
      Pattern.compile(
          ".*(?:registry/src/[^/]+|cargo/registry|/vendor)/"
              + "([A-Za-z0-9_-]+?)-([0-9]+\\.[0-9]+\\.[0-9]+[A-Za-z0-9.+-]*)/.*");

  private static final Pattern STANDARD =
      Pattern.compile("(/rustc/[0-9a-f]{40}|/usr/src/rustc-[^/]+|/rust/deps)/.*");
  private static final Pattern INDEX =
      Pattern.compile(".*registry/src/(index\\.crates\\.io|github\\.com)-([0-9a-f]{16})/.*");
  private static final Pattern RUNTIME =
      Pattern.compile(
          "(?:/rustc/[0-9a-f]{40}|/usr/src/rustc-[^/]+)/library/(panic_unwind|panic_abort)/src/.*");
  private static final Pattern REGISTRY =
      Pattern.compile("(.*?registry/src/[^/]+|.*cargo/registry)/.*");

  private final Map<String, Seen> files = new TreeMap<>();

  /** How often a path was named, and where it stands. */
  private record Seen(int times, Evidence place) {}

  /** Notes one panic location. */
  public void add(String path, String where, long offset) {
    Seen seen = files.get(path);
    if (seen != null) {
      files.put(path, new Seen(seen.times() + 1, seen.place()));
    } else if (files.size() < MAX_FILES) {
      files.put(path, new Seen(1, new Evidence(where, offset, path)));
    }
  }

  /** Distinct paths. */
  public int count() {
    return files.size();
  }

  /** Crates that are named with their version, sorted; a lower bound. */
  public Fact crates() {
    Map<String, Evidence> crates = new TreeMap<>();
    files.forEach((path, seen) -> {
      String slashed = slashed(path);
      Matcher matcher = CRATE.matcher(slashed);
      if (matcher.matches() && !STANDARD.matcher(slashed).matches()) {
        crates.putIfAbsent(matcher.group(1) + " " + matcher.group(2), seen.place());
      }
    });
    return crates.isEmpty()
        ? Fact.unknown()
        : new Fact(
            "at least %d: %s".formatted(crates.size(), String.join(", ", crates.keySet())),
            Grade.WEAK,
            crates.values().stream().limit(SHOWN).toList(),
            List.of());
  }

  /** The folders that the paths begin with, sorted. */
  public Fact roots() {
    Map<String, Evidence> roots = new TreeMap<>();
    files.forEach((path, seen) -> roots.putIfAbsent(root(path), seen.place()));
    return roots.isEmpty()
        ? Fact.unknown()
        : new Fact(
            String.join(", ", roots.keySet()),
            Grade.STRONG,
            roots.values().stream().limit(SHOWN).toList(),
            List.of());
  }

  /** The same path as Unix writes it: one made on Windows has both kinds of slashes. */
  private static String slashed(String path) {
    return path.replace('\\', '/');
  }

  private static String root(String path) {
    String slashed = slashed(path);
    Matcher standard = STANDARD.matcher(slashed);
    if (standard.matches()) {
      return path.substring(0, standard.end(1));
    }
    Matcher registry = REGISTRY.matcher(slashed);
    if (registry.matches()) {
      return path.substring(0, registry.end(1));
    }
    if (!path.startsWith("/")) {
      return slashed.matches("[A-Za-z]:/.*") ? path.substring(0, 3) : "(relative)";
    }
    int source = path.indexOf("/src/");
    int folder = path.lastIndexOf('/');
    return source > 0 ? path.substring(0, source) : folder > 0 ? path.substring(0, folder) : "/";
  }

  /**
   * The panic runtime of the standard library that a location stands in. Nothing where none does,
   * or both do: then the file is not one program.
   */
  public Optional<Mark> panicRuntime() {
    Optional<Mark> found = Optional.empty();
    String name = "";
    for (Map.Entry<String, Seen> file : files.entrySet()) {
      Matcher matcher = RUNTIME.matcher(slashed(file.getKey()));
      if (matcher.matches()) {
        if (found.isPresent() && !name.equals(matcher.group(1))) {
          return Optional.empty();
        }
        name = matcher.group(1);
        Evidence place = file.getValue().place();
        found = Optional.of(new Mark(place.where(), place.offset(), file.getKey()));
      }
    }
    return found;
  }

  /** What Cargo's name for its registry folder tells of Cargo's age. */
  public Fact cargoAge() {
    List<Evidence> evidence = new ArrayList<>();
    String age = "";
    for (Map.Entry<String, Seen> file : files.entrySet()) {
      Matcher matcher = INDEX.matcher(slashed(file.getKey()));
      if (matcher.matches() && evidence.isEmpty()) {
        age = age(matcher.group(1), matcher.group(2));
        evidence.add(file.getValue().place());
      }
    }
    return age.isEmpty() ? Fact.unknown() : new Fact(age, Grade.MEDIUM, evidence, List.of());
  }

  /** Cargo 1.85 changed the hash; before 1.70 the index was a git repository by default. */
  private static String age(String index, String hash) {
    return switch (hash) {
      case "1949cf8c6b5b557f" -> "1.85 or later";
      case "6f17d22bba15001f" -> "before 1.85";
      case "1ecc6299db9ec823" -> index.equals("github.com") ? "before 1.85, git index" : "";
      default -> "";
    };
  }
}
