package dev.selfsame.view;

import dev.selfsame.evidence.ComparisonMatrix;
import dev.selfsame.evidence.ComparisonMatrix.Pair;
import dev.selfsame.evidence.ComparisonMatrix.Side;
import dev.selfsame.evidence.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Several files as text of 80 columns: verdict, groups of equal files, a table of pairs. */
public final class MatrixText {
  private static final int WIDTH = 80;
  private static final int CELL = 12;

  /** So many columns fit beside the row's letter. */
  private static final int MOST_COLUMNS = (WIDTH - 4) / CELL;

  private static final int MOST_BYTES = 2048;

  /**
   * How much is shown, before the rest becomes one line.
   *
   * @param groups of how many groups the files are named
   * @param files how many of each
   * @param name characters of each
   * @param pairs how many pairs are told of
   * @param cause characters of each one's cause
   */
  private record Detail(int groups, int files, int name, int pairs, int cause) {}

  /** From most to least: the first that stays under the limit is taken, or the last. */
  private static final List<Detail> DETAILS =
      List.of(
          new Detail(64, 64, WIDTH - 8, 64, 140),
          new Detail(64, 8, WIDTH - 8, 15, 70),
          new Detail(12, 4, 48, 15, 70),
          new Detail(8, 3, 36, 8, 70),
          new Detail(6, 2, 24, 5, 66),
          // Even where each character takes three bytes.
          new Detail(6, 1, 16, 2, 40));

  private final ComparisonMatrix matrix;
  private final Ink ink;
  private final Detail detail;
  private final StringBuilder out = new StringBuilder();

  private MatrixText(ComparisonMatrix matrix, Ink ink, Detail detail) {
    this.matrix = matrix;
    this.ink = ink;
    this.detail = detail;
  }

  /** The matrix, verdict first; under 2 KB, colour not counted. */
  public static String of(ComparisonMatrix matrix, Ink ink) {
    Detail fitting =
        DETAILS.stream().filter(d -> fits(matrix, d)).findFirst().orElse(DETAILS.getLast());
    return new MatrixText(matrix, ink, fitting).text();
  }

  private static boolean fits(ComparisonMatrix matrix, Detail detail) {
    String text = new MatrixText(matrix, Ink.NONE, detail).text();
    return text.getBytes(StandardCharsets.UTF_8).length < MOST_BYTES;
  }

  private String text() {
    int files = matrix.files().size();
    boolean identical = matrix.verdict() instanceof Verdict.Identical;
    String word = Words.verdict(matrix.verdict());
    out.append(identical ? ink.good(word) : ink.bad(word)).append(": ");
    out.append(
        identical
            ? "%d files, every byte the same\n".formatted(files)
            : "%d files, %d different\n".formatted(files, matrix.groups()));
    for (int group = 1; group <= Math.min(detail.groups(), matrix.groups()); group++) {
      group(group);
    }
    more("", matrix.groups() - detail.groups(), "different files");
    if (!identical) {
      table();
      causes();
    }
    return out.toString();
  }

  private void group(int group) {
    Side first = first(group);
    out.append(
        "%d  %s  %s bytes\n"
            .formatted(group, first.sha256().abbreviated(), Words.number(first.size())));
    int named = 0;
    for (int i = 0; i < matrix.files().size(); i++) {
      Side side = matrix.files().get(i);
      if (side.group() == group && named++ < detail.files()) {
        out.append("   #%d %s\n".formatted(i + 1, Words.cut(side.name(), detail.name())));
      }
    }
    more("   ", named - detail.files(), "files");
  }

  private void more(String indent, int count, String what) {
    if (count > 0) {
      out.append("%sand %d more %s: --json has all\n".formatted(indent, count, what));
    }
  }

  /** Rows and columns are groups: within one, nothing differs. */
  private void table() {
    if (matrix.groups() > MOST_COLUMNS) {
      againstFirst();
      return;
    }
    out.append("\nbytes by which the column exceeds the row\n    ");
    for (int column = 1; column <= matrix.groups(); column++) {
      out.append("%12d".formatted(column));
    }
    out.append('\n');
    for (int row = 1; row <= matrix.groups(); row++) {
      out.append("%3d ".formatted(row));
      for (int column = 1; column <= matrix.groups(); column++) {
        long delta = first(column).size() - first(row).size();
        String same = row == column ? "same" : delta == 0 ? "other bytes" : Words.signed(delta);
        out.append("%12s".formatted(same));
      }
      out.append('\n');
    }
  }

  /** One column: each group against the first. */
  private void againstFirst() {
    out.append("\nagainst 1%15s%15s  first difference\n".formatted("bytes", "more than 1"));
    int told = 0;
    for (Pair pair : matrix.pairs()) {
      Side side = matrix.files().get(pair.b() - 1);
      // One file may be given twice.
      boolean again = matrix.files().indexOf(side) < pair.b() - 1;
      boolean row = pair.a() == 1 && !again && side.equals(first(side.group()));
      if (row && told++ < detail.pairs()) {
        String where =
            pair.verdict() instanceof Verdict.Differs(long offset)
                ? "offset " + Words.number(offset)
                : "none";
        out.append(
            "%9d%15s%15s  %s\n"
                .formatted(
                    side.group(),
                    Words.number(side.size()),
                    Words.signed(pair.sizeDelta()),
                    where));
      }
    }
    more("", told - detail.pairs(), "files");
    out.append("\nSo many are not looked into: compare two of them to be told why they differ.\n");
    out.append("--json has the size difference and the first difference of every pair.\n");
  }

  private Side first(int group) {
    return matrix.files().stream().filter(s -> s.group() == group).findFirst().orElseThrow();
  }

  private void causes() {
    int told = 0;
    for (Pair pair : matrix.pairs()) {
      Side a = matrix.files().get(pair.a() - 1);
      Side b = matrix.files().get(pair.b() - 1);
      boolean firsts =
          a.group() < b.group() && a.equals(first(a.group())) && b.equals(first(b.group()));
      if (firsts && !pair.cause().isEmpty() && told++ < detail.pairs()) {
        out.append(told > 1 ? "" : "\nfirst cause\n");
        String label = "%d → %d  ".formatted(a.group(), b.group());
        String head = label;
        String cause = Words.cut(pair.cause(), detail.cause()) + known(pair);
        for (String line : Words.wrap(cause, WIDTH - label.length())) {
          out.append(head).append(line).append('\n');
          head = " ".repeat(label.length());
        }
      }
    }
    more("", told - detail.pairs(), "pairs");
  }

  /** Not cut: what is unexplained is never hidden. */
  private static String known(Pair pair) {
    return pair.known() == null ? "" : " " + Words.known(pair.known());
  }
}
