package dev.selfsame.deploy;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was seen at a target, by looking and not by what anybody wrote down.
 *
 * @param described one line for people
 * @param runs SHA-256 of the bytes that run, read from the process itself; empty where nothing runs
 * @param since when that began
 * @param changes what somebody changed by hand since it was deployed, a line each
 */
public record Sight(
    String described, Optional<Digest> runs, Optional<Instant> since, List<String> changes) {
  public Sight {
    requireNonNull(described);
    requireNonNull(runs);
    requireNonNull(since);
    changes = List.copyOf(changes);
  }

  /** Nothing is there. */
  public static Sight nothing(String described) {
    return new Sight(described, Optional.empty(), Optional.empty(), List.of());
  }
}
