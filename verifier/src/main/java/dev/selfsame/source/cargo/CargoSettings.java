package dev.selfsame.source.cargo;

import static java.util.Objects.requireNonNull;

import dev.selfsame.toml.TomlFields;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a project's own {@code .cargo/config.toml} (or {@code .cargo/config}) says that decides
 * bytes; {@link CargoOverrides} has what stops a build. Source: The Cargo Book, Configuration.
 *
 * @param file its name from the project's folder; empty where there is none
 * @param rustflags of {@code [build]}
 * @param targetFlags of each {@code [target.X]}, by X
 * @param replacement what crates.io is replaced with: a folder or an address
 */
public record CargoSettings(
    Optional<String> file,
    List<String> rustflags,
    Map<String, List<String>> targetFlags,
    Optional<String> replacement) {
  private static final CargoSettings NONE =
      new CargoSettings(Optional.empty(), List.of(), Map.of(), Optional.empty());

  public CargoSettings {
    requireNonNull(file);
    rustflags = List.copyOf(rustflags);
    targetFlags = Collections.unmodifiableMap(new TreeMap<>(targetFlags));
    requireNonNull(replacement);
  }

  /**
   * Reads the file of a folder; nothing is set where there is none.
   *
   * @throws dev.selfsame.outcome.Failure (usage) where it is malformed
   */
  static CargoSettings read(Path folder) {
    // Cargo takes the name without an ending first.
    return Stream.of(".cargo/config", ".cargo/config.toml")
        .flatMap(name ->
            ProjectText.toml(folder.resolve(name), name).map(toml -> of(name, toml)).stream())
        .findFirst()
        .orElse(NONE);
  }

  private static CargoSettings of(String name, TomlFields toml) {
    Optional<TomlFields> build = toml.optionalTable("build");
    Map<String, List<String>> flags = new TreeMap<>();
    toml.optionalTable("target")
        .ifPresent(targets ->
            targets
                .keys()
                .forEach(key ->
                    targets
                        .tableIf(key)
                        .ifPresent(table -> {
                          List<String> own = words(table, "rustflags");
                          if (!own.isEmpty()) {
                            flags.put(key, own);
                          }
                        })));
    return new CargoSettings(
        Optional.of(name),
        build.map(table -> words(table, "rustflags")).orElse(List.of()),
        flags,
        replacement(toml));
  }

  /** A list, or one string with spaces between the words. */
  private static List<String> words(TomlFields table, String key) {
    Optional<String> line = table.stringIf(key);
    if (line.isEmpty()) {
      return table.has(key) ? table.strings(key) : List.of();
    }
    return Stream.of(line.get().strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
  }

  private static Optional<String> replacement(TomlFields toml) {
    Optional<TomlFields> sources = toml.optionalTable("source");
    Optional<String> name =
        sources
            .flatMap(all -> all.tableIf("crates-io"))
            .flatMap(own -> own.stringIf("replace-with"));
    return name.map(other ->
        sources
            .flatMap(all -> all.tableIf(other))
            .flatMap(table ->
                table
                    .stringIf("directory")
                    .or(() -> table.stringIf("local-registry"))
                    .or(() -> table.stringIf("registry")))
            .orElse(other));
  }
}
