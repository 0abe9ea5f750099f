package dev.selfsame.deploy.host;

import static java.util.Objects.requireNonNull;

import dev.selfsame.deploy.Before;
import dev.selfsame.outcome.Failure;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The one before, as it was when the deployment was planned.
 *
 * @param id its deployment; empty where nothing was there
 * @param ran whether its process ran
 * @param well whether that answered what the new one will be asked
 */
record Old(Optional<String> id, boolean ran, boolean well) {
  private static final String CURRENT = "current";
  private static final String RAN = "ran";
  private static final String WELL = "well";
  private static final String YES = "yes";

  Old {
    requireNonNull(id);
  }

  /** Reads what {@link #noted} noted. */
  static Old of(Before before) {
    return new Old(
        before.note(CURRENT), before.note(RAN).isPresent(), before.note(WELL).isPresent());
  }

  Before noted() {
    Map<String, String> notes = new TreeMap<>();
    id.ifPresent(current -> notes.put(CURRENT, current));
    if (ran) {
      notes.put(RAN, YES);
    }
    if (well) {
      notes.put(WELL, YES);
    }
    return new Before(notes);
  }

  /** Whether this deployment is the one before. */
  boolean is(String other) {
    return id.filter(other::equals).isPresent();
  }

  /** That it is not as it was, so the deployment has not ended: the next run tries again. */
  static Failure notBack(String id, String why) {
    return Failure.undecided(
        "the one before, deployment %s, ran and is not well again: %s".formatted(id, why),
        "mend it, then deploy again");
  }
}
