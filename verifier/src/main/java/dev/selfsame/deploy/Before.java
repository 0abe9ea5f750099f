package dev.selfsame.deploy;

import java.util.Collections;
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

  /** What was noted under a word. */
  public Optional<String> note(String word) {
    return Optional.ofNullable(notes.get(word));
  }
}
