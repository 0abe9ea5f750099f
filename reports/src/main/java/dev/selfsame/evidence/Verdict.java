package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** The answer to "are these the same bytes?" */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "word")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Verdict.Identical.class, name = "identical"),
  @JsonSubTypes.Type(value = Verdict.Equivalent.class, name = "equivalent"),
  @JsonSubTypes.Type(value = Verdict.Differs.class, name = "differs"),
  @JsonSubTypes.Type(value = Verdict.CouldNotTell.class, name = "could-not-tell")
})
public sealed interface Verdict {

  /** Every byte is the same. */
  record Identical() implements Verdict {}

  /**
   * Bytes differ, and all that do belong to things that were declared not to matter. Not the same
   * as identical: what was declared is taken on trust.
   *
   * @param ignored what was declared, such as {@code build-id}
   * @param firstDifference offset of the first byte that differs
   */
  record Equivalent(List<String> ignored, long firstDifference) implements Verdict {
    public Equivalent {
      ignored = List.copyOf(ignored);
    }
  }

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
