package dev.selfsame.compare.experiment;

import dev.selfsame.evidence.Experiment.Unmeasured;
import dev.selfsame.evidence.Recipe;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What two recipes differ in, one setting a change, in the order in which they are made. */
final class RecordedChanges {
  /** Before all other keys of a profile: with symbols, a build shows more of itself. */
  private static final List<String> FIRST = List.of("strip", "debug", "split-debuginfo");

  private final Recipe a;
  private final Recipe b;
  private final List<Change> changes = new ArrayList<>();

  private RecordedChanges(Recipe a, Recipe b) {
    this.a = a;
    this.b = b;
  }

  /** All changes: made one after the other, they turn {@code a} into {@code b}. */
  static List<Change> of(Recipe a, Recipe b) {
    return new RecordedChanges(a, b).all();
  }

  /** What no change of a setting turns into the other. */
  static List<Unmeasured> impossible(Recipe a, Recipe b) {
    List<Unmeasured> impossible = new ArrayList<>();
    if (!Objects.equals(a.cargoPackage(), b.cargoPackage()) || !a.binaries().equals(b.binaries())) {
      impossible.add(new Unmeasured("package", "the recipes are of other packages or binaries"));
    }
    if (!a.target().equals(b.target())) {
      impossible.add(
          new Unmeasured(
              "target", "A is for %s, B for %s: a pin decides".formatted(a.target(), b.target())));
    }
    return impossible;
  }

  private List<Change> all() {
    if (!a.pin().equals(b.pin()) || !a.rootDiffId().equals(b.rootDiffId())) {
      add("pin", a.pin(), b.pin(), recipe -> recipe.withPin(b.pin(), b.rootDiffId()));
    }
    Set<String> keys = new TreeSet<>(a.profileOverrides().keySet());
    keys.addAll(b.profileOverrides().keySet());
    FIRST.stream().filter(keys::remove).forEach(this::override);
    if (!a.paths().equals(b.paths()) || flagsDiffer(Flags.PATHS)) {
      add(Flags.PATHS, a.paths().toString(), b.paths().toString(), Paths.as(b));
    }
    if (!a.profile().equals(b.profile())) {
      add(
          "profile",
          a.profile(),
          b.profile(),
          recipe -> recipe.withProfile(b.profile(), recipe.profileOverrides()));
    }
    keys.forEach(this::override);
    if (!a.features().equals(b.features()) || a.defaultFeatures() != b.defaultFeatures()) {
      add(
          "features",
          features(a),
          features(b),
          recipe -> recipe.withFeatures(b.features(), b.defaultFeatures()));
    }
    Flags.differing(a.rustflags(), b.rustflags()).forEach(this::flag);
    environment();
    return changes;
  }

  private boolean flagsDiffer(String setting) {
    return Flags.differing(a.rustflags(), b.rustflags()).contains(setting);
  }

  private void add(String id, String from, String to, Change.Edit edit) {
    changes.add(new Change(id, from, to, edit));
  }

  private void override(String key) {
    String from = a.profileOverrides().get(key);
    String to = b.profileOverrides().get(key);
    if (!Objects.equals(from, to)) {
      add(key, shown(from), shown(to), recipe -> set(recipe, key, to));
    }
  }

  private static String shown(@Nullable String value) {
    return value == null ? Change.UNSET : value;
  }

  /** The recipe with one key of the profile at this value, or left to the project. */
  static Recipe set(Recipe recipe, String key, @Nullable String value) {
    Map<String, String> overrides = new TreeMap<>(recipe.profileOverrides());
    if (value == null) {
      overrides.remove(key);
    } else {
      overrides.put(key, value);
    }
    return recipe.withProfile(recipe.profile(), overrides);
  }

  private void flag(String setting) {
    if (!setting.equals(Flags.PATHS)) {
      add(
          setting,
          Flags.words(a.rustflags(), setting),
          Flags.words(b.rustflags(), setting),
          recipe -> recipe.withRustflags(Flags.with(recipe.rustflags(), setting, b.rustflags())));
    }
  }

  private static String features(Recipe recipe) {
    List<String> all = new ArrayList<>(recipe.features());
    if (recipe.defaultFeatures()) {
      all.addFirst("default");
    }
    return all.isEmpty() ? "none" : String.join(", ", all);
  }

  private void environment() {
    Set<String> names = new TreeSet<>(a.environment().keySet());
    names.addAll(b.environment().keySet());
    for (String name : names) {
      String from = a.environment().get(name);
      String to = b.environment().get(name);
      if (!Objects.equals(from, to)) {
        add("env " + name, shown(from), shown(to), recipe -> variable(recipe, name, to));
      }
    }
    if (a.sourceDateEpoch() != b.sourceDateEpoch()) {
      add(
          "source-date-epoch",
          Long.toString(a.sourceDateEpoch()),
          Long.toString(b.sourceDateEpoch()),
          recipe -> recipe.withEnvironment(recipe.environment(), b.sourceDateEpoch()));
    }
  }

  private static Recipe variable(Recipe recipe, String name, @Nullable String value) {
    Map<String, String> environment = new HashMap<>(recipe.environment());
    if (value == null) {
      environment.remove(name);
    } else {
      environment.put(name, value);
    }
    return recipe.withEnvironment(environment, recipe.sourceDateEpoch());
  }
}
