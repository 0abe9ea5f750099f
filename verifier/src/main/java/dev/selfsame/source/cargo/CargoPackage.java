package dev.selfsame.source.cargo;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A package of a project.
 *
 * @param name as Cargo.toml has it
 * @param folder from the project's folder, with slashes; empty for that folder itself
 * @param edition {@code 2015} where none is said
 * @param rustVersion the oldest Rust that it says it compiles with
 * @param licence an SPDX expression
 * @param binaries sorted by name
 * @param defaultRun the binary that {@code cargo run} takes
 * @param features what each feature switches on
 * @param links the native library that the manifest claims
 * @param buildScript the build script, where there is one
 * @param dependencies folders of path dependencies, as they are written
 */
public record CargoPackage(
    String name,
    String folder,
    String edition,
    Optional<RustVersion> rustVersion,
    Optional<String> licence,
    List<Binary> binaries,
    Optional<String> defaultRun,
    Map<String, List<String>> features,
    Optional<String> links,
    Optional<BuildScript> buildScript,
    List<String> dependencies) {
  public CargoPackage {
    requireNonNull(name);
    requireNonNull(folder);
    requireNonNull(edition);
    requireNonNull(rustVersion);
    requireNonNull(licence);
    requireNonNull(defaultRun);
    requireNonNull(links);
    requireNonNull(buildScript);
    binaries = List.copyOf(binaries);
    features = Collections.unmodifiableMap(new TreeMap<>(features));
    dependencies = List.copyOf(dependencies);
  }

  /**
   * A binary.
   *
   * @param requires the features without which Cargo does not build it
   */
  public record Binary(String name, List<String> requires) {
    public Binary {
      requireNonNull(name);
      requires = List.copyOf(requires);
    }
  }

  /** The package's own features that are on when nothing is said. */
  public Set<String> usualFeatures() {
    Set<String> on = new TreeSet<>();
    switchOn("default", on);
    return on;
  }

  private void switchOn(String feature, Set<String> on) {
    if (features.containsKey(feature) && on.add(feature)) {
      features.get(feature).forEach(next -> switchOn(next, on));
    }
  }

  /** Its features but {@code default}, sorted. */
  public List<String> featureNames() {
    return features.keySet().stream().filter(name -> !name.equals("default")).toList();
  }
}
