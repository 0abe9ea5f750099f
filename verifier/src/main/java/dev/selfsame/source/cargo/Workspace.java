package dev.selfsame.source.cargo;

import dev.selfsame.outcome.Failure;
import dev.selfsame.toml.TomlFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Gathers the packages of a project. Source: The Cargo Book, Workspaces. */
final class Workspace {
  private final Path root;
  private final CargoManifest manifest;
  private final Optional<TomlFields> table;
  private final Optional<TomlFields> shared;
  private final Set<String> outside = new LinkedHashSet<>();

  Workspace(Path root, CargoManifest manifest) {
    this.root = root;
    this.manifest = manifest;
    this.table = manifest.workspace();
    this.shared = table.flatMap(workspace -> workspace.tableIf("package"));
  }

  /** The nearest workspace above a folder that has it as a member. */
  static Optional<Path> above(Path folder) {
    for (Path above = folder.getParent(); above != null; above = above.getParent()) {
      try {
        Path candidate = above;
        Optional<CargoManifest> manifest =
            CargoManifest.read(above, "").filter(found -> found.workspace().isPresent());
        if (manifest.isPresent()) {
          return manifest
              .map(found -> new Workspace(candidate, found))
              .filter(workspace -> workspace.folders().containsKey(folder))
              .map(_ -> candidate);
        }
      } catch (Failure e) {
        // Not ours to judge: what is above the project is not in its source package.
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  CargoProject project() {
    List<CargoPackage> packages =
        folders().values().stream().map(member -> member.cargoPackage(shared)).toList();
    if (packages.isEmpty()) {
      throw Failure.usage(
          "the workspace in %s has no package".formatted(root), "add one to workspace.members");
    }
    return new CargoProject(
        root,
        packages,
        usual(packages),
        manifest.profile("release"),
        manifest.ownProfiles(),
        LockedCrates.read(root),
        ToolchainFile.read(root),
        CargoSettings.read(root),
        List.copyOf(outside));
  }

  /** Every member by its folder; the root's own first. */
  private Map<Path, CargoManifest> folders() {
    Map<Path, CargoManifest> members = new TreeMap<>();
    ArrayDeque<Path> open = new ArrayDeque<>();
    if (manifest.hasPackage()) {
      members.put(root, manifest);
    }
    table.ifPresent(workspace -> open.addAll(listed(workspace)));
    // Members may be anywhere, and so may what the root needs.
    List<String> first = new ArrayList<>(manifest.sharedPaths());
    if (manifest.hasPackage()) {
      first.addAll(manifest.cargoPackage(shared).dependencies());
    }
    inside(root, first).forEach(open::add);
    while (!open.isEmpty()) {
      Path folder = open.pop();
      if (!members.containsKey(folder)) {
        CargoManifest member = member(folder);
        List<Path> next = inside(folder, member.cargoPackage(shared).dependencies());
        members.put(folder, member);
        open.addAll(next);
      }
    }
    return members;
  }

  private List<Path> listed(TomlFields workspace) {
    List<Path> folders = new ArrayList<>();
    for (String entry : workspace.strings("members")) {
      boolean pattern = MemberGlob.isPattern(entry);
      List<Path> found = MemberGlob.folders(root, entry);
      if (found.isEmpty() && !pattern) {
        throw workspace.wrong("members", "workspace.members names no folder: " + entry);
      }
      for (Path folder : found) {
        boolean one = Files.isRegularFile(folder.resolve(CargoManifest.FILE_NAME));
        if (!pattern && !one) {
          throw workspace.wrong(
              "members", "workspace member %s has no Cargo.toml".formatted(entry));
        }
        if (one && !(pattern && excluded(folder)) && isInside(folder, entry)) {
          folders.add(folder);
        }
      }
    }
    return folders;
  }

  private boolean excluded(Path folder) {
    return table.map(workspace -> workspace.strings("exclude")).orElse(List.of()).stream()
        .anyMatch(entry -> folder.startsWith(root.resolve(entry).normalize()));
  }

  /** Path dependencies within the project become members; the others are written down. */
  private List<Path> inside(Path from, List<String> paths) {
    List<Path> folders = new ArrayList<>();
    for (String path : paths) {
      Path folder = from.resolve(path).normalize();
      boolean here = isInside(folder, path);
      boolean one = Files.isRegularFile(folder.resolve(CargoManifest.FILE_NAME));
      if (here && one && table.isPresent() && !excluded(folder)) {
        folders.add(folder);
      }
    }
    return folders;
  }

  /** Whether a folder is in the project itself, and no link leads out of it. */
  private boolean isInside(Path folder, String shown) {
    boolean here = folder.startsWith(root);
    try {
      here = here && (!Files.exists(folder) || folder.toRealPath().startsWith(root.toRealPath()));
    } catch (IOException e) {
      here = false;
    }
    if (!here) {
      outside.add(shown);
    }
    return here;
  }

  private CargoManifest member(Path folder) {
    String within = root.relativize(folder).toString();
    return CargoManifest.read(folder, within)
        .orElseThrow(() ->
            Failure.usage("no Cargo.toml in " + within, "mend workspace.members in Cargo.toml"));
  }

  private List<String> usual(List<CargoPackage> packages) {
    List<String> entries = table.map(all -> all.strings("default-members")).orElse(List.of());
    if (!entries.isEmpty()) {
      Set<Path> chosen = new LinkedHashSet<>();
      entries.forEach(entry -> chosen.addAll(MemberGlob.folders(root, entry)));
      return packages.stream()
          .filter(one -> chosen.contains(root.resolve(one.folder()).normalize()))
          .map(CargoPackage::name)
          .toList();
    }
    return packages.stream()
        .filter(one -> !manifest.hasPackage() || one.folder().isEmpty())
        .map(CargoPackage::name)
        .toList();
  }
}
