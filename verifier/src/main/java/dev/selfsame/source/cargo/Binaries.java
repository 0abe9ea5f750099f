package dev.selfsame.source.cargo;

import dev.selfsame.outcome.Failure;
import dev.selfsame.source.cargo.CargoPackage.Binary;
import dev.selfsame.toml.TomlFields;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which binaries a package has: those that its manifest names, and those that Cargo finds by itself
 * in {@code src/main.rs}, {@code src/bin/NAME.rs} and {@code src/bin/NAME/main.rs}. Source: The
 * Cargo Book, Cargo Targets, Target auto-discovery.
 */
final class Binaries {
  private static final String RUST = ".rs";

  private final Path folder;
  private final String packageName;

  private Binaries(Path folder, String packageName) {
    this.folder = folder;
    this.packageName = packageName;
  }

  /**
   * The binaries, sorted by name.
   *
   * @param manifest the whole of Cargo.toml
   * @param about its {@code [package]}
   */
  static List<Binary> of(
      Path folder, TomlFields manifest, TomlFields about, String name, String edition) {
    Binaries here = new Binaries(folder, name);
    List<TomlFields> tables = manifest.tables("bin");
    // The oldest edition looks for nothing as soon as one binary is named.
    boolean usual = !edition.equals("2015") || tables.isEmpty();
    boolean found = about.flag("autobins", usual);
    return here.all(tables, found ? here.discovered() : Map.of());
  }

  private List<Binary> all(List<TomlFields> tables, Map<String, Path> discovered) {
    List<Binary> all = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<Path> paths = new HashSet<>();
    for (TomlFields table : tables) {
      String name = table.optionalString("name").orElse(packageName);
      table.optionalString("path").ifPresent(path -> paths.add(folder.resolve(path).normalize()));
      if (names.add(name)) {
        all.add(new Binary(name, table.strings("required-features")));
      }
    }
    discovered.forEach((name, path) -> {
      if (!names.contains(name) && !paths.contains(path)) {
        all.add(new Binary(name, List.of()));
      }
    });
    all.sort(Comparator.comparing(Binary::name));
    return all;
  }

  private Map<String, Path> discovered() {
    Map<String, Path> found = new TreeMap<>();
    Path main = folder.resolve("src/main.rs");
    if (Files.isRegularFile(main)) {
      found.put(packageName, main);
    }
    Path bin = folder.resolve("src/bin");
    if (Files.isDirectory(bin)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(bin)) {
        entries.forEach(entry -> discover(entry, found));
      } catch (IOException e) {
        throw Failure.undecided(
            "cannot list %s: %s".formatted(bin, e.getMessage()), "check its permissions", e);
      }
    }
    return found;
  }

  private static void discover(Path entry, Map<String, Path> found) {
    String name = String.valueOf(entry.getFileName());
    if (name.startsWith(".")) {
      return;
    }
    if (name.endsWith(RUST) && Files.isRegularFile(entry)) {
      found.put(name.substring(0, name.length() - RUST.length()), entry);
    } else if (Files.isRegularFile(entry.resolve("main.rs"))) {
      found.put(name, entry.resolve("main.rs"));
    }
  }
}
