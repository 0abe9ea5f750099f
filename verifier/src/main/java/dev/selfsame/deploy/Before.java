package dev.selfsame.deploy;

import dev.selfsame.digest.Digest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a target remembers of how it was before a deployment.
 *
 * @param notes by a word of the target's own; no secrets
 */
public record Before(Map<String, String> notes) {
  public Before {
    notes = Collections.unmodifiableMap(new TreeMap<>(notes));
  }

  private static final String BEGUN = "begun";
  private static final String RUNS = "runs";

  /** The same for the way back, with the words of the steps that had begun. */
  Before withBegun(List<String> steps) {
    return with(BEGUN, String.join(",", steps));
  }

  /**
   * Whether a step had begun, and may have been carried out: after {@code halt} what still runs may
   * be about to end. Known on the way back alone.
   *
   * @param word such as {@code halt}
   */
  public boolean hasBegun(String word) {
    return List.of(notes.getOrDefault(BEGUN, "").split(",", -1)).contains(word);
  }

  /** The same with what ran, for the record of whoever ends it. */
  public Before withRuns(Optional<Digest> artifact) {
    return artifact.map(one -> with(RUNS, one.toString())).orElse(this);
  }

  /** SHA-256 of the bytes that ran; empty where none did, or nobody noted it. */
  public Optional<Digest> runs() {
    try {
      return note(RUNS).map(Digest::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // Somebody else's word.
    }
  }

  /** The same with another note. */
  public Before with(String word, String note) {
    Map<String, String> all = new TreeMap<>(notes);
    all.put(word, note);
    return new Before(all);
  }

  /** What was noted under a word. */
  public Optional<String> note(String word) {
    return Optional.ofNullable(notes.get(word));
  }
}
