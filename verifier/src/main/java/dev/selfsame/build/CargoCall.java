package dev.selfsame.build;

import dev.selfsame.evidence.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What is said to Cargo for a recipe: its arguments and its environment. */
final class CargoCall {
  /** Between encoded flags. Source: The Cargo Book, CARGO_ENCODED_RUSTFLAGS. */
  private static final String FLAG_SEPARATOR = "\u001f";

  private final Recipe recipe;
  private final RootTools tools;

  CargoCall(Recipe recipe, RootTools tools) {
    this.recipe = recipe;
    this.tools = tools;
  }

  /**
   * {@code cargo build}.
   *
   * @param jobs how many at once, 0 for Cargo's own choice
   */
  List<String> build(int jobs) {
    List<String> command = new ArrayList<>(List.of(tools.cargo(), "build"));
    command.addAll(frozen());
    command.addAll(List.of("--profile", recipe.profile()));
    command.addAll(selection());
    recipe.binaries().forEach(binary -> command.addAll(List.of("--bin", binary)));
    if (jobs > 0) {
      command.addAll(List.of("--jobs", Integer.toString(jobs)));
    }
    return command;
  }

  /** {@code cargo tree}: every crate that the build will compile, a line each. */
  List<String> tree() {
    List<String> command = new ArrayList<>(List.of(tools.cargo(), "tree"));
    command.addAll(frozen());
    command.addAll(List.of("--prefix", "none", "--format", "{p}", "-e", "normal,build"));
    command.addAll(selection());
    return command;
  }

  private static List<String> frozen() {
    return List.of(
        "--frozen",
        "--config",
        "source.crates-io.replace-with='selfsame'",
        "--config",
        "source.selfsame.local-registry='%s'".formatted(Layout.CRATES));
  }

  private List<String> selection() {
    List<String> words = new ArrayList<>();
    if (recipe.cargoPackage() != null) {
      words.addAll(List.of("--package", recipe.cargoPackage()));
    }
    if (!recipe.features().isEmpty()) {
      words.addAll(List.of("--features", String.join(",", recipe.features())));
    }
    if (!recipe.defaultFeatures()) {
      words.add("--no-default-features");
    }
    return words;
  }

  /** Where Cargo puts a profile's output, within the target folder. */
  String profileFolder() {
    return recipe.profile().equals("dev") ? "debug" : recipe.profile();
  }

  /** The environment, with every path in the output named as the recipe has it. */
  Map<String, String> environment(Layout layout) {
    Layout fixed = Layout.of(recipe.paths());
    List<String> flags = new ArrayList<>(layout.remapTo(fixed));
    flags.addAll(recipe.rustflags().subList(flags.size(), recipe.rustflags().size()));
    Map<String, String> all = plain(layout, flags);
    all.put("SOURCE_DATE_EPOCH", Long.toString(recipe.sourceDateEpoch()));
    for (String name : List.of("CFLAGS", "CXXFLAGS")) {
      String own = recipe.environment().getOrDefault(name, "");
      all.put(name, (layout.cFlagsTo(fixed) + " " + own).strip());
    }
    return all;
  }

  /**
   * The environment for a recipe as it stands: it is built at its own places, and where it does not
   * name them by flags of its own, neither does the C compiler.
   */
  Map<String, String> asRecorded(Layout layout) {
    List<String> own = layout.remapTo(layout);
    List<String> flags = recipe.rustflags();
    if (flags.size() >= own.size() && flags.subList(0, own.size()).equals(own)) {
      return environment(layout);
    }
    Map<String, String> all = plain(layout, flags);
    all.put("SOURCE_DATE_EPOCH", Long.toString(recipe.sourceDateEpoch()));
    return all;
  }

  /** The environment without any of that. */
  Map<String, String> plain(Layout layout, List<String> flags) {
    Map<String, String> all = new TreeMap<>(recipe.environment());
    all.put("CARGO_HOME", layout.cargo());
    all.put("CARGO_TARGET_DIR", layout.target());
    all.put("CARGO_ENCODED_RUSTFLAGS", String.join(FLAG_SEPARATOR, flags));
    all.put("CARGO_TERM_COLOR", "never");
    all.put("CARGO_TERM_PROGRESS_WHEN", "never");
    all.put("HOME", layout.home());
    all.put("PATH", tools.path());
    String profile = recipe.profile().replace('-', '_').toUpperCase(Locale.ROOT);
    recipe
        .profileOverrides()
        .forEach((key, value) ->
            all.put(
                "CARGO_PROFILE_%s_%s"
                    .formatted(profile, key.replace('-', '_').toUpperCase(Locale.ROOT)),
                value));
    return all;
  }
}
