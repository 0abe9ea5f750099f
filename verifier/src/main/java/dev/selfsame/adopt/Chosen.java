package dev.selfsame.adopt;

import dev.selfsame.outcome.Failure;
import dev.selfsame.source.cargo.CargoPackage;
import dev.selfsame.source.cargo.CargoPackage.Binary;
import dev.selfsame.source.cargo.CargoProject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What of a project is built.
 *
 * @param features that have to be switched on for it
 */
record Chosen(
    CargoPackage cargoPackage,
    List<String> binaries,
    List<String> features,
    List<Finding> findings) {
  /** As {@code selfsame.toml} takes them. */
  private static final Pattern CARGO_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,127}");

  Chosen {
    binaries = List.copyOf(binaries);
    features = List.copyOf(features);
    findings = List.copyOf(findings);
  }

  /**
   * Chooses the package and its binaries.
   *
   * @throws Failure (usage) where there is no binary, or more than one package has some
   */
  static Chosen of(CargoProject project, Optional<String> named) {
    List<CargoPackage> able =
        project.packages().stream().filter(one -> !one.binaries().isEmpty()).toList();
    CargoPackage one = named.map(name -> named(project, name)).orElseGet(() -> only(project, able));
    if (!CARGO_NAME.matcher(one.name()).matches()) {
      throw Failure.usage(
          "not a name that can be built: package " + one.name(), "letters, digits, _ and - alone");
    }
    List<Finding> findings = new ArrayList<>();
    List<String> others =
        able.stream().map(CargoPackage::name).filter(name -> !name.equals(one.name())).toList();
    if (named.isEmpty() && !others.isEmpty()) {
      findings.add(
          Finding.note(
              "further packages have binaries (--package): %s"
                  .formatted(String.join(", ", others))));
    }
    return binaries(one, findings);
  }

  private static CargoPackage named(CargoProject project, String name) {
    CargoPackage one =
        project.packages().stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(() ->
                Failure.usage("the project has no package " + name, "it has: " + names(project)));
    if (one.binaries().isEmpty()) {
      throw Failure.usage("package %s has no binary".formatted(name), "it has: " + names(project));
    }
    return one;
  }

  private static String names(CargoProject project) {
    return project.packages().stream()
        .map(each ->
            each.name()
                + (each.binaries().isEmpty()
                    ? " (no binary)"
                    : each.binaries().stream()
                        .map(Binary::name)
                        .collect(Collectors.joining(", ", " (", ")"))))
        .collect(Collectors.joining(", "));
  }

  private static CargoPackage only(CargoProject project, List<CargoPackage> able) {
    List<CargoPackage> usual =
        able.stream().filter(one -> project.usual().contains(one.name())).toList();
    List<CargoPackage> candidates = usual.isEmpty() ? able : usual;
    if (candidates.isEmpty()) {
      throw Failure.usage(
          "no package of %s has a binary".formatted(project.folder()),
          "Selfsame builds binaries: add src/main.rs or [[bin]]");
    }
    if (candidates.size() > 1) {
      throw Failure.usage(
          "several packages have binaries, and one is built: "
              + candidates.stream().map(CargoPackage::name).collect(Collectors.joining(", ")),
          candidates.stream()
              .map(one -> "--package " + one.name())
              .collect(Collectors.joining(", or ")));
    }
    return candidates.getFirst();
  }

  private static Chosen binaries(CargoPackage one, List<Finding> findings) {
    List<Binary> all = new ArrayList<>();
    for (Binary binary : one.binaries()) {
      if (CARGO_NAME.matcher(binary.name()).matches()) {
        all.add(binary);
      } else {
        findings.add(
            Finding.obstacle(
                "left out, since its name cannot be built: %s".formatted(binary.name())));
      }
    }
    Set<String> on = one.usualFeatures();
    List<Binary> usual = all.stream().filter(binary -> on.containsAll(binary.requires())).toList();
    Set<String> features = new TreeSet<>();
    if (usual.isEmpty()) {
      all.forEach(binary -> features.addAll(binary.requires()));
    } else {
      all.stream()
          .filter(binary -> !usual.contains(binary))
          .forEach(binary ->
              findings.add(
                  Finding.open(
                      "whether binary %s belongs here: it needs features that are off (%s)"
                          .formatted(binary.name(), String.join(", ", binary.requires())))));
    }
    List<String> names = (usual.isEmpty() ? all : usual).stream().map(Binary::name).toList();
    if (names.isEmpty()) {
      throw Failure.usage(
          "no binary of package %s has a name that can be built".formatted(one.name()),
          "letters, digits, _ and - alone");
    }
    if (names.size() > 1) {
      findings.add(
          Finding.open(
              "which of the binaries are deployed: all are listed, %s%s"
                  .formatted(
                      String.join(", ", names),
                      one.defaultRun().map(name -> "; cargo run takes " + name).orElse(""))));
    }
    return new Chosen(one, names, List.copyOf(features), findings);
  }
}
