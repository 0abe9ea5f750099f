package dev.selfsame.audit.gate;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * One thing that is asked of a binary, and what was seen.
 *
 * @param kind what is asked
 * @param answer whether it is so
 * @param asked what was asked, a few words such as {@code at least 2}
 * @param seen what was found, one line
 */
@JsonPropertyOrder({"check", "answer", "asked", "seen"})
public record Requirement(
    @JsonProperty("check") Kind kind, Answer answer, String asked, String seen) {

  /** What can be asked. */
  public enum Kind {
    PROMOTED("promoted"),
    OPERATORS("operators"),
    AGE("age"),
    PIN("pin"),
    REPRODUCIBLE("reproducible");

    private final String id;

    Kind(String id) {
      this.id = id;
    }

    /** A lower-case word. */
    @JsonValue
    public String id() {
      return id;
    }
  }

  /** Whether it is so. */
  public enum Answer {
    YES("yes"),
    NO("no"),
    /** There was nothing to judge by. */
    UNTOLD("untold");

    private final String word;

    Answer(String word) {
      this.word = word;
    }

    /** A lower-case word. */
    @JsonValue
    public String word() {
      return word;
    }

    static Answer of(boolean met) {
      return met ? YES : NO;
    }
  }

  public Requirement {
    requireNonNull(kind);
    requireNonNull(answer);
    requireNonNull(asked);
    requireNonNull(seen);
  }
}
