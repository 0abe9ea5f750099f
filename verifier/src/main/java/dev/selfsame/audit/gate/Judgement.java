package dev.selfsame.audit.gate;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.selfsame.audit.Checked;
import dev.selfsame.outcome.ExitCode;
import java.util.List;

/**
 * One place, its audit, and what the gate says to it.
 *
 * @param checked the place and what was found there
 * @param requirements every check of the policy, in a fixed order; empty where no gate was asked
 */
@JsonPropertyOrder({"where", "exit", "audit", "checks"})
public record Judgement(
    @JsonProperty("audit") Checked checked,
    @JsonProperty("checks") List<Requirement> requirements) {
  public Judgement {
    requireNonNull(checked);
    requirements = List.copyOf(requirements);
  }

  /** The place, as it was written. */
  @JsonProperty("where")
  public String where() {
    return checked.where();
  }

  /** The audit's exit code; a yes becomes a no where a check is not met. */
  public ExitCode code() {
    boolean met = requirements.stream().allMatch(each -> each.answer() == Requirement.Answer.YES);
    return checked.code() != ExitCode.YES || met ? checked.code() : ExitCode.NO;
  }

  @JsonProperty("exit")
  int exit() {
    return code().status();
  }

  /** The checks that stand between this binary and a yes. */
  public List<Requirement> unmet() {
    return requirements.stream().filter(each -> each.answer() != Requirement.Answer.YES).toList();
  }
}
