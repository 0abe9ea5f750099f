package dev.selfsame.compare.experiment;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a build stands, as far as its binary names places. */
final class Paths {
  private static final String REGISTRY = "/registry/src/";

  /** Cargo's home, then the folder of the registry. */
  private static final Pattern CRATES = Pattern.compile("(/.+)/registry/src/([^/, ]+)");

  private Paths() {}

  /** Paths, and the flags that name paths otherwise, as in this recipe. */
  static Change.Edit as(Recipe wanted) {
    return recipe ->
        recipe
            .withPaths(wanted.paths())
            .withRustflags(Flags.with(recipe.rustflags(), Flags.PATHS, wanted.rustflags()));
  }

  /**
   * What makes crates stand where b's panic messages say. Only Cargo's home shows there; the
   * project is put beside it, since that is where most projects are. Where the folder of the
   * registry has another name, as with every registry from the network, paths are renamed by rustc.
   *
   * @param now the last build's facts
   * @return empty where b names no place of crates, or the same
   */
  static Optional<Change> towards(BinaryFacts now, BinaryFacts b, Recipe recipe) {
    Optional<Matcher> here = crates(now);
    Optional<Matcher> there = crates(b);
    if (here.isEmpty() || there.isEmpty() || here.get().group().equals(there.get().group())) {
      return Optional.empty();
    }
    String cargo = there.get().group(1);
    String home = cargo.substring(0, Math.max(0, cargo.lastIndexOf('/')));
    String source = home + "/project";
    Map<String, String> places =
        Map.of("src", source, "target", source + "/target", "cargo", cargo);
    String real = here.get().group(2);
    String named = there.get().group(2);
    List<String> flags = new ArrayList<>();
    if (!real.equals(named)) {
      flags.add(
          "--remap-path-prefix=%s%s%s=%s%s%s"
              .formatted(cargo, REGISTRY, real, cargo, REGISTRY, named));
    }
    return Optional.of(
        new Change(
            Flags.PATHS,
            here.get().group(),
            there.get().group(),
            as(recipe.withPaths(places).withRustflags(flags))));
  }

  private static Optional<Matcher> crates(BinaryFacts facts) {
    Fact roots = facts.fact("source-paths");
    if (roots.grade() == Fact.Grade.UNKNOWN) {
      return Optional.empty();
    }
    List<Matcher> found = new ArrayList<>();
    for (String root : roots.value().split(", ", -1)) {
      Matcher matcher = CRATES.matcher(root);
      if (matcher.matches()) {
        found.add(matcher);
      }
    }
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }
}
