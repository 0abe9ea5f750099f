package dev.selfsame.audit.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.audit.Checked;
import dev.selfsame.audit.gate.Answers;
import dev.selfsame.audit.gate.Judgements;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes into the files of a step: its summary and its outputs. */
class GithubFilesTest {
  private static final String DELIMITER = "0123456789abcdef0123456789abcdef";

  static List<String> hostile() {
    return Scenes.HOSTILE;
  }

  @Test
  void a_summary_has_each_binary_with_its_checks() {
    assertEquals(
        """
        ## selfsame gate: yes

        the binary is promoted and meets every check.

        | | binary | check | asked | seen |
        |---|---|---|---|---|
        | yes | <code>dist/agent</code> |  |  | promoted&#58; dist/agent is viworks/agent, promotion 3 into production |
        | yes |  | promoted | into production | promotion 3 of viworks/agent into production |
        | yes |  | operators | at least 1 | 1&#58; alice |

        """,
        GithubSummary.of(Scenes.gate(Answers.promoted("dist/agent")), "gate", 1 << 20));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void a_name_makes_no_markdown(String where) {
    String summary = GithubSummary.of(Scenes.about(where), "gate", 1 << 20);
    Pattern row =
        Pattern.compile("\\| [a-z-]+ \\| (<code>[^|<>]*</code>)? (\\| [^|<>`*\\[\\]!]*){3}\\|");
    List<String> rows = summary.lines().skip(6).filter(line -> !line.isEmpty()).toList();
    assertEquals(18, rows.size());
    rows.forEach(line -> assertTrue(row.matcher(line).matches(), line));
  }

  @Test
  void what_does_not_fit_is_counted() {
    List<Checked> many = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      many.add(Answers.unknown("dist/" + "漢".repeat(30) + i));
    }
    Judgements judgements = Scenes.gate(many.toArray(Checked[]::new));
    String summary = GithubSummary.of(judgements, "gate", GithubSummary.LARGEST);
    int size = summary.getBytes(StandardCharsets.UTF_8).length;
    assertTrue(size <= GithubSummary.LARGEST && size > GithubSummary.LARGEST - 1000, "" + size);
    assertTrue(
        summary.endsWith(
            " more of 10000 binaries are not shown: the summary would be too large.\n"));
  }

  @ParameterizedTest
  @ValueSource(longs = {-5, 0, 1, 100, 300, 400, 500, 700, 1000})
  void a_summary_never_takes_more_than_its_room(long room) {
    String summary = GithubSummary.of(Scenes.oneOfEach(), "gate", room);
    int size = summary.getBytes(StandardCharsets.UTF_8).length;
    assertTrue(size <= Math.max(room, 0), size + " bytes in " + room);
    Failure failure = Failure.undecided("x".repeat(1001), "y");
    assertEquals("", GithubSummary.failure("gate", failure, room));
  }

  @Test
  void the_heading_of_what_could_not_be_asked_is_the_verdict_of_the_outputs() {
    for (ExitCode code : new ExitCode[] {ExitCode.BAD_EVIDENCE, ExitCode.UNDECIDED}) {
      String summary =
          GithubSummary.failure("gate", new Failure(code, "no *registry*", "look"), 1 << 20);
      String verdict =
          RunnerFile.read(GithubOutputs.failure(code, DELIMITER)).getOrDefault("verdict", "");
      assertEquals(
          "## selfsame gate: %s\n\n**error:** no &#42;registry&#42;\n\n**hint:** look\n\n"
              .formatted(verdict),
          summary);
    }
  }

  @Test
  void outputs_are_what_a_later_step_goes_by() {
    Judgements judgements =
        Scenes.gate(Answers.promoted("a"), Answers.untold("b"), Answers.unknown("c"));
    assertEquals(
        Map.of(
            "verdict",
            "could-not-tell",
            "exit-code",
            "3",
            "digest",
            Answers.digest("a") + "\n\n" + Answers.digest("c"),
            "promotion",
            "3\n\n"),
        RunnerFile.read(GithubOutputs.of(judgements, judgements.code(), DELIMITER)));
    assertEquals(
        Map.of("verdict", "could-not-tell", "exit-code", "2", "digest", "", "promotion", ""),
        RunnerFile.read(GithubOutputs.failure(ExitCode.USAGE, DELIMITER)));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void a_name_adds_no_output(String where) {
    Judgements judgements = Scenes.about(where);
    Map<String, String> outputs =
        RunnerFile.read(GithubOutputs.of(judgements, judgements.code(), DELIMITER));
    assertEquals(4, outputs.size());
    assertEquals("bad-evidence", outputs.get("verdict"));
  }

  @Test
  void a_delimiter_that_is_in_a_value_is_refused() {
    Judgements judgements = Scenes.gate(Answers.promoted("a"));
    assertThrows(
        IllegalArgumentException.class, () -> GithubOutputs.of(judgements, ExitCode.YES, "sha256"));
    assertFalse(GithubOutputs.of(judgements, ExitCode.YES, DELIMITER).isEmpty());
  }
}
