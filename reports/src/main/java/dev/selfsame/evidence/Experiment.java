package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.selfsame.digest.Digest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A difference taken apart by rebuilding: a ladder from the recipe of one binary towards that of
 * the other, one setting changed a rung. Each rung was built once and measured; that the recipe
 * gives the same bytes again was not checked here, but for a's, which had to give a.
 *
 * @param outcome how far it got
 * @param conclusion the same in one line
 * @param source what was built, absent where that could not be packaged
 * @param recorded whether b's recipe was known from its build record; else what b's bytes tell was
 *     changed
 * @param rungs the builds from a's on; the first is a rebuilt. Empty where a was not reproduced
 * @param unmeasured what is known to differ and was not built, and why
 * @param remaining by how many bytes b exceeds the last rung
 * @param remainingCategories the same by category; the values sum to {@code remaining}
 * @param builds how many builds were made or taken from the cache
 * @param seconds wall time of all of it
 */
public record Experiment(
    Outcome outcome,
    String conclusion,
    @Nullable Source source,
    boolean recorded,
    List<Rung> rungs,
    List<Unmeasured> unmeasured,
    long remaining,
    Map<Category, Long> remainingCategories,
    int builds,
    double seconds) {

  /** How far a ladder got. */
  public enum Outcome {
    /** The last rung is b, byte by byte: the whole difference is proved. */
    @JsonProperty("met")
    MET,
    /** All that is known to differ was changed, or could not be, and the end is not b. */
    @JsonProperty("short")
    SHORT,
    /** The time was up first. */
    @JsonProperty("out-of-time")
    OUT_OF_TIME,
    /** The source and a's recipe did not give a, so that nothing can be told from them. */
    @JsonProperty("not-reproduced")
    NOT_REPRODUCED
  }

  /**
   * One build, in which one setting is another than in the build before.
   *
   * @param id stable word of the setting, such as {@code strip}; {@code a} for a itself
   * @param from its value in the build before, or what there is instead
   * @param to its value from here on
   * @param bytes by how much the size grew against the build before
   * @param categories the same by category; the values sum to {@code bytes}
   * @param alone by how much this setting alone makes a larger, absent where that was not built:
   *     what {@code bytes} differs by is due to the settings acting together
   * @param size bytes of what was built
   * @param sha256 its SHA-256
   * @param cached whether an earlier experiment had built it
   * @param seconds wall time of the build when it was made
   * @param recipe the whole recipe
   */
  public record Rung(
      String id,
      String from,
      String to,
      long bytes,
      Map<Category, Long> categories,
      @Nullable Long alone,
      long size,
      Digest sha256,
      boolean cached,
      double seconds,
      Recipe recipe) {
    public Rung {
      requireNonNull(id);
      requireNonNull(from);
      requireNonNull(to);
      requireNonNull(sha256);
      requireNonNull(recipe);
      categories = Collections.unmodifiableMap(new TreeMap<>(categories));
      sums("a rung's categories", categories, bytes);
    }

    /** The change in a few words, such as {@code strip: symbols → none}. */
    public String change() {
      return "%s: %s → %s".formatted(id, from, to);
    }

    /** The same, with what this setting alone was measured to do. */
    public Rung withAlone(long measured) {
      return new Rung(
          id, from, to, bytes, categories, measured, size, sha256, cached, seconds, recipe);
    }
  }

  /**
   * What differs and was not built.
   *
   * @param id stable word of the setting
   * @param why one line
   */
  public record Unmeasured(String id, String why) {
    public Unmeasured {
      requireNonNull(id);
      requireNonNull(why);
    }
  }

  /** Asserts that the rungs add up. */
  public Experiment {
    requireNonNull(outcome);
    requireNonNull(conclusion);
    rungs = List.copyOf(rungs);
    unmeasured = List.copyOf(unmeasured);
    remainingCategories = Collections.unmodifiableMap(new TreeMap<>(remainingCategories));
    if (!rungs.isEmpty()) {
      sums("what remains", remainingCategories, remaining);
      long size = rungs.getFirst().size();
      for (Rung rung : rungs.subList(1, rungs.size())) {
        size += rung.bytes();
        if (size != rung.size()) {
          throw new IllegalArgumentException("the rung %s does not add up".formatted(rung.id()));
        }
      }
    }
  }

  /** The rungs in which something was changed. */
  public List<Rung> steps() {
    return rungs.isEmpty() ? List.of() : rungs.subList(1, rungs.size());
  }

  private static void sums(String what, Map<Category, Long> categories, long bytes) {
    long sum = categories.values().stream().mapToLong(Long::longValue).sum();
    if (sum != bytes) {
      throw new IllegalArgumentException("%s sum to %d, not %d".formatted(what, sum, bytes));
    }
  }
}
