package dev.selfsame.promote;

import dev.selfsame.outcome.Failure;

/**
 * One condition of a policy, and how it turned out.
 *
 * @param id stable word, such as {@code operators}
 * @param met whether it is met
 * @param reason one line for a tired person, which may quote what a builder says
 */
public record Check(String id, boolean met, String reason) {
  public Check {
    reason = Failure.oneLine(reason);
  }
}
