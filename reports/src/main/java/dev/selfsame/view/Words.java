package dev.selfsame.view;

import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.ComparisonMatrix;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Guess;
import dev.selfsame.evidence.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Numbers and names as people read them. */
final class Words {
  private Words() {}

  /** Bytes with separators, such as {@code 3,889,913}. */
  static String number(long bytes) {
    return String.format(Locale.ROOT, "%,d", bytes);
  }

  /** Bytes with a sign, such as {@code +463}; zero has none. */
  static String signed(long bytes) {
    return bytes == 0 ? "0" : String.format(Locale.ROOT, "%+,d", bytes);
  }

  /** Bytes with a sign; what nobody knows is no number. */
  static String moved(@Nullable Long bytes) {
    return bytes == null ? "not known" : signed(bytes);
  }

  /** The same with its unit. */
  static String movedBytes(@Nullable Long bytes) {
    return bytes == null ? "bytes not known" : signed(bytes) + " bytes";
  }

  /** How many bytes differ, in parentheses; nothing where the size difference says that. */
  static String differing(Comparison.Cause cause) {
    Long differing = cause.differing();
    return differing == null ? "" : differing(cause.bytes(), differing, cause.atLeast());
  }

  /** The same of all that is unexplained. */
  static String unexplainedDiffering(Comparison comparison) {
    return differing(
        comparison.unexplained(),
        comparison.unexplainedDiffering(),
        comparison.unexplainedAtLeast());
  }

  /** How the first cause of a pair is known, and all that is unexplained. */
  static String known(ComparisonMatrix.Known known) {
    return "(%s; unexplained %s%s)"
        .formatted(
            lower(known.grade()),
            movedBytes(known.unexplained()),
            differing(
                known.unexplained(), known.unexplainedDiffering(), known.unexplainedAtLeast()));
  }

  private static String differing(long moved, long differing, boolean atLeast) {
    return differing == Math.abs(moved)
        ? ""
        : " (%s %s)"
            .formatted(
                differing(differing, atLeast), differing == 1 ? "byte differs" : "bytes differ");
  }

  /** A number of bytes that differ; where sizes moved, more may differ than is counted. */
  static String differing(long bytes, boolean atLeast) {
    return (atLeast ? "at least " : "") + number(bytes);
  }

  /** A share such as {@code 56.2 %}. */
  static String percent(long part, long whole) {
    return whole == 0 ? "" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
  }

  static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Where a piece of evidence stands, such as {@code .comment+343080}. */
  static String place(Fact.Evidence evidence) {
    return evidence.offset() < 0
        ? evidence.where()
        : "%s at %d".formatted(evidence.where(), evidence.offset());
  }

  /**
   * Where a fact was read; of one that is not known, also what was seen there and leaves it open.
   */
  static String read(Fact fact, Fact.Evidence evidence) {
    return fact.grade() == Fact.Grade.UNKNOWN
        ? "%s: %s".formatted(place(evidence), evidence.what())
        : place(evidence);
  }

  /** Where all of it stands; what is nowhere is said in its own words. */
  static String places(List<Fact.Evidence> evidence) {
    return evidence.isEmpty()
        ? "nothing"
        : evidence.stream()
            .map(e -> e.offset() < 0 ? e.what() : place(e))
            .collect(Collectors.joining(", "));
  }

  /** The first place of it, and how many more there are. */
  static String firstPlace(List<Fact.Evidence> evidence) {
    int more = evidence.size() - 1;
    String first = places(evidence.stream().limit(1).toList());
    return more > 0 ? "%s and %d more".formatted(first, more) : first;
  }

  /** Whether anything in the files speaks for a cause. */
  static boolean evident(Comparison.Cause cause) {
    return !cause.inA().isEmpty() || !cause.inB().isEmpty();
  }

  /**
   * Where so many bytes are, such as {@code .text at 4096 (120)}; how many are in no piece that is
   * told is counted.
   */
  static String pieces(List<Comparison.Piece> pieces, long bytes) {
    long told = pieces.stream().mapToLong(Comparison.Piece::size).sum();
    String where =
        pieces.stream()
            .map(p -> "%s at %d (%s)".formatted(p.section(), p.offset(), number(p.size())))
            .collect(Collectors.joining(", "));
    if (told == bytes) {
      return pieces.isEmpty() ? "nothing" : where;
    }
    return "%s, elsewhere %s".formatted(where, number(bytes - told));
  }

  /** What speaks for an answer on both sides, behind its sentence; nothing where nothing does. */
  static String sides(Guess guess) {
    return guess.inA().isEmpty() && guess.inB().isEmpty()
        ? ""
        : " [A: %s; B: %s]".formatted(places(guess.inA()), places(guess.inB()));
  }

  /** The verdict's own word. */
  static String verdict(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Identical() -> "identical";
      case Verdict.Equivalent equivalent -> "equivalent";
      case Verdict.Differs differs -> "differs";
      case Verdict.CouldNotTell unknown -> "could not tell";
    };
  }

  /** The verdict's colour as a class of the page. */
  static String standing(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Identical() -> "good";
      case Verdict.Equivalent equivalent -> "between";
      case Verdict.Differs differs -> "bad";
      case Verdict.CouldNotTell unknown -> "bad";
    };
  }

  /** The verdict in one sentence, without its word. */
  static String conclusion(Comparison comparison) {
    long delta = comparison.sizeDelta();
    return switch (comparison.verdict()) {
      case Verdict.Identical() -> number(comparison.a().size()) + " bytes, every one the same";
      case Verdict.CouldNotTell(String why) -> why;
      case Verdict.Equivalent equivalent ->
          "not identical, but only in what was declared: "
              + String.join(", ", equivalent.ignored());
      case Verdict.Differs differs when delta == 0 ->
          "same size (%s bytes), other bytes".formatted(number(comparison.a().size()));
      case Verdict.Differs differs ->
          "B is %s bytes %s (A %s, B %s)"
              .formatted(
                  number(Math.abs(delta)),
                  delta > 0 ? "larger" : "smaller",
                  number(comparison.a().size()),
                  number(comparison.b().size()));
    };
  }

  /**
   * How sizes differ without debug information and symbols, where that is another story: the other
   * way round, or less than half or more than double of it. Nothing where it is the same story,
   * where neither differs, and where not all was read. Not called stripped: what strips a file
   * moves padding and headers too.
   */
  static String withoutNames(Comparison comparison) {
    long debug = comparison.categories().getOrDefault(Category.DEBUG, 0L);
    long symbols = comparison.categories().getOrDefault(Category.SYMBOLS, 0L);
    long rest = comparison.sizeDelta() - debug - symbols;
    boolean read = comparison.a().allRead() && comparison.b().allRead();
    if (!read || (debug == 0 && symbols == 0) || near(comparison.sizeDelta(), rest)) {
      return "";
    }
    return rest == 0
        ? "both have as many bytes"
        : "B is %s bytes %s".formatted(number(Math.abs(rest)), rest > 0 ? "larger" : "smaller");
  }

  private static boolean near(long whole, long rest) {
    return Long.signum(whole) == Long.signum(rest)
        && Math.abs(rest) * 2 >= Math.abs(whole)
        && Math.abs(rest) <= Math.abs(whole) * 2;
  }

  /** A text cut in its middle to at most {@code width} characters; no character is halved. */
  static String cut(String text, int width) {
    if (text.length() <= width) {
      return text;
    }
    int head = width / 2;
    int tail = text.length() - (width - head - 1);
    if (head > 0 && Character.isHighSurrogate(text.charAt(head - 1))) {
      head--;
    }
    if (tail < text.length() && Character.isLowSurrogate(text.charAt(tail))) {
      tail++;
    }
    return text.substring(0, head) + "…" + text.substring(tail);
  }

  /** Lines of at most {@code width} characters, broken at spaces, else within a word. */
  static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
      while (line.length() > width) {
        boolean halves = width > 1 && Character.isHighSurrogate(line.charAt(width - 1));
        int end = halves ? width - 1 : width;
        lines.add(line.substring(0, end));
        line.delete(0, end);
      }
    }
    lines.add(line.toString());
    return lines;
  }
}
