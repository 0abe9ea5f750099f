package dev.selfsame.status;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.selfsame.outcome.ExitCode;

/**
 * The answer to one question about what runs, beside which bytes those are. That it differs, that
 * there is nothing to judge it by, and that it could not be told are three answers.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Finding.Holds.class, name = "holds"),
  @JsonSubTypes.Type(value = Finding.Differs.class, name = "differs"),
  @JsonSubTypes.Type(value = Finding.NoEvidence.class, name = "no-evidence"),
  @JsonSubTypes.Type(value = Finding.CouldNotTell.class, name = "could-not-tell")
})
public sealed interface Finding {
  /** One line for people. */
  String said();

  /** Yes, no, or that it is not proven. */
  default ExitCode code() {
    return switch (this) {
      case Holds _ -> ExitCode.YES;
      case Differs _ -> ExitCode.NO;
      case NoEvidence _, CouldNotTell _ -> ExitCode.UNDECIDED;
    };
  }

  /** It is so. */
  record Holds(String said) implements Finding {
    public Holds {
      requireNonNull(said);
    }
  }

  /** It is not so. */
  record Differs(String said) implements Finding {
    public Differs {
      requireNonNull(said);
    }
  }

  /** Nothing says how it should be. */
  record NoEvidence(String said) implements Finding {
    public NoEvidence {
      requireNonNull(said);
    }
  }

  /** It was asked, and there was no answer that could be used. */
  record CouldNotTell(String said) implements Finding {
    public CouldNotTell {
      requireNonNull(said);
    }
  }
}
