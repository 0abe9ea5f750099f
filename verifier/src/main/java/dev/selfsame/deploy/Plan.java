package dev.selfsame.deploy;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.util.List;
import java.util.Optional;

/**
 * How a target gets from what stands there to a release.
 *
 * @param steps in order; the last one, and only that, is {@link Step.Retire}
 * @param remarks what a reader should know beforehand, a line each, such as a gap
 * @param before what the target has to remember of how it was, to go back there; no secrets
 */
public record Plan(List<Step> steps, List<String> remarks, Before before) {
  public Plan {
    steps = List.copyOf(steps);
    remarks = List.copyOf(remarks);
    requireNonNull(before);
    long last = steps.stream().filter(Step.Retire.class::isInstance).count();
    if (last != 1 || !(steps.getLast() instanceof Step.Retire)) {
      throw new IllegalArgumentException("a plan ends with the one step that retires the old one");
    }
  }

  /** The same, that remembers too which bytes ran. */
  public Plan withRuns(Optional<Digest> artifact) {
    return new Plan(steps, remarks, before.withRuns(artifact));
  }

  /** For people: a line a step, then the remarks. */
  public String text() {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < steps.size(); i++) {
      out.append("  %2d  %-9s  %s\n".formatted(i + 1, steps.get(i).word(), steps.get(i).what()));
    }
    remarks.forEach(remark -> out.append("  note: ").append(remark).append('\n'));
    return out.toString();
  }
}
