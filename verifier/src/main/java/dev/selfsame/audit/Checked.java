package dev.selfsame.audit;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;

/** One place that was asked about, and its answer: an audit, or why there is none. */
public sealed interface Checked {

  /** The place, as it was written. */
  String where();

  /** The exit code that the answer alone would give. */
  ExitCode code();

  /** There is an answer. In JSON it is the audit itself. */
  record Told(String where, @JsonValue Audit audit) implements Checked {
    @Override
    public ExitCode code() {
      return audit.code();
    }
  }

  /**
   * There is no answer.
   *
   * @param code never a yes
   * @param error what failed, one line
   * @param hint the next step, one line
   */
  @JsonPropertyOrder({"verdict", "schema", "where", "error", "hint"})
  record Untold(String where, @JsonIgnore ExitCode code, String error, String hint)
      implements Checked {
    public Untold {
      if (code == ExitCode.YES) {
        throw new IllegalArgumentException("no answer is no yes");
      }
    }

    /** What a command would have ended with. */
    public static Untold of(String where, Failure failure) {
      return new Untold(
          where, failure.code(), String.valueOf(failure.getMessage()), failure.hint());
    }

    @JsonProperty("verdict")
    String verdict() {
      return code == ExitCode.BAD_EVIDENCE ? "bad-evidence" : "could-not-tell";
    }

    @JsonProperty("schema")
    String schema() {
      return Audit.SCHEMA;
    }
  }
}
