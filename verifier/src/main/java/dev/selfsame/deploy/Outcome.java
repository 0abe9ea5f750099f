package dev.selfsame.deploy;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.selfsame.outcome.ExitCode;
import java.time.Instant;
import java.util.List;

/** How a deployment ended. */
@JsonIgnoreProperties(value = "schema", allowGetters = true)
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "outcome")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Outcome.Healthy.class, name = "healthy"),
  @JsonSubTypes.Type(value = Outcome.NothingToDo.class, name = "nothing-to-do"),
  @JsonSubTypes.Type(value = Outcome.RolledBack.class, name = "rolled-back"),
  @JsonSubTypes.Type(value = Outcome.Failed.class, name = "failed"),
  @JsonSubTypes.Type(value = Outcome.Unfinished.class, name = "unfinished")
})
public sealed interface Outcome {
  /** The value of {@code schema}; the number changes when a reader must. */
  String SCHEMA = "selfsame.deployment/1";

  /** {@link #SCHEMA}. */
  @JsonProperty("schema")
  default String schema() {
    return SCHEMA;
  }

  /** The attempt. */
  Deployment deployment();

  /** 0 only where the new one is proven to run and to be well. */
  ExitCode code();

  /**
   * What the steps found, in order, a line each.
   *
   * @param step its word
   * @param found one line
   * @param at when
   */
  record Finding(String step, String found, Instant at) {
    public Finding {
      requireNonNull(step);
      requireNonNull(found);
      requireNonNull(at);
    }
  }

  /** The release runs, from the promoted bytes, and is well. */
  record Healthy(Deployment deployment, List<Finding> findings) implements Outcome {
    public Healthy {
      requireNonNull(deployment);
      findings = List.copyOf(findings);
    }

    @Override
    public ExitCode code() {
      return ExitCode.YES;
    }
  }

  /**
   * It ran there already, with these settings, and is well: looked at again, and left alone.
   *
   * @param described what stands there
   */
  record NothingToDo(Deployment deployment, String described) implements Outcome {
    public NothingToDo {
      requireNonNull(deployment);
      requireNonNull(described);
    }

    @Override
    public ExitCode code() {
      return ExitCode.YES;
    }
  }

  /**
   * The release did not do; everything is as it was before.
   *
   * @param step the word of the step that failed
   * @param reason why, one line
   * @param stands what stands there now, one line
   * @param lastLines what the new one wrote last, secrets masked
   */
  record RolledBack(
      Deployment deployment,
      String step,
      String reason,
      String stands,
      List<String> lastLines,
      List<Finding> findings)
      implements Outcome {
    public RolledBack {
      requireNonNull(deployment);
      requireNonNull(step);
      requireNonNull(reason);
      requireNonNull(stands);
      lastLines = List.copyOf(lastLines);
      findings = List.copyOf(findings);
    }

    @Override
    public ExitCode code() {
      return ExitCode.NO;
    }
  }

  /**
   * There was no way back any more, and what was promoted is not seen to run and be well. Nothing
   * is left to be ended; the release is to be deployed again.
   *
   * @param step the word of the last step that began
   * @param reason why, one line
   * @param stands what stands there now, one line
   */
  record Failed(Deployment deployment, String step, String reason, String stands)
      implements Outcome {
    public Failed {
      requireNonNull(deployment);
      requireNonNull(step);
      requireNonNull(reason);
      requireNonNull(stands);
    }

    @Override
    public ExitCode code() {
      return ExitCode.UNDECIDED;
    }
  }

  /**
   * It is neither there nor back: the target could not be worked with. The journal stands, and the
   * next run goes on from it.
   *
   * @param step the word of the step that failed
   * @param reason why that failed
   * @param then why it could not be ended
   */
  record Unfinished(Deployment deployment, String step, String reason, String then)
      implements Outcome {
    public Unfinished {
      requireNonNull(deployment);
      requireNonNull(step);
      requireNonNull(reason);
      requireNonNull(then);
    }

    @Override
    public ExitCode code() {
      return ExitCode.UNDECIDED;
    }
  }
}
