package dev.selfsame.compare.experiment;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A setting in which a build seems to differ from b.
 *
 * @param id stable word
 * @param candidates the values that b's bytes leave open, the likeliest first; each is built, and
 *     the one that comes closest stays
 * @param why where there is none: why nothing can be built
 */
record Suspect(String id, List<Change> candidates, String why) {
  Suspect {
    requireNonNull(id);
    requireNonNull(why);
    candidates = List.copyOf(candidates);
  }

  static Suspect of(String id, List<Change> candidates) {
    return new Suspect(id, candidates, "");
  }

  static Suspect none(String id, String why) {
    return new Suspect(id, List.of(), why);
  }
}
