package dev.selfsame.view;

import dev.selfsame.evidence.ComparisonMatrix;
import dev.selfsame.evidence.ComparisonMatrix.Pair;
import dev.selfsame.evidence.ComparisonMatrix.Side;
import dev.selfsame.evidence.Verdict;

/** Several files as text of 80 columns: verdict, groups of equal files, a table of pairs. */
public final class MatrixText {
  private static final int WIDTH = 80;
  private static final int CELL = 12;

  /** So many columns fit beside the row's letter. */
  private static final int MOST_COLUMNS = (WIDTH - 4) / CELL;

  private final ComparisonMatrix matrix;
  private final Ink ink;
  private final StringBuilder out = new StringBuilder();

  private MatrixText(ComparisonMatrix matrix, Ink ink) {
    this.matrix = matrix;
    this.ink = ink;
  }

  /** The matrix, verdict first. */
  public static String of(ComparisonMatrix matrix, Ink ink) {
    return new MatrixText(matrix, ink).text();
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
    for (int group = 1; group <= matrix.groups(); group++) {
      group(group);
    }
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
    for (int i = 0; i < matrix.files().size(); i++) {
      Side side = matrix.files().get(i);
      if (side.group() == group) {
        out.append("   #%d %s\n".formatted(i + 1, Words.cut(side.name(), WIDTH - 8)));
      }
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
    for (Pair pair : matrix.pairs()) {
      Side side = matrix.files().get(pair.b() - 1);
      // One file may be given twice.
      boolean again = matrix.files().indexOf(side) < pair.b() - 1;
      if (pair.a() == 1 && !again && side.equals(first(side.group()))) {
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
    out.append("\nSo many are not looked into: compare two of them to be told why they differ.\n");
    out.append("--json has the size difference and the first difference of every pair.\n");
  }

  private Side first(int group) {
    return matrix.files().stream().filter(s -> s.group() == group).findFirst().orElseThrow();
  }

  private void causes() {
    boolean any = false;
    for (Pair pair : matrix.pairs()) {
      Side a = matrix.files().get(pair.a() - 1);
      Side b = matrix.files().get(pair.b() - 1);
      boolean firsts =
          a.group() < b.group() && a.equals(first(a.group())) && b.equals(first(b.group()));
      if (firsts && !pair.cause().isEmpty()) {
        out.append(any ? "" : "\nfirst cause\n");
        any = true;
        String label = "%d → %d  ".formatted(a.group(), b.group());
        String head = label;
        for (String line : Words.wrap(Words.cut(pair.cause(), 140), WIDTH - label.length())) {
          out.append(head).append(line).append('\n');
          head = " ".repeat(label.length());
        }
      }
    }
  }
}
