package dev.selfsame.compare.experiment;

import dev.selfsame.build.RecipeBuilds;
import dev.selfsame.evidence.BuildRecord.Crate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * B's source where it is another than a's: another commit, with another Cargo.lock perhaps.
 *
 * @param from builds of a's source
 * @param builds of b's source
 * @param rungs for those
 */
record OtherSource(RecipeBuilds from, RecipeBuilds builds, Rungs rungs) {
  /** So many crates are named. */
  private static final int NAMED = 3;

  /** The step to it. Settings stay a's: what selfsame.toml says there is not looked at. */
  Change change() {
    return new Change(
        Proof.SOURCE,
        name(from, builds),
        name(builds, from),
        recipe -> recipe.withEnvironment(recipe.environment(), builds.recipe().sourceDateEpoch()));
  }

  /** Such as {@code commit 0123456789ab with itoa 1.0.17}. */
  private static String name(RecipeBuilds source, RecipeBuilds other) {
    List<String> own = new ArrayList<>(crates(source));
    own.removeAll(crates(other));
    String crates =
        own.isEmpty()
            ? ""
            : " with "
                + own.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (own.size() > NAMED ? " and %d more".formatted(own.size() - NAMED) : "");
    return "commit %.12s%s".formatted(source.source().commit(), crates);
  }

  private static List<String> crates(RecipeBuilds source) {
    return source.locked().stream().map(OtherSource::name).distinct().sorted().toList();
  }

  private static String name(Crate crate) {
    return crate.name() + " " + crate.version();
  }
}
