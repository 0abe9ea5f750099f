package dev.selfsame.source.cargo;

import static java.util.Objects.requireNonNull;

import dev.selfsame.outcome.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A package or a workspace, with all that its files say of how it is built.
 *
 * @param folder where its Cargo.toml and Cargo.lock are
 * @param packages the root's own first, the others sorted by folder
 * @param usual names of the packages that Cargo builds when it is told none
 * @param release the keys of {@code [profile.release]} as they stand
 * @param profiles the profiles that it makes beside Cargo's own
 * @param lock its Cargo.lock, where there is one
 * @param toolchain its toolchain file, where there is one
 * @param settings its own Cargo configuration
 * @param outside paths that it needs and that lie outside its folder, sorted
 */
public record CargoProject(
    Path folder,
    List<CargoPackage> packages,
    List<String> usual,
    Map<String, String> release,
    List<String> profiles,
    Optional<LockedCrates> lock,
    Optional<ToolchainFile> toolchain,
    CargoSettings settings,
    List<String> outside) {
  public CargoProject {
    requireNonNull(folder);
    packages = List.copyOf(packages);
    usual = List.copyOf(usual);
    release = Collections.unmodifiableMap(new TreeMap<>(release));
    profiles = List.copyOf(profiles);
    requireNonNull(lock);
    requireNonNull(toolchain);
    requireNonNull(settings);
    outside = outside.stream().sorted().distinct().toList();
  }

  /**
   * Looks at a project.
   *
   * @throws Failure (usage) where the folder holds no project, belongs to a workspace above it, or
   *     a file of it is malformed; (undecided) where one cannot be read
   */
  public static CargoProject read(Path folder) {
    Path root = folder.toAbsolutePath().normalize();
    if (!Files.isDirectory(root)) {
      throw Failure.usage("no such folder: " + folder, "name the folder of a Cargo project");
    }
    CargoManifest manifest =
        CargoManifest.read(root, "")
            .orElseThrow(() ->
                Failure.usage(
                    "no Cargo.toml in " + root, "name the folder of a Cargo project: init DIR"));
    if (manifest.workspace().isEmpty()) {
      String name = manifest.cargoPackage(Optional.empty()).name();
      Workspace.above(root)
          .ifPresent(above -> {
            throw Failure.usage(
                "%s belongs to the workspace %s, whose Cargo.lock decides".formatted(root, above),
                "selfsame init %s --package %s".formatted(above, name));
          });
    }
    return new Workspace(root, manifest).project();
  }
}
