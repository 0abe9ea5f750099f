package dev.selfsame.compare;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether two files name one rustc. A file whose {@code .comment} is gone names it by the whole
 * commit in paths of the library, another by version and abbreviated commit.
 */
final class Compilers {
  /** An abbreviated or whole commit. */
  private static final Pattern COMMIT = Pattern.compile("\\b[0-9a-f]{7,40}\\b");

  private Compilers() {}

  /**
   * Whether both values name the same commit, one perhaps abbreviated; false where one has none.
   */
  static boolean same(String a, String b) {
    Optional<String> inA = commit(a);
    Optional<String> inB = commit(b);
    return inA.isPresent()
        && inB.isPresent()
        && (inA.get().startsWith(inB.get()) || inB.get().startsWith(inA.get()));
  }

  private static Optional<String> commit(String value) {
    Matcher matcher = COMMIT.matcher(value);
    return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
  }
}
