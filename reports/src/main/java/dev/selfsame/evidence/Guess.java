package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Something that people suspect when two builds differ, and what the files say about it.
 *
 * @param id stable word, such as {@code debug-symbols}
 * @param question the suspicion in a few words
 * @param answer whether it is so
 * @param bytes how much of the size difference it accounts for; 0 where it moves none or that
 *     cannot be told
 * @param sentence why, one line for a tired person
 * @param inA what speaks for the answer in a
 * @param inB what speaks for the answer in b
 */
public record Guess(
    String id,
    String question,
    Answer answer,
    long bytes,
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
