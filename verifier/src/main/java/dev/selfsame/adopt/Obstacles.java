package dev.selfsame.adopt;

import dev.selfsame.source.GitState;
import dev.selfsame.source.cargo.CargoOverrides;
import dev.selfsame.source.cargo.CargoProject;
import dev.selfsame.source.cargo.LockedCrates;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a build would refuse: lock, git, Cargo's settings, and what lies outside the project. */
final class Obstacles {
  private static final int FEW = 5;

  private Obstacles() {}

  static List<Finding> of(
      CargoProject project, String cargoPackage, GitState git, String platform) {
    List<Finding> found = new ArrayList<>();
    lock(project, cargoPackage, found);
    git(git, project.lock().isPresent(), found);
    CargoOverrides.of(project.folder(), Set.of(CarriedFlags.target(platform))).stream()
        .map(refused -> Finding.obstacle(String.valueOf(refused.getMessage())))
        .forEach(found::add);
    if (!project.outside().isEmpty()) {
      found.add(
          Finding.obstacle(
              "outside the project's folder, and so not in the source package: %s"
                  .formatted(few(project.outside()))));
    }
    return found;
  }

  private static void lock(CargoProject project, String cargoPackage, List<Finding> found) {
    if (project.lock().isEmpty()) {
      found.add(
          Finding.obstacle(
              "no Cargo.lock, and without it no two builds are the same: cargo generate-lockfile"));
      return;
    }
    LockedCrates lock = project.lock().get();
    if (lock.version() != 3 && lock.version() != 4) {
      found.add(
          Finding.obstacle(
              "Cargo.lock is of version %d, not 3 or 4: cargo update --workspace"
                  .formatted(lock.version())));
    }
    boolean named =
        lock.crates().stream()
            .anyMatch(one -> one.source().isEmpty() && one.name().equals(cargoPackage));
    if (!named) {
      found.add(
          Finding.obstacle(
              "Cargo.lock does not name package %s: cargo generate-lockfile"
                  .formatted(cargoPackage)));
    }
    List<String> loose =
        lock.crates().stream()
            .filter(one -> !one.isFixed())
            .map(one -> "%s (%s)".formatted(one.name(), one.source().orElse("")))
            .toList();
    if (!loose.isEmpty()) {
      found.add(
          Finding.obstacle(
              "not from crates.io, so Cargo.lock fixes no bytes of: %s".formatted(few(loose))));
    }
  }

  private static void git(GitState git, boolean locked, List<Finding> found) {
    switch (git.repository()) {
      case NONE ->
          found.add(
              Finding.obstacle("not in a git repository: git init && git add . && git commit"));
      case EMPTY -> found.add(Finding.obstacle("no commit yet: git add . && git commit"));
      case COMMITTED -> {
        List<String> lacking =
            git.lacking().stream()
                .filter(name -> locked || !name.equals(LockedCrates.FILE_NAME))
                .toList();
        if (!lacking.isEmpty()) {
          found.add(
              Finding.obstacle(
                  "not committed as it is: %s (git add -f %s && git commit)"
                      .formatted(String.join(", ", lacking), String.join(" ", lacking))));
        }
      }
    }
    if (!git.submodules().isEmpty()) {
      found.add(
          Finding.obstacle(
              "submodules, whose content the commit does not hold: %s"
                  .formatted(few(git.submodules()))));
    }
    if (!git.pointers().isEmpty()) {
      found.add(
          Finding.obstacle(
              "Git LFS pointers, whose content the commit does not hold: %s"
                  .formatted(few(git.pointers()))));
    }
  }

  private static String few(List<String> all) {
    String first = all.stream().limit(FEW).collect(Collectors.joining(", "));
    return all.size() <= FEW ? first : "%s and %d more".formatted(first, all.size() - FEW);
  }
}
