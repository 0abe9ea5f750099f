package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that people suspect when two builds differ, and what the files say about it.
 *
 * @param id stable word, such as {@code debug-symbols}
 * @param question the suspicion in a few words
 * @param answer whether it is so
 * @param bytes how much of the size difference it accounts for, 0 where it moves none; null where
 *     that is not known
 * @param sentence why, one line for a tired person
 * @param inA what speaks for the answer in a
 * @param inB what speaks for the answer in b
 */
public record Guess(
    String id,
    String question,
    Answer answer,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Long bytes,
    String sentence,
    List<Fact.Evidence> inA,
    List<Fact.Evidence> inB) {

  /** Whether a guess is right. */
  public enum Answer {
    @JsonProperty("yes")
    YES,
    @JsonProperty("no")
    NO,
    /** The files do not tell; the sentence says what would. */
    @JsonProperty("cannot-be-told")
    CANNOT_BE_TOLD
  }

  public Guess {
    requireNonNull(id);
    requireNonNull(question);
    requireNonNull(answer);
    requireNonNull(sentence);
    inA = List.copyOf(inA);
    inB = List.copyOf(inB);
  }
}
