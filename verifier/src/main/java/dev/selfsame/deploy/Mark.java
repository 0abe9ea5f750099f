package dev.selfsame.deploy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * By what something secret is known again: an HMAC-SHA-256 (RFC 2104) by a {@link SettingsKey}.
 * Without the key nobody can try words until one fits.
 *
 * @param text {@code hmac-sha256:} and 64 lower-case hex digits, or {@code none} where there is
 *     nothing secret
 */
public record Mark(@JsonValue String text) {
  private static final Pattern FORM = Pattern.compile("none|hmac-sha256:[0-9a-f]{64}");

  /** Of nothing: the same by every key. */
  public static final Mark NONE = new Mark("none");

  /** Throws {@link IllegalArgumentException} where it is of another form. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Mark {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("not a mark");
    }
  }

  /** Whether a text is a mark by a key. */
  static boolean isByKey(String text) {
    return text.startsWith("hmac-") && FORM.matcher(text).matches();
  }

  @Override
  public String toString() {
    return text;
  }
}
