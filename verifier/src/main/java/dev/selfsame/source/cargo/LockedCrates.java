package dev.selfsame.source.cargo;

import static java.util.Objects.requireNonNull;

import dev.selfsame.outcome.Failure;
import dev.selfsame.toml.TomlFields;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A Cargo.lock as it stands: also one that no build would take, so that it can be said why.
 *
 * @param version of the file; 1 where it says none
 * @param crates every package of it, sorted by name and version
 */
public record LockedCrates(long version, List<Locked> crates) {
  /** The file's name. */
  public static final String FILE_NAME = "Cargo.lock";

  private static final Set<String> CRATES_IO =
      Set.of(
          "registry+https://github.com/rust-lang/crates.io-index",
          "sparse+https://index.crates.io/");

  public LockedCrates {
    crates =
        crates.stream()
            .sorted(Comparator.comparing(Locked::name).thenComparing(Locked::version))
            .toList();
  }

  /**
   * One package.
   *
   * @param source where it is from; empty for the project's own
   * @param dependencies {@code NAME}, {@code NAME VERSION} or {@code NAME VERSION (SOURCE)}
   */
  public record Locked(
      String name, String version, Optional<String> source, List<String> dependencies) {
    public Locked {
      requireNonNull(name);
      requireNonNull(version);
      requireNonNull(source);
      dependencies = List.copyOf(dependencies);
    }

    /** Whether Cargo.lock fixes its bytes: it is the project's own, or from crates.io. */
    public boolean isFixed() {
      return source.map(CRATES_IO::contains).orElse(true);
    }
  }

  /**
   * Reads the file of a folder; empty where there is none.
   *
   * @throws Failure (usage) with line and column where it is malformed
   */
  static Optional<LockedCrates> read(Path folder) {
    return ProjectText.toml(folder.resolve(FILE_NAME), FILE_NAME).map(LockedCrates::of);
  }

  private static LockedCrates of(TomlFields file) {
    List<Locked> crates = new ArrayList<>();
    for (TomlFields table : file.tables("package")) {
      crates.add(
          new Locked(
              table.string("name"),
              table.string("version"),
              table.optionalString("source"),
              table.strings("dependencies")));
    }
    return new LockedCrates(file.optionalCount("version").orElse(1L), crates);
  }

  /**
   * All that a package may need, itself left out: also what only tests or other platforms need,
   * since the file does not tell these apart.
   */
  public List<Locked> reached(String packageName) {
    Map<String, List<Locked>> byName = new HashMap<>();
    crates.forEach(one -> byName.computeIfAbsent(one.name(), _ -> new ArrayList<>()).add(one));
    Set<Locked> seen = new LinkedHashSet<>();
    ArrayDeque<Locked> open =
        new ArrayDeque<>(
            byName.getOrDefault(packageName, List.of()).stream()
                .filter(one -> one.source().isEmpty())
                .toList());
    List<Locked> own = List.copyOf(open);
    while (!open.isEmpty()) {
      Locked one = open.pop();
      if (seen.add(one)) {
        one.dependencies().forEach(text -> open.addAll(named(byName, text)));
      }
    }
    return crates.stream().filter(seen::contains).filter(one -> !own.contains(one)).toList();
  }

  private static List<Locked> named(Map<String, List<Locked>> byName, String text) {
    String[] words = text.split(" ", -1);
    return byName.getOrDefault(words[0], List.of()).stream()
        .filter(one -> words.length < 2 || one.version().equals(words[1]))
        .toList();
  }
}
