package dev.selfsame.binary.rust;

import dev.selfsame.binary.bytes.ByteView;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The path of the standard library's source, which panic messages carry into nearly every program:
 * {@code /rustc/COMMIT/} of upstream's builds, {@code /usr/src/rustc-VERSION/} of Debian's.
 */
public final class SourcePaths {
  private static final Pattern COMMIT = Pattern.compile("/rustc/([0-9a-f]{40})[/\\\\].*");
  private static final Pattern DEBIAN =
      Pattern.compile("/usr/src/rustc-([0-9]+\\.[0-9]+\\.[0-9]+)[^/]*/.*");
  private static final int SHOWN = 96;

  private SourcePaths() {}

  /** The first upstream path: its mark is the path, cut to {@value #SHOWN} bytes. */
  public static Optional<Mark> upstream(String where, ByteView view) {
    return find(where, view, "/rustc/", COMMIT);
  }

  /** The first path of Debian's rustc packages. */
  public static Optional<Mark> debian(String where, ByteView view) {
    return find(where, view, "/usr/src/rustc-", DEBIAN);
  }

  /** The 40 hex digits of an upstream path. */
  static String commit(Mark mark) {
    return group(COMMIT, mark);
  }

  /** The version of a Debian path. */
  static String version(Mark mark) {
    return group(DEBIAN, mark);
  }

  private static String group(Pattern pattern, Mark mark) {
    Matcher matcher = pattern.matcher(mark.text());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not such a path: " + mark);
    }
    return matcher.group(1);
  }

  private static Optional<Mark> find(String where, ByteView view, String prefix, Pattern pattern) {
    for (long at = view.indexOf(prefix, 0); at >= 0; at = view.indexOf(prefix, at + 1)) {
      String text = path(view, at);
      if (pattern.matcher(text).matches()) {
        return Optional.of(new Mark(where, view.start() + at, text));
      }
    }
    return Optional.empty();
  }

  /** Strings stand one behind the other without a NUL, so a path ends after its {@code .rs}. */
  private static String path(ByteView view, long at) {
    byte[] raw = view.copy(at, (int) Math.min(SHOWN, view.size() - at));
    int end = 0;
    while (end < raw.length && raw[end] > 0x20 && raw[end] < 0x7f) {
      end++;
    }
    String text = new String(raw, 0, end, java.nio.charset.StandardCharsets.US_ASCII);
    int stop = text.indexOf(".rs");
    return stop < 0 ? text : text.substring(0, stop + 3);
  }
}
