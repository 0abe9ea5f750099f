package dev.selfsame.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import dev.selfsame.evidence.Guess;
import dev.selfsame.evidence.Guess.Answer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A guess's sentence tells a compiler as no surer than the file is of it. */
class DoubtedCompilerTest {
  private static final Fact SURE = rustc("1.96.0", Grade.STRONG, false);
  private static final Fact LIKELY = rustc("1.96.0", Grade.MEDIUM, false);
  private static final Fact AGAINST = rustc("1.96.0", Grade.MEDIUM, true);

  @Test
  void the_same_compiler_is_as_likely_as_in_the_file_that_is_less_sure() {
    String sure = "both were made by rustc 1.96.0, and linked by LLD 22";
    assertGuess(Answer.NO, sure, guess(side(1, SURE), side(2, SURE)));
    String likely = "both were made by rustc 1.96.0 (likely), and linked by LLD 22";
    assertGuess(Answer.NO, likely, guess(side(1, LIKELY), side(2, SURE)));
    assertGuess(Answer.NO, likely, guess(side(1, SURE), side(2, LIKELY)));
  }

  @Test
  void another_compiler_that_is_likely_is_told_as_that() {
    Fact old = rustc("1.85.1", Grade.STRONG, false);
    String begin = "A by rustc 1.96.0 (likely), B by rustc 1.85.1; ";
    Guess guess = guess(side(1, LIKELY), side(2, old));
    assertEquals(Answer.YES, guess.answer());
    assertTrue(guess.sentence().startsWith(begin), guess.sentence());
  }

  @Test
  void a_compiler_that_something_speaks_against_answers_nothing() {
    String begin = "A says rustc 1.96.0 (contradicted), B rustc 1.96.0: not all signs";
    Guess guess = guess(side(1, AGAINST), side(2, SURE));
    assertEquals(Answer.CANNOT_BE_TOLD, guess.answer(), guess.sentence());
    assertTrue(guess.sentence().startsWith(begin), guess.sentence());
    Fact other = rustc("1.85.1", Grade.STRONG, false);
    assertEquals(Answer.CANNOT_BE_TOLD, guess(side(1, other), side(2, AGAINST)).answer());
    // The same bytes are the same, whatever the files say of themselves.
    assertEquals(Answer.NO, guess(side(1, AGAINST), side(1, AGAINST)).answer());
  }

  private static void assertGuess(Answer answer, String sentence, Guess guess) {
    assertEquals(answer, guess.answer(), guess.sentence());
    assertEquals(sentence, guess.sentence());
  }

  private static Fact rustc(String release, Grade grade, boolean against) {
    Evidence other = new Evidence(".rodata", 2, "a path of another rustc");
    // Of another commit where it is another release.
    String value = "%s (%09x 2026-01-01)".formatted(release, release.hashCode() & 0xfffffff);
    Evidence said = new Evidence(".comment", 1, "rustc version " + value);
    return new Fact(value, grade, List.of(said), against ? List.of(other) : List.of());
  }

  private static Sides side(int code, Fact rustc) {
    return new Sides()
        .section(".text", Category.CODE, new byte[] {(byte) code})
        .fact("rustc", rustc)
        .fact("linker", "LLD 22")
        .fact("distribution", "rustup");
  }

  private static Guess guess(Sides a, Sides b) {
    return new Guesses(a.facts(), b.facts(), SectionTable.of(a.against(b)), Optional.empty())
        .all().stream().filter(guess -> guess.id().equals("toolchain")).findFirst().orElseThrow();
  }
}
