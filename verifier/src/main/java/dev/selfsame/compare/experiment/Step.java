package dev.selfsame.compare.experiment;

import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Experiment.Rung;
import dev.selfsame.evidence.Recipe;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A build on the ladder.
 *
 * @param change what is other than in the build before; empty for a
 * @param rungs what built it: what comes next is built of the same
 * @param toB it against b
 */
record Step(
    Optional<Change> change,
    Recipe recipe,
    Rungs rungs,
    Comparison toB,
    boolean cached,
    double seconds) {

  boolean meets() {
    return toB.a().sha256().equals(toB.b().sha256());
  }

  boolean sameBytes(Step other) {
    return toB.a().sha256().equals(other.toB.a().sha256());
  }

  /** How far it is from b: bytes by which categories differ, whichever way. */
  long distance() {
    return toB.categories().values().stream().mapToLong(Math::abs).sum();
  }

  /** Sections of which the bytes differ. */
  long differing() {
    return toB.sections().stream().filter(section -> !section.sameBytes()).count();
  }

  /** Whether this is nearer to b. */
  boolean nearerThan(Step other) {
    return meets()
        || distance() < other.distance()
        || (distance() == other.distance() && differing() < other.differing());
  }

  /** As the document has it. */
  Rung rung(@Nullable Step before) {
    Map<Category, Long> categories = new EnumMap<>(Category.class);
    if (before != null) {
      toB.a()
          .categories()
          .forEach((category, bytes) -> categories.merge(category, bytes, Long::sum));
      before
          .toB()
          .a()
          .categories()
          .forEach((category, bytes) -> categories.merge(category, -bytes, Long::sum));
    }
    return new Rung(
        change.map(Change::id).orElse("a"),
        change.map(Change::from).orElse(""),
        change.map(Change::to).orElse(""),
        before == null ? 0 : toB.a().size() - before.toB().a().size(),
        categories,
        null,
        toB.a().size(),
        toB.a().sha256(),
        cached,
        seconds,
        recipe);
  }
}
