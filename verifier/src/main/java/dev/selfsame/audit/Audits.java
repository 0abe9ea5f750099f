package dev.selfsame.audit;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.selfsame.outcome.ExitCode;
import java.util.List;

/**
 * The answers to one question about several places.
 *
 * @param audits one for each place, in the order in which they were named; at least one
 */
@JsonPropertyOrder({"schema", "exit", "audits"})
public record Audits(List<Checked> audits) {
  /** The value of {@code schema}; the number changes when a reader must. */
  public static final String SCHEMA = "selfsame.audits/1";

  public Audits {
    audits = List.copyOf(audits);
    if (audits.isEmpty()) {
      throw new IllegalArgumentException("no answer is no yes");
    }
  }

  /** {@link #SCHEMA}. */
  @JsonProperty("schema")
  public String schema() {
    return SCHEMA;
  }

  /** The worst of the answers' exit codes: see {@link Badness}. */
  public ExitCode code() {
    return Badness.worst(audits.stream().map(Checked::code).toList());
  }

  @JsonProperty("exit")
  int exit() {
    return code().status();
  }
}
