package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** The answer to "are these the same bytes?" */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "word")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Verdict.Identical.class, name = "identical"),
  @JsonSubTypes.Type(value = Verdict.Differs.class, name = "differs"),
  @JsonSubTypes.Type(value = Verdict.CouldNotTell.class, name = "could-not-tell")
})
public sealed interface Verdict {

  /** Every byte is the same. */
  record Identical() implements Verdict {}

  /**
   * At least one byte differs.
   *
   * @param firstDifference offset of the first byte that differs; the shorter file's size where it
   *     is a prefix of the longer
   */
  record Differs(long firstDifference) implements Verdict {}

  /**
   * The question could not be answered.
   *
   * @param why one line
   */
  record CouldNotTell(String why) implements Verdict {
    public CouldNotTell {
      requireNonNull(why);
    }
  }
}
