package dev.selfsame.source.cargo;

import dev.selfsame.outcome.Failure;
import dev.selfsame.toml.TomlFields;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One Cargo.toml. */
final class CargoManifest {
  static final String FILE_NAME = "Cargo.toml";

  private static final List<String> DEPENDENCIES =
      List.of("dependencies", "build-dependencies", "build_dependencies");

  private final Path folder;
  private final String within;
  private final TomlFields file;

  private CargoManifest(Path folder, String within, TomlFields file) {
    this.folder = folder;
    this.within = within;
    this.file = file;
  }

  /**
   * Reads the manifest of a folder; empty where there is none.
   *
   * @param within the folder as seen from the project's, with slashes
   * @throws Failure (usage) with file, line and column where it is no TOML
   */
  static Optional<CargoManifest> read(Path folder, String within) {
    String shown = within.isEmpty() ? FILE_NAME : within + "/" + FILE_NAME;
    return ProjectText.toml(folder.resolve(FILE_NAME), shown)
        .map(file -> new CargoManifest(folder, within, file));
  }

  String within() {
    return within;
  }

  Optional<TomlFields> workspace() {
    return file.optionalTable("workspace");
  }

  boolean hasPackage() {
    return about().isPresent();
  }

  private Optional<TomlFields> about() {
    return file.optionalTable("package").or(() -> file.optionalTable("project"));
  }

  /** The keys of a profile as they stand, sorted; tables below it are left out. */
  Map<String, String> profile(String name) {
    Map<String, String> keys = new TreeMap<>();
    file.tableIf("profile")
        .flatMap(profiles -> profiles.tableIf(name))
        .ifPresent(profile ->
            profile
                .keys()
                .forEach(key -> profile.scalarIf(key).ifPresent(value -> keys.put(key, value))));
    return keys;
  }

  /** The profiles that the manifest makes beside Cargo's own, sorted. */
  List<String> ownProfiles() {
    return file.tableIf("profile").map(TomlFields::keys).orElse(List.of()).stream()
        .filter(name -> !List.of("dev", "release", "test", "bench").contains(name))
        .toList();
  }

  /**
   * The package, with what it takes over from its workspace.
   *
   * @param workspace {@code [workspace.package]}, where there is one
   * @throws Failure (usage) where it has no name, or a field is of the wrong kind
   */
  CargoPackage cargoPackage(Optional<TomlFields> workspace) {
    TomlFields about =
        about().orElseThrow(() -> file.wrong("neither a package nor a workspace: " + where()));
    String name = about.string("name");
    String edition = inherited(about, workspace, "edition").orElse("2015");
    Optional<String> rust = inherited(about, workspace, "rust-version");
    rust.filter(text -> RustVersion.parse(text).isEmpty())
        .ifPresent(text -> {
          throw about.wrong("rust-version", "package.rust-version is no version: " + text);
        });
    return new CargoPackage(
        name,
        within,
        edition,
        rust.flatMap(RustVersion::parse),
        inherited(about, workspace, "license"),
        Binaries.of(folder, file, about, name, edition),
        about.optionalString("default-run"),
        features(),
        about.optionalString("links"),
        buildScript(about),
        pathDependencies());
  }

  private String where() {
    return within.isEmpty() ? FILE_NAME : within;
  }

  private static Optional<String> inherited(
      TomlFields about, Optional<TomlFields> workspace, String key) {
    Optional<TomlFields> table = about.tableIf(key);
    if (table.isEmpty()) {
      return about.optionalString(key);
    }
    if (!table.get().flag("workspace", false)) {
      throw about.wrong(key, "package.%s is not a string".formatted(key));
    }
    return workspace.flatMap(shared -> shared.optionalString(key));
  }

  private Map<String, List<String>> features() {
    Map<String, List<String>> features = new HashMap<>();
    file.optionalTable("features")
        .ifPresent(table -> table.keys().forEach(key -> features.put(key, table.strings(key))));
    return features;
  }

  private Optional<BuildScript> buildScript(TomlFields about) {
    if (about.flagIf("build").equals(Optional.of(false))) {
      return Optional.empty();
    }
    String name = about.stringIf("build").orElse("build.rs");
    Path script = folder.resolve(name);
    return ProjectText.bytes(script)
        .map(_ -> BuildScript.read(script, within.isEmpty() ? name : within + "/" + name));
  }

  /** The folders of dependencies that are given by path, and not only for tests. */
  private List<String> pathDependencies() {
    List<String> paths = new ArrayList<>();
    Stream<TomlFields> platforms =
        file.tableIf("target").stream()
            .flatMap(targets -> targets.keys().stream().map(targets::tableIf))
            .flatMap(Optional::stream);
    Stream.concat(Stream.of(file), platforms)
        .forEach(table -> DEPENDENCIES.forEach(kind -> collect(table.tableIf(kind), paths)));
    return paths.stream().sorted().distinct().toList();
  }

  private static void collect(Optional<TomlFields> dependencies, List<String> paths) {
    dependencies.ifPresent(all ->
        all.keys()
            .forEach(name ->
                all.tableIf(name).flatMap(one -> one.stringIf("path")).ifPresent(paths::add)));
  }

  /** As {@link #pathDependencies}, of {@code [workspace.dependencies]}: a member may take them. */
  List<String> sharedPaths() {
    List<String> paths = new ArrayList<>();
    collect(workspace().flatMap(table -> table.tableIf("dependencies")), paths);
    return paths;
  }
}
