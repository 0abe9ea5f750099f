package dev.selfsame.view;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import dev.selfsame.evidence.ComparisonMatrix;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.TreeComparison;
import dev.selfsame.evidence.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManyTextTest {
  private static final Ink PLAIN = new Ink(false);
  private static final ComparisonMatrix.Known UNEXPLAINED =
      new ComparisonMatrix.Known(Grade.UNEXPLAINED, -1_000_000_000_000L, 8_000_000_000_000L, true);

  @Test
  void a_matrix_concludes_first_and_names_equal_files_together() {
    String text = MatrixText.of(Samples.matrix(), PLAIN);
    assertTrue(text.startsWith("differs: 3 files, 2 different\n"), text);
    assertTrue(text.contains("3 bytes\n   #1 a/agent\n   #3 c/agent\n"), text);
    assertTrue(text.contains("1 → 2  only B has symbols (proved; unexplained 0 bytes)\n"), text);
    assertTrue(!text.contains("only A has symbols"), "the same pair the other way round: " + text);
    fits(text);
  }

  @Test
  void very_many_different_files_are_set_against_the_first() {
    List<ComparisonMatrix.Side> files = new ArrayList<>();
    List<ComparisonMatrix.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      // The last is the second once more.
      int of = i == 8 ? 1 : i;
      Digest digest = Digest.sha256(new byte[] {(byte) of});
      files.add(new ComparisonMatrix.Side("agent", 1_000 + of, digest, of + 1));
      for (int j = 0; j < i; j++) {
        long delta = files.get(i).size() - files.get(j).size();
        boolean same = files.get(i).group() == files.get(j).group();
        Verdict verdict = same ? new Verdict.Identical() : new Verdict.Differs(40 + j);
        pairs.add(new ComparisonMatrix.Pair(j + 1, i + 1, verdict, delta, "", null));
      }
    }
    Verdict differs = new Verdict.Differs(40);
    String text =
        MatrixText.of(
            new ComparisonMatrix(ComparisonMatrix.SCHEMA, differs, files, 8, pairs), PLAIN);
    assertTrue(text.contains("        8          1,007             +7  offset 40\n"), text);
    assertEquals(7, text.lines().filter(line -> line.endsWith("  offset 40")).count(), text);
    assertTrue(text.contains("compare two of them to be told why"), text);
    fits(text);
  }

  @Test
  void trees_conclude_first_and_list_what_differs_by_size() {
    String text = TreeComparisonText.of(Samples.trees(), PLAIN, false);
    assertTrue(
        text.startsWith("differs: 1 identical, 1 differ, 1 only in A, 1 only in B (+1 bytes)\n"),
        text);
    assertTrue(text.contains("          +4  agent\n                only B has symbols\n"), text);
    assertTrue(!text.contains("licence"), "identical names are not listed: " + text);
    fits(text);
  }

  @Test
  void very_many_names_are_counted_and_not_listed() {
    TreeComparison sample = Samples.trees();
    List<TreeComparison.Entry> many =
        IntStream.range(0, 500)
            .mapToObj(i ->
                new TreeComparison.Entry(
                    "only/" + i,
                    TreeComparison.State.ONLY_IN_A,
                    sample.entries().getFirst().a(),
                    null,
                    -3,
                    "3 bytes"))
            .toList();
    TreeComparison all =
        new TreeComparison(
            TreeComparison.SCHEMA,
            sample.verdict(),
            "a",
            "b",
            -1500,
            TreeComparison.count(many),
            many,
            List.of());
    String text = TreeComparisonText.of(all, PLAIN, false);
    assertTrue(text.endsWith("and 488 more: --sections lists all\n"), text);
    assertTrue(text.length() < 2048, "%d bytes".formatted(text.length()));
    assertEquals(
        500,
        TreeComparisonText.of(all, PLAIN, true).lines().filter(l -> l.contains("only/")).count());
  }

  /** Of names that take one, two and three bytes a character. */
  @ParameterizedTest
  @ValueSource(strings = {"n", "ñ", "名"})
  void the_longest_names_causes_and_problems_stay_under_two_kilobytes(String letter) {
    TreeComparison sample = Samples.trees();
    TreeComparison.Node node = requireNonNull(sample.entries().getFirst().a());
    List<TreeComparison.Entry> entries =
        IntStream.range(100, 140)
            .mapToObj(i ->
                new TreeComparison.Entry(
                    i + letter.repeat(300),
                    TreeComparison.State.DIFFERS,
                    node,
                    node,
                    0,
                    (letter.repeat(9) + " ").repeat(40)))
            .toList();
    TreeComparison trees =
        new TreeComparison(
            TreeComparison.SCHEMA,
            sample.verdict(),
            letter.repeat(200),
            letter.repeat(200),
            0,
            TreeComparison.count(entries),
            entries,
            Collections.nCopies(30, letter.repeat(500)));
    String text = TreeComparisonText.of(trees, PLAIN, false);
    assertTrue(text.startsWith("differs: 0 identical, 40 differ"), text);
    assertTrue(text.contains("\nmore problems: 28; --sections lists all\n"), text);
    assertTrue(text.endsWith(" more: --sections lists all\n"), text);
    assertTrue(text.contains("           0  100" + letter), "some are listed: " + text);
    brief(text);
    String all = TreeComparisonText.of(trees, PLAIN, true);
    assertEquals(30, all.lines().filter(line -> line.startsWith("problem:")).count());
    assertEquals(40, all.lines().filter(line -> line.startsWith("           0  1")).count());
    assertFalse(all.contains("more"), all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"n", "ñ", "名"})
  void as_many_files_as_are_taken_stay_under_two_kilobytes(String letter) {
    for (int groups : new int[] {1, 2, 6, 7, 64}) {
      String text = MatrixText.of(matrix(64, groups, letter), PLAIN);
      assertTrue(text.startsWith(groups == 1 ? "identical: 64" : "differs: 64 files, "), text);
      assertTrue(text.contains("   #1 1" + letter), text);
      assertTrue(text.contains(": --json has all\n"), text);
      brief(text);
    }
  }

  @Test
  void what_stays_unexplained_is_told_of_each_pair_whatever_its_cause() {
    String text = MatrixText.of(matrix(64, 2, "n"), PLAIN);
    assertTrue(
        text.replaceAll("\\s+", " ")
            .contains(
                "(unexplained; unexplained -1,000,000,000,000 bytes (at least 8,000,000,000,000"
                    + " bytes differ))"),
        text);
    assertThrows(
        IllegalArgumentException.class,
        () -> new ComparisonMatrix.Pair(1, 2, new Verdict.Differs(4), 0, "why", null));
  }

  @Test
  void what_fits_is_shown_whole() {
    String text = MatrixText.of(matrix(12, 3, "n"), PLAIN);
    for (int i = 1; i <= 12; i++) {
      assertTrue(text.contains("   #%d %dn".formatted(i, i)), text);
    }
    assertFalse(text.contains("more: "), text);
    assertFalse(text.contains("--json"), text);
  }

  /** Files with the longest names, whose differences have the longest causes. */
  private static ComparisonMatrix matrix(int count, int groups, String letter) {
    List<ComparisonMatrix.Side> files = new ArrayList<>();
    List<ComparisonMatrix.Pair> pairs = new ArrayList<>();
    Verdict differs = new Verdict.Differs(40);
    String cause = (letter.repeat(9) + " ").repeat(groups > 6 ? 0 : 40);
    for (int i = 0; i < count; i++) {
      int of = i % groups;
      files.add(
          new ComparisonMatrix.Side(
              (i + 1) + letter.repeat(count > 12 ? 300 : 3),
              1_000_000_000 + of,
              Digest.sha256(new byte[] {(byte) of}),
              of + 1));
    }
    for (int i = 0; i < count; i++) {
      for (int j = i + 1; j < count; j++) {
        boolean same = files.get(i).group() == files.get(j).group();
        pairs.add(
            new ComparisonMatrix.Pair(
                i + 1,
                j + 1,
                same ? new Verdict.Identical() : differs,
                files.get(j).size() - files.get(i).size(),
                same ? "" : cause,
                same || cause.isEmpty() ? null : UNEXPLAINED));
      }
    }
    Verdict verdict = groups == 1 ? new Verdict.Identical() : differs;
    return new ComparisonMatrix(ComparisonMatrix.SCHEMA, verdict, files, groups, pairs);
  }

  private static void brief(String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    assertTrue(bytes < 2048, "%d bytes: %s".formatted(bytes, text));
    fits(text);
  }

  @Test
  void documents_read_back_and_refuse_to_contradict_themselves() {
    TreeComparison trees = Samples.trees();
    assertEquals(trees, Json.read(Json.write(trees), TreeComparison.class));
    ComparisonMatrix matrix = Samples.matrix();
    assertEquals(matrix, Json.read(Json.write(matrix), ComparisonMatrix.class));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new TreeComparison(
                TreeComparison.SCHEMA,
                new Verdict.Identical(),
                "a",
                "b",
                trees.sizeDelta(),
                trees.summary(),
                trees.entries(),
                List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new ComparisonMatrix(
                ComparisonMatrix.SCHEMA,
                new Verdict.Identical(),
                matrix.files(),
                2,
                matrix.pairs()));
  }

  private static void fits(String text) {
    assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
  }
}
