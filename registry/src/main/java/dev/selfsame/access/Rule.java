package dev.selfsame.access;

import java.util.Set;

/**
 * A grant to somebody.
 *
 * @param who names of users; {@link #EVERYBODY} for whoever has signed in, {@link #ANONYMOUS} for
 *     whoever has not, and for the others too
 * @param grant what they may do
 */
public record Rule(Set<String> who, Grant grant) {
  /** Every user who has signed in. */
  public static final String EVERYBODY = "*";

  /** Those who have not signed in; what they may do, everybody may. */
  public static final String ANONYMOUS = "anonymous";

  public Rule {
    who = Set.copyOf(who);
  }

  boolean isFor(Caller caller) {
    return who.contains(ANONYMOUS)
        || (!caller.isAnonymous() && (who.contains(EVERYBODY) || who.contains(caller.name())));
  }
}
