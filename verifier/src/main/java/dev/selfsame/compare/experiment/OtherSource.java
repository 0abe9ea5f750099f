package dev.selfsame.compare.experiment;

import dev.selfsame.build.RecipeBuilds;
import dev.selfsame.evidence.BuildRecord.Crate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * B's source where it is another than a's: another commit, with another Cargo.lock perhaps.
 *
 * @param from builds of a's source
 * @param rungs of b's source
 */
record OtherSource(RecipeBuilds from, Rungs rungs) {
  /** So many crates are named. */
  private static final int NAMED = 3;

  RecipeBuilds builds() {
    return rungs.builds();
  }

  /**
   * The step to b's releases of crates alone, where they are others. The rest of a Cargo.lock, such
   * as the version of the project itself, has to fit its source.
   */
  Optional<Change> crates() {
    return OtherCrates.recorded(from.lock(), builds().lock().crates());
  }

  /**
   * The step to b's source, with its own Cargo.lock. Settings stay a's: what selfsame.toml says
   * there is not looked at.
   *
   * @param reached what was built last: what its crates are is no part of this step
   */
  Change source(RecipeBuilds reached) {
    return new Change(
        Proof.SOURCE,
        name(from, crates(reached, builds())),
        name(builds(), crates(builds(), reached)),
        recipe -> recipe.withEnvironment(recipe.environment(), builds().recipe().sourceDateEpoch()),
        _ -> rungs);
  }

  /** Such as {@code commit 0123456789ab with itoa 1.0.17}. */
  private static String name(RecipeBuilds source, Optional<String> crates) {
    return "commit %.12s%s"
        .formatted(source.source().commit(), crates.map(named -> " with " + named).orElse(""));
  }

  /** The crates that one lock has and the other has not. */
  private static Optional<String> crates(RecipeBuilds source, RecipeBuilds other) {
    List<String> own = new ArrayList<>(crates(source));
    own.removeAll(crates(other));
    return own.isEmpty()
        ? Optional.empty()
        : Optional.of(
            own.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (own.size() > NAMED ? " and %d more".formatted(own.size() - NAMED) : ""));
  }

  private static List<String> crates(RecipeBuilds source) {
    return source.lock().crates().stream().map(OtherSource::name).distinct().sorted().toList();
  }

  private static String name(Crate crate) {
    return crate.name() + " " + crate.version();
  }
}
