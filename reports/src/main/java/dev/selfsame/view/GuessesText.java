package dev.selfsame.view;

import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Guess;
import java.util.List;

/** The guesses of a comparison and their answers, as text of 80 columns. */
public final class GuessesText {
  private static final int WIDTH = 80;
  private static final int INDENT = 36;

  private GuessesText() {}

  /** A line or more for each guess; nothing where there are none. */
  public static String of(Comparison comparison) {
    StringBuilder out = new StringBuilder();
    if (!comparison.guesses().isEmpty()) {
      out.append("\n%-20s %-15s%s\n".formatted("guess", "answer", "bytes and why"));
    }
    for (Guess guess : comparison.guesses()) {
      String head =
          "%-22s%-14s ".formatted(guess.question(), Words.lower(guess.answer()).replace('-', ' '));
      List<String> lines =
          Words.wrap(bytes(guess) + guess.sentence() + Words.sides(guess), WIDTH - INDENT - 1);
      for (String line : lines) {
        out.append(head).append(line).append('\n');
        head = " ".repeat(INDENT + 1);
      }
    }
    return out.toString();
  }

  /** Where the answer is yes, its bytes are told, or that they are not known. */
  private static String bytes(Guess guess) {
    Long bytes = guess.bytes();
    if (bytes == null) {
      return guess.answer() == Guess.Answer.YES ? Words.movedBytes(null) + ": " : "";
    }
    return bytes == 0 ? "" : Words.signed(bytes) + ": ";
  }
}
