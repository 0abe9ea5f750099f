package dev.selfsame.deploy;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All that a record of a deployment is made of, from the moment that it ended.
 *
 * @param schema {@code selfsame.deploy-ended/1}
 * @param previous what ran there before, or null where that is not known
 * @param engine what carried it out, with its version
 * @param at when it ended
 */
public record Ended(
    String schema, Outcome outcome, @Nullable Digest previous, String engine, Instant at) {
  private static final String SCHEMA = "selfsame.deploy-ended/1";

  public Ended {
    requireNonNull(outcome);
    requireNonNull(engine);
    requireNonNull(at);
    if (!schema.equals(SCHEMA)) {
      throw new IllegalArgumentException("not of this version's form");
    }
  }

  /** Of this version's form. */
  public Ended(Outcome outcome, @Nullable Digest previous, String engine, Instant at) {
    this(SCHEMA, outcome, previous, engine, at);
  }
}
