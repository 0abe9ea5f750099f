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

  /** The step to b's Cargo.lock alone, where it is another. */
  Optional<Change> lock() {
    return from.lock().digest().equals(builds().lock().digest())
        ? Optional.empty()
        : Optional.of(
            new Change(
                Proof.CRATES,
                crates(from, builds()).orElse("as A's Cargo.lock has them"),
                crates(builds(), from).orElse("as B's has them"),
                recipe -> recipe,
                now -> now.of(now.builds().with(builds().lock()))));
  }

  /**
   * The step to b's source. Settings stay a's: what selfsame.toml says there is not looked at.
   *
   * @param locked whether its Cargo.lock was a step of its own. Then the lock stays what it is, so
   *     that this step is of the rest alone
   */
  Change change(boolean locked) {
    return new Change(
        Proof.SOURCE,
        name(from, locked ? Optional.empty() : crates(from, builds())),
        name(builds(), locked ? Optional.empty() : crates(builds(), from)),
        recipe -> recipe.withEnvironment(recipe.environment(), builds().recipe().sourceDateEpoch()),
        now -> locked ? withLock(now) : rungs);
  }

  private Rungs withLock(Rungs now) throws InterruptedException {
    boolean own = now.builds().lock().digest().equals(builds().lock().digest());
    return own ? rungs : rungs.of(builds().with(now.builds().lock()));
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
