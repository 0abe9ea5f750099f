package dev.selfsame.source.cargo;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of Rust.
 *
 * @param patch -1 where only major and minor were said, which any patch fulfils
 */
public record RustVersion(int major, int minor, int patch) implements Comparable<RustVersion> {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?(?:[-+].*)?");
  private static final Comparator<RustVersion> ORDER =
      Comparator.comparingInt(RustVersion::major)
          .thenComparingInt(RustVersion::minor)
          .thenComparingInt(RustVersion::patch);

  /** Reads {@code 1.85} or {@code 1.85.1}; empty for anything else. */
  public static Optional<RustVersion> parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String patch = matcher.group(3);
    return Optional.of(
        new RustVersion(
            Integer.parseInt(matcher.group(1)),
            Integer.parseInt(matcher.group(2)),
            patch == null ? -1 : Integer.parseInt(patch)));
  }

  /** Whether {@code other} is this version, or one of its patches where none is said. */
  public boolean matches(RustVersion other) {
    return major == other.major && minor == other.minor && (patch < 0 || patch == other.patch);
  }

  @Override
  public int compareTo(RustVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor + (patch < 0 ? "" : "." + patch);
  }
}
