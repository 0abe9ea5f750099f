package dev.selfsame.access;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Repositories by name: components between slashes, of which {@code *} is any one and a last {@code
 * **} is one or more. So {@code staging/viworks/*} and {@code deploy/**}; {@code **} is everything.
 *
 * @param value the pattern as it was written
 */
public record RepositoryPattern(String value) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(?:\\*|[a-z0-9]+(?:[._-]+[a-z0-9]+)*)/)*"
              + "(?:\\*\\*|\\*|[a-z0-9]+(?:[._-]+[a-z0-9]+)*)");
  private static final int LONGEST = 255;

  /** Every repository. Made after what its constructor uses. */
  public static final RepositoryPattern ALL = new RepositoryPattern("**");

  /** Throws {@link IllegalArgumentException} where {@code value} is not of the form. */
  public RepositoryPattern {
    if (value.length() > LONGEST || !FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "not a pattern of repositories such as staging/team/* or deploy/**: " + value);
    }
  }

  /** Whether it has this repository. */
  public boolean matches(String repository) {
    if (value.equals("**")) {
      return true;
    }
    List<String> wanted = List.of(value.split("/", -1));
    List<String> parts = List.of(repository.split("/", -1));
    for (int i = 0; i < wanted.size(); i++) {
      if (i >= parts.size()) {
        return false;
      }
      if (wanted.get(i).equals("**")) {
        return true;
      }
      if (!wanted.get(i).equals("*") && !wanted.get(i).equals(parts.get(i))) {
        return false;
      }
    }
    return wanted.size() == parts.size();
  }

  /** Whether it is one repository, and no other can match. */
  public boolean isOne() {
    return value.indexOf('*') < 0;
  }

  /** What the name of every repository begins with that it has. */
  public String beginning() {
    return isOne() ? value : value.substring(0, value.indexOf('*'));
  }

  /** Of both the one that leaves less open at its beginning; empty where none matches both. */
  Optional<RepositoryPattern> with(RepositoryPattern other) {
    RepositoryPattern longer = beginning().length() >= other.beginning().length() ? this : other;
    RepositoryPattern shorter = longer.equals(this) ? other : this;
    return longer.beginning().startsWith(shorter.beginning())
        ? Optional.of(longer)
        : Optional.empty();
  }

  @Override
  public String toString() {
    return value;
  }
}
