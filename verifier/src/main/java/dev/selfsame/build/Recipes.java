package dev.selfsame.build;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.evidence.Source;
import dev.selfsame.pins.Pin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Turns a project file, a pin and a request into a recipe. */
final class Recipes {
  private Recipes() {}

  /** The recipe; its target is the pin's platform until rustc itself has been asked. */
  static Recipe of(
      ProjectFile project, BuildRequest request, Pin pin, Digest diffId, Source source) {
    Layout layout = Layout.of(pin.normalise().paths());
    Map<String, String> overrides = new TreeMap<>(project.profileOverrides());
    overrides.putAll(request.profileOverrides());
    List<String> flags = new ArrayList<>(layout.remapTo(layout));
    flags.addAll(project.rustflags());
    return new Recipe(
        pin.id(),
        diffId,
        target(pin),
        project.cargoPackage(),
        project.binaries().stream().sorted().distinct().toList(),
        project.profile(),
        overrides,
        project.features(),
        project.defaultFeatures(),
        flags,
        environment(project, pin),
        layout.paths(),
        source.committedAt().getEpochSecond());
  }

  private static Map<String, String> environment(ProjectFile project, Pin pin) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("CARGO_INCREMENTAL", "0");
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("TZ", "UTC");
    environment.putAll(pin.normalise().environment());
    environment.putAll(project.environment());
    return environment;
  }

  /** The recipe that a build by hand amounts to. */
  static Recipe byHand(Recipe recipe, HandMade request) {
    return recipe
        .withProfile(recipe.profile(), request.profileOverrides())
        .withRustflags(request.rustflags());
  }

  /** The target that a pin's own rustc builds for. */
  static String target(Pin pin) {
    return pin.architecture().equals("arm64")
        ? "aarch64-unknown-linux-gnu"
        : "x86_64-unknown-linux-gnu";
  }
}
