package dev.selfsame.build.crates;

import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.fetch.Address;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * Where the user's Cargo takes crates.io's crates from: the replacement of {@code
 * source.crates-io}, if there is one, else crates.io itself.
 *
 * <p>Source: The Cargo Book, Configuration (Hierarchical structure) and Source Replacement. Read
 * are {@code .cargo/config.toml} (or {@code .cargo/config}) of the project's folder and of each
 * above it, then the one in {@code CARGO_HOME}; the nearer wins. A replacement that is a folder on
 * this machine is passed over: it holds no original crate files.
 */
public final class CargoConfiguration {
  /** The index of crates.io. */
  public static final URI CRATES_IO = URI.create("https://index.crates.io/");

  private static final String SPARSE = "sparse+";
  private static final int MAX_HOPS = 16;

  private final List<TomlTable> files;
  private final Map<String, String> environment;

  private CargoConfiguration(List<TomlTable> files, Map<String, String> environment) {
    this.files = files;
    this.environment = environment;
  }

  /**
   * Reads what holds for a project.
   *
   * @throws Failure (usage) where a configuration file is no TOML
   */
  public static CargoConfiguration read(Path project, Map<String, String> environment) {
    List<TomlTable> files = new ArrayList<>();
    Path home = Path.of(environment.getOrDefault("HOME", "/")).resolve(".cargo");
    String cargoHome = environment.getOrDefault("CARGO_HOME", "");
    Path own = cargoHome.isEmpty() ? home : Path.of(cargoHome);
    Path folder = project.toAbsolutePath().normalize();
    for (Path above = folder; above != null; above = above.getParent()) {
      Path candidate = above.resolve(".cargo");
      if (!candidate.equals(own)) {
        load(candidate).ifPresent(files::add);
      }
    }
    load(own).ifPresent(files::add);
    return new CargoConfiguration(files, Map.copyOf(environment));
  }

  private static Optional<TomlTable> load(Path folder) {
    // Cargo takes the name without an ending first, for the sake of old versions.
    for (String name : List.of("config", "config.toml")) {
      Path file = folder.resolve(name);
      try {
        TomlParseResult toml = Toml.parse(Files.readString(file, StandardCharsets.UTF_8));
        if (toml.hasErrors()) {
          throw Failure.usage(
              "%s: %s".formatted(file, toml.errors().getFirst()), "mend it: Cargo reads it too");
        }
        return Optional.of(toml);
      } catch (NoSuchFileException e) {
        // The other name is tried.
      } catch (IOException e) {
        // What this user cannot read, this user's Cargo does not use.
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /**
   * The sparse index to take crates from, ending in a slash.
   *
   * @throws Failure (usage) where the replacement is not a sparse registry, or goes in a circle
   */
  public URI index() {
    String source = "crates-io";
    for (int hop = 0; hop < MAX_HOPS; hop++) {
      Optional<String> next = value("source", source, "replace-with");
      if (next.isEmpty()) {
        return source.equals("crates-io") ? CRATES_IO : registry(source);
      }
      source = next.get();
    }
    throw Failure.usage(
        "the replacement of crates.io in Cargo's configuration goes in a circle",
        "mend [source.crates-io] in .cargo/config.toml");
  }

  private URI registry(String source) {
    Optional<String> url =
        value("source", source, "registry").or(() -> value("registries", source, "index"));
    if (url.isEmpty()) {
      return CRATES_IO;
    }
    if (!url.get().startsWith(SPARSE)) {
      throw Failure.usage(
          "Cargo's configuration replaces crates.io by a git index: " + Address.shown(url.get()),
          "name the mirror's sparse index: sparse+https://…/");
    }
    String address = url.get().substring(SPARSE.length());
    try {
      return Address.parse(address.endsWith("/") ? address : address + "/");
    } catch (IllegalArgumentException e) {
      throw Failure.usage(
          "not an address in Cargo's configuration: " + Address.shown(url.get()),
          "mend source." + source);
    }
  }

  private Optional<String> value(String kind, String name, String key) {
    return value(List.of(kind, name, key));
  }

  private Optional<String> value(List<String> path) {
    String variable = "CARGO_" + String.join("_", path).replace('-', '_').toUpperCase(Locale.ROOT);
    String set = environment.getOrDefault(variable, "");
    if (!set.isEmpty()) {
      return Optional.of(set);
    }
    return files.stream()
        .map(file -> file.get(path))
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .findFirst();
  }

  /** The proxy of {@code http.proxy}, such as {@code host:port}. */
  public Optional<String> proxy() {
    return value(List.of("http", "proxy"));
  }
}
