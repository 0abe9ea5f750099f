package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * An inferred value with where it was read, how much that proves, and what speaks against it.
 *
 * @param value the value in words, {@code unknown} where it cannot be known
 * @param grade how much the evidence proves
 * @param evidence where it was read, strongest first; of what cannot be known, what was looked at
 *     and leaves it open
 * @param contradictions what speaks against it
 */
public record Fact(
    String value, Grade grade, List<Evidence> evidence, List<Evidence> contradictions) {

  /** The value where something would leave a trace in most programs, and has left none. */
  public static final String NO_SIGN = "no sign of them";

  /** How much a piece of evidence proves. */
  public enum Grade {
    /** A fact of the format. */
    @JsonProperty("certain")
    CERTAIN,
    @JsonProperty("strong")
    STRONG,
    @JsonProperty("medium")
    MEDIUM,
    @JsonProperty("weak")
    WEAK,
    /** Nothing was found: the value is {@code unknown}. */
    @JsonProperty("unknown")
    UNKNOWN
  }

  /**
   * A place in the file.
   *
   * @param where section or structure, such as {@code .comment}
   * @param offset byte offset within the file, or -1 for the whole
   * @param what what stands there, shortened for people
   */
  public record Evidence(String where, long offset, String what) {
    public Evidence {
      requireNonNull(where);
      requireNonNull(what);
    }
  }

  public Fact {
    requireNonNull(value);
    requireNonNull(grade);
    evidence = List.copyOf(evidence);
    contradictions = List.copyOf(contradictions);
  }

  /** What cannot be known. */
  public static Fact unknown() {
    return new Fact("unknown", Grade.UNKNOWN, List.of(), List.of());
  }

  /**
   * What cannot be known, and why not.
   *
   * @param why what was looked at, and what it leaves open
   */
  public static Fact unknown(Evidence why) {
    return new Fact("unknown", Grade.UNKNOWN, List.of(why), List.of());
  }

  /** A fact of the format, read at one place. */
  public static Fact certain(String value, Evidence evidence) {
    return new Fact(value, Grade.CERTAIN, List.of(evidence), List.of());
  }

  /**
   * What stands behind the value where it is told without its grade, such as likely; nothing where
   * it is certain or strong, and nothing speaks against it.
   */
  public String doubt() {
    if (contradicted()) {
      return " (contradicted)";
    }
    return switch (grade) {
      case CERTAIN, STRONG, UNKNOWN -> "";
      case MEDIUM -> " (likely)";
      case WEAK -> " (perhaps)";
    };
  }

  /** Whether something speaks against a value that is known. */
  public boolean contradicted() {
    return grade != Grade.UNKNOWN && !contradictions.isEmpty();
  }
}
