package dev.selfsame.status;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.selfsame.digest.Digest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at what really runs at a target: a port, which whoever knows targets fills in. */
@FunctionalInterface
public interface Running {
  /** Looks at nothing: for whoever asks the registry alone. */
  Running NOT_ASKED = _ -> new NotLooked("only the registry was asked");

  /**
   * Looks.
   *
   * @param target as {@code deploy} takes it, such as {@code docker:agent}
   * @throws dev.selfsame.outcome.Failure is read as {@link CouldNotTell}, whatever its code
   */
  Look at(String target) throws InterruptedException;

  /**
   * Looks at a target of a machine.
   *
   * @param host where the records say that it is, or null where there is no record
   */
  default Look at(String target, @Nullable String host) throws InterruptedException {
    return at(target);
  }

  /** What was seen. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "seen")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Runs.class, name = "runs"),
    @JsonSubTypes.Type(value = Nothing.class, name = "nothing"),
    @JsonSubTypes.Type(value = CouldNotTell.class, name = "could-not-tell"),
    @JsonSubTypes.Type(value = NotLooked.class, name = "not-looked")
  })
  sealed interface Look {}

  /**
   * Something runs.
   *
   * @param artifact SHA-256 of the bytes that run, read from where they run
   * @param described one line for people
   * @param since when they began to, or null where that cannot be told
   * @param changes what somebody changed there by hand since it was deployed, a line each
   * @param instance what else was seen of it
   */
  record Runs(
      Digest artifact,
      String described,
      @Nullable Instant since,
      List<String> changes,
      Instance instance)
      implements Look {
    public Runs {
      requireNonNull(artifact);
      requireNonNull(described);
      changes = List.copyOf(changes);
      requireNonNull(instance);
    }
  }

  /**
   * What runs, beside its bytes.
   *
   * @param health whether it answers as healthy and ready, asked as was declared when it was
   *     deployed
   * @param settings whether it runs with those that it was deployed with, as the target itself
   *     knows them
   * @param fingerprint SHA-256 of these, to be held against the deployment record; null where the
   *     target does not know them
   */
  record Instance(Finding health, Finding settings, @Nullable Digest fingerprint) {
    public Instance {
      requireNonNull(health);
      requireNonNull(settings);
    }

    /** Of what nobody has deployed. */
    public static Instance unknown(String why) {
      return new Instance(new Finding.NoEvidence(why), new Finding.NoEvidence(why), null);
    }

    /** Of what was deployed, and cannot be looked at now. */
    public static Instance untold(String why) {
      return new Instance(new Finding.CouldNotTell(why), new Finding.CouldNotTell(why), null);
    }
  }

  /**
   * Nothing runs there.
   *
   * @param described one line for people
   */
  record Nothing(String described) implements Look {
    public Nothing {
      requireNonNull(described);
    }
  }

  /**
   * It was looked at, and cannot be told.
   *
   * @param why one line
   */
  record CouldNotTell(String why) implements Look {
    public CouldNotTell {
      requireNonNull(why);
    }
  }

  /**
   * Nobody looked.
   *
   * @param why one line
   */
  record NotLooked(String why) implements Look {
    public NotLooked {
      requireNonNull(why);
    }
  }
}
