package dev.selfsame.access;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who makes a request.
 *
 * @param name the user's name; empty for somebody who has not said
 * @param within what a token narrows the user's rights to; empty where nothing does
 */
public record Caller(String name, Optional<List<Grant>> within) {
  /** Somebody who has not said who they are. */
  public static final Caller ANONYMOUS = new Caller("", Optional.empty());

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}");

  public Caller {
    within = within.map(List::copyOf);
    if (!name.isEmpty() && !isName(name)) {
      throw new IllegalArgumentException("not a user's name: " + name);
    }
  }

  /** A user with all of their rights. */
  public static Caller user(String name) {
    return new Caller(name, Optional.empty());
  }

  /** Whether a user may be called so: letters, digits and {@code . _ @ + -}, at most 64. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches() && !text.equals(Rule.ANONYMOUS);
  }

  public boolean isAnonymous() {
    return name.isEmpty();
  }

  /** The same user with these rights at most. */
  public Caller within(List<Grant> grants) {
    return new Caller(name, Optional.of(grants));
  }

  /** As logs name it. */
  public String describe() {
    return isAnonymous() ? Rule.ANONYMOUS : name;
  }
}
