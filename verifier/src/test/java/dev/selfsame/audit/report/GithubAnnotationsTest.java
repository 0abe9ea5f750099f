package dev.selfsame.audit.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.audit.gate.Answers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GithubAnnotationsTest {
  static List<String> hostile() {
    return Scenes.HOSTILE;
  }

  private static List<RunnerCommand> commands(String text) {
    assertTrue(text.endsWith("\n"), text);
    return text.lines().map(line -> RunnerCommand.read(line).orElseThrow()).toList();
  }

  @Test
  void a_yes_is_a_notice_and_everything_else_an_error() {
    assertEquals(
        """
        ::notice file=dist/agent,title=selfsame gate%3A promoted::promoted: dist/agent is viworks/agent, promotion 3 into production
        ::error file=dist/old,title=selfsame gate%3A not-promoted::not promoted: dist/old: it was replaced by promotion 3
        ::error file=dist/hand-made,title=selfsame gate%3A unknown::unknown to the registry: dist/hand-made
        ::error title=selfsame gate%3A runs-other-bytes::other bytes run: docker:agent:/app/agent: its file was replaced
        ::error file=dist/altered,title=selfsame gate%3A bad-evidence::evidence is bad: dist/altered: blob was altered
        ::error file=dist/absent,title=selfsame gate%3A could-not-tell::no file at dist/absent; check the path
        """,
        GithubAnnotations.of(Scenes.oneOfEach(), "gate"));
  }

  @Test
  void each_check_that_is_not_met_is_an_error() {
    List<RunnerCommand> all =
        commands(GithubAnnotations.of(Scenes.strict(Answers.promoted("agent")), "gate"));
    assertEquals(
        List.of("selfsame gate: operators", "selfsame gate: pin", "selfsame gate: age"),
        all.stream().map(each -> each.properties().get("title")).toList());
    assertTrue(all.stream().allMatch(each -> each.name().equals("error")));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void a_name_stays_a_name(String where) {
    List<RunnerCommand> all = commands(GithubAnnotations.of(Scenes.about(where), "gate"));
    assertEquals(6, all.size());
    for (RunnerCommand each : all) {
      assertTrue(List.of("error", "notice").contains(each.name()), each.toString());
      assertTrue(each.properties().get("title").startsWith("selfsame gate: "), each.toString());
      assertEquals(where, each.properties().get("file"));
      assertEquals(1, each.data().lines().count());
    }
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void an_error_about_no_file_stays_one_command(String text) {
    List<RunnerCommand> all = commands(GithubAnnotations.error("selfsame gate", text));
    assertEquals(1, all.size());
    assertEquals(OneLine.of(text), all.getFirst().data());
  }
}
