package dev.selfsame.audit.gate;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.selfsame.audit.Audits;
import dev.selfsame.audit.Badness;
import dev.selfsame.audit.Checked;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.time.Instant;
import java.util.List;

/**
 * The gate's answer: yes where every binary is promoted and meets every check.
 *
 * @param binaries one for each place, in the order in which they were named; at least one
 */
@JsonPropertyOrder({"schema", "verdict", "exit", "binaries"})
public record Judgements(List<Judgement> binaries) {
  /** The value of {@code schema}; the number changes when a reader must. */
  public static final String SCHEMA = "selfsame.gate/1";

  public Judgements {
    binaries = List.copyOf(binaries);
    if (binaries.isEmpty()) {
      throw new IllegalArgumentException("no answer is no yes");
    }
  }

  /** Holds every audit against a policy. */
  public static Judgements of(Audits audits, GatePolicy policy, Instant now) {
    return new Judgements(
        audits.audits().stream()
            .map(each -> new Judgement(each, Requirements.of(each, policy, now)))
            .toList());
  }

  /** Audits alone: nothing more is asked. */
  public static Judgements of(Audits audits) {
    return new Judgements(
        audits.audits().stream().map(each -> new Judgement(each, List.of())).toList());
  }

  /**
   * Where nothing could be asked: each place that was to be is one that could not be told.
   *
   * @param asked at least one
   */
  public static Judgements untold(List<String> asked, Failure failure) {
    return new Judgements(
        asked.stream()
            .map(place -> new Judgement(Checked.Untold.of(place, failure), List.of()))
            .toList());
  }

  /** {@link #SCHEMA}. */
  @JsonProperty("schema")
  public String schema() {
    return SCHEMA;
  }

  /** The worst of the answers' exit codes: see {@link Badness}. */
  public ExitCode code() {
    return Badness.worst(binaries.stream().map(Judgement::code).toList());
  }

  @JsonProperty("exit")
  int exit() {
    return code().status();
  }

  /**
   * The answer in a word: {@code yes}, {@code no}, {@code could-not-tell} or {@code bad-evidence}.
   */
  @JsonProperty("verdict")
  public String verdict() {
    return word(code());
  }

  /** The word for an exit code. */
  public static String word(ExitCode code) {
    return switch (code) {
      case YES -> "yes";
      case NO -> "no";
      case BAD_EVIDENCE -> "bad-evidence";
      case UNDECIDED, USAGE, BUG -> "could-not-tell";
    };
  }
}
