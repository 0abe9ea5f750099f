package dev.selfsame.deploy.drift;

import static java.util.Objects.requireNonNull;

import dev.selfsame.outcome.Failure;
import java.time.Instant;

/**
 * What the webhook hears where it could not be told what should run: the registry is away, or
 * evidence is bad. Nobody knows then whether there is drift.
 *
 * @param schema {@code selfsame.status-unknown/1}
 * @param name the artifact's
 * @param exit the exit code of a single look, such as 4 for bad evidence
 * @param reason one line
 * @param at when
 */
public record Unknown(
    String schema, String name, String channel, int exit, String reason, Instant at) {
  private static final String SCHEMA = "selfsame.status-unknown/1";

  public Unknown {
    requireNonNull(schema);
    requireNonNull(name);
    requireNonNull(channel);
    requireNonNull(reason);
    requireNonNull(at);
  }

  /** Of what a look threw. */
  public static Unknown of(String name, String channel, Failure failure, Instant at) {
    return new Unknown(
        SCHEMA, name, channel, failure.code().status(), String.valueOf(failure.getMessage()), at);
  }
}
