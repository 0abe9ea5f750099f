package dev.selfsame.doctor;

import static java.util.Objects.requireNonNull;

import dev.selfsame.outcome.Failure;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was looked at.
 *
 * @param name what it is, in a word or two
 * @param state how it stands
 * @param needed whether a build or a verification cannot do without it
 * @param text what was seen, one line
 * @param hint what to do about it, one line; null where nothing is to be done
 */
public record Check(String name, State state, boolean needed, String text, @Nullable String hint) {

  /** How a thing stands. */
  public enum State {
    /** It is there and works. */
    OK,
    /** It is not there, or does not work. */
    MISSING,
    /** It could not be looked at. */
    UNKNOWN
  }

  public Check {
    requireNonNull(name);
    requireNonNull(state);
    text = oneLine(text);
    hint = hint == null ? null : oneLine(hint);
    if ((hint == null) != (state == State.OK)) {
      throw new IllegalArgumentException("a hint belongs to what is not ok, and to nothing else");
    }
  }

  /** What a machine says of itself must stay on its line. */
  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ").strip();
  }

  /** It is there. */
  public static Check ok(String name, String text) {
    return new Check(name, State.OK, false, text, null);
  }

  /** It is not there. */
  public static Check missing(String name, String text, String hint) {
    return new Check(name, State.MISSING, false, text, hint);
  }

  /** It could not be looked at. */
  public static Check unknown(String name, String text, String hint) {
    return new Check(name, State.UNKNOWN, false, text, hint);
  }

  /** The same, as something that cannot be done without. */
  public Check asNeeded() {
    return new Check(name, state, true, text, hint);
  }

  /** What {@code look} gives; where it fails, what it fails with. */
  public static Check of(String name, Supplier<Check> look) {
    try {
      return look.get();
    } catch (Failure e) {
      return missing(name, String.valueOf(e.getMessage()), e.hint());
    } catch (RuntimeException e) {
      return unknown(name, e.toString(), "this is a bug: report it, with what --debug adds");
    }
  }
}
