package dev.selfsame.compare;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.compare.Planted.Row;
import dev.selfsame.compare.Planted.Variant;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import dev.selfsame.evidence.Verdict;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What reports/matrix.md says of one thing changed is what comparing says today. */
class PlantedTest {
  private static final String CANNOT = "says it cannot tell";

  /** Cargo hashes a profile into every name, and so moves code; rustc alone does not. */
  private static final String AS_BUILT_ALONE = "strip = symbols";

  private static final Set<String> BUILT =
      Set.of(
          "nothing changed",
          AS_BUILT_ALONE,
          "panic = abort",
          "overflow-checks",
          "not position independent",
          "packed relocations",
          "no build-id",
          "one number in the code",
          "one line of comment",
          "one message");

  @Test
  void the_report_has_every_variant_and_no_wrong_cause_first() throws Exception {
    assertTrue(Planted.report().startsWith(Planted.head()), "the report's head is another");
    List<Variant> variants = Planted.variants();
    List<Row> rows = Planted.rows();
    assertEquals(
        variants.stream().map(Variant::name).toList(), rows.stream().map(Row::name).toList());
    assertEquals(37, rows.size());
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      String want = variants.get(i).want();
      assertJudged(row.name(), want, row.cause(), row.judged());
      assertJudged(row.name() + ", stripped", want, row.strippedCause(), row.strippedJudged());
    }
  }

  /** Neither "missed" nor a rank behind another, nor another word of its own. */
  private static void assertJudged(String name, String want, String cause, String judged) {
    if (judged.equals(CANNOT)) {
      assertTrue(cause.contains(" (unexplained"), name + ": " + cause);
    } else {
      assertEquals("found", judged.toLowerCase(Locale.ROOT), name);
      assertEquals(want, cause.replaceFirst(" .*", ""), name);
    }
  }

  @Test
  @Needs(Component.BWRAP)
  @Timeout(400)
  void the_first_cause_of_what_is_built_today_is_the_report_s(@TempDir Path folder)
      throws Exception {
    List<Variant> variants =
        Planted.variants().stream().filter(variant -> BUILT.contains(variant.name())).toList();
    assertEquals(BUILT.size(), variants.size());
    var rows = Planted.rows().stream().collect(Collectors.toMap(Row::name, Function.identity()));
    Path built = Planted.build(folder, variants);
    assertAll(
        IntStream.range(0, variants.size())
            .<Executable>mapToObj(i ->
                () -> {
                  Row row = rows.get(variants.get(i).name());
                  assertFirst(row.name(), row.cause(), built, "base", i + "");
                  if (!row.name().equals(AS_BUILT_ALONE)) {
                    assertFirst(
                        row.name() + ", stripped",
                        row.strippedCause(),
                        built,
                        "base.stripped",
                        i + ".stripped");
                  }
                }));
  }

  private static void assertFirst(String name, String expected, Path built, String a, String b) {
    Comparison comparison = BinaryComparison.of(built.resolve(a), built.resolve(b));
    if (comparison.verdict() instanceof Verdict.Identical) {
      assertEquals(expected, "identical", name);
      return;
    }
    Cause first = comparison.causes().getFirst();
    String grade = first.grade().name().toLowerCase(Locale.ROOT);
    assertEquals(
        Row.gradedAlone(expected), "%s (%s)".formatted(first.id(), grade), name + ": " + first);
    if (first.grade() == Grade.UNEXPLAINED) {
      assertTrue(first.sentence().endsWith("the files do not say why"), name + ": " + first);
    }
  }
}
