package dev.selfsame.workflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.workflow.StepRun.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The runner that the workflows are tested by is tested itself. */
class RunnerTest {
  @TempDir Path folder;
  private Runner runner;

  @BeforeEach
  void start() throws Exception {
    Path workspace = Files.createDirectories(folder.resolve("workspace"));
    runner = new Runner(workspace, folder.resolve("runner"), Map.of("PATH", "/usr/bin:/bin"));
  }

  /** Runs the steps of one job. */
  private boolean run(String steps) throws Exception {
    Path file = folder.resolve("workflow.yml");
    Files.writeString(
        file, "on: push\njobs:\n  job:\n    runs-on: x\n    steps:\n" + steps.indent(6));
    return runner.workflow(file);
  }

  private Outcome outcome(String step) {
    return runner.step("job/" + step).outcome();
  }

  @Test
  void a_step_that_fails_ends_the_job_but_for_those_that_always_run() throws Exception {
    boolean green =
        run(
            """
            - name: one
              run: exit 3
            - name: two
              run: echo two
            - name: three
              if: always()
              run: echo three
            - name: four
              if: failure()
              run: echo four
            """);
    assertFalse(green);
    assertEquals(Outcome.FAILURE, outcome("one"));
    assertEquals(Outcome.SKIPPED, outcome("two"));
    assertEquals("three\n", runner.step("job/three").log());
    assertEquals(Outcome.SUCCESS, outcome("four"));
  }

  @Test
  void a_step_that_may_fail_does_not_end_the_job() throws Exception {
    assertTrue(
        run(
            """
            - name: one
              id: one
              continue-on-error: true
              run: exit 3
            - name: two
              if: steps.one.outcome == 'failure' && steps.one.conclusion == 'success'
              run: echo two
            """));
    assertEquals("two\n", runner.step("job/two").log());
  }

  @Test
  void bash_has_pipefail_and_the_runners_own_choice_has_not() throws Exception {
    assertTrue(run("- name: one\n  run: false | true\n"));
    assertFalse(run("- name: two\n  shell: bash\n  run: false | true\n"));
    assertFalse(run("- name: three\n  shell: bash\n  run: |\n    false\n    true\n"));
  }

  @Test
  void files_carry_outputs_variables_and_folders_to_later_steps() throws Exception {
    assertTrue(
        run(
            """
            - id: one
              name: one
              run: |
                printf 'a=1\\nb<<E\\nx\\ny\\nE\\n' >>"$GITHUB_OUTPUT"
                echo 'V=2' >>"$GITHUB_ENV"
                echo /somewhere >>"$GITHUB_PATH"
                echo '# hello' >>"$GITHUB_STEP_SUMMARY"
            - name: two
              env:
                B: ${{ steps.one.outputs.b }}
              run: echo "${{ steps.one.outputs.a }} $B $V ${PATH%%:*}"
            """));
    assertEquals("1 x\ny 2 /somewhere\n", runner.step("job/two").log());
    assertEquals("# hello\n", runner.step("job/one").summary());
  }

  @Test
  void commands_are_obeyed_but_not_while_they_are_stopped() throws Exception {
    run(
        """
        - name: one
          run: |
            echo '::error file=a%2Cb,title=t::one%0Atwo'
            echo '::stop-commands::x'
            echo '::error::forged'
            echo '::x::'
            echo '::notice::three'
        """);
    var annotations = runner.step("job/one").annotations();
    assertEquals(List.of("one\ntwo", "three"), annotations.stream().map(a -> a.data()).toList());
    assertEquals("a,b", annotations.getFirst().properties().get("file"));
  }

  @Test
  void a_script_sees_the_runners_variables_and_no_others() throws Exception {
    run("- name: one\n  run: env\n");
    String log = runner.step("job/one").log();
    assertTrue(log.contains("GITHUB_ACTIONS=true\n") && log.contains("RUNNER_TEMP="), log);
    assertFalse(log.contains("HOME="), log);
  }

  @Test
  void an_action_has_its_inputs_its_folder_and_its_outputs() throws Exception {
    Path action = Files.createDirectories(folder.resolve("workspace/action"));
    Files.writeString(
        action.resolve("action.yml"),
        """
        inputs:
          who:
            default: nobody
          greeting:
            default: hello
        outputs:
          said:
            value: ${{ steps.say.outputs.said }}
        runs:
          using: composite
          steps:
            - id: say
              shell: bash
              env:
                WHO: ${{ inputs.who }}
              run: echo "said=${{ inputs.greeting }} $WHO in ${GITHUB_ACTION_PATH##*/}" >>"$GITHUB_OUTPUT"
        """);
    assertTrue(
        run(
            """
            - name: one
              id: one
              uses: ./action
              with:
                who: you
            - name: two
              run: echo '${{ steps.one.outputs.said }}'
            """));
    assertEquals("hello you in action\n", runner.step("job/two").log());
    assertThrows(
        IllegalArgumentException.class, () -> run("- uses: ./action\n  with:\n    whom: x\n"));
  }

  @Test
  void a_job_knows_what_it_needs_its_environment_and_no_other() throws Exception {
    Path file = folder.resolve("jobs.yml");
    Files.writeString(
        file,
        """
        jobs:
          one:
            environment: first
            outputs:
              said: ${{ steps.say.outputs.said }}
            steps:
              - id: say
                run: echo 'said=${{ secrets.WORD }}' >>"$GITHUB_OUTPUT"
          two:
            steps:
              - run: exit 0
          three:
            needs: [one, two]
            environment: second
            steps:
              - name: say
                run: echo '${{ needs.one.outputs.said }} ${{ secrets.WORD }}'
          four:
            needs: two
            if: needs.one.outputs.said == 'x'
            steps:
              - run: exit 0
        """);
    runner.secret("first", "WORD", "a").secret("second", "WORD", "b");
    assertThrows(IllegalArgumentException.class, () -> runner.workflow(file));
    assertEquals("a b\n", runner.step("three/say").log());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "a == 'A' ; true",
        "a != 'b' && empty == '' ; true",
        "empty || a ; a",
        "a && empty ; ",
        "!empty ; true",
        "!(a == 'a' || false) ; false",
        "contains('xay', a) ; true",
        "startsWith('xay', a) ; false",
        "'it''s' ; it's",
      })
  void expressions_are_evaluated(String text, String value) {
    Map<String, Object> contexts = Map.of("a", "a", "empty", "");
    assertEquals(value == null ? "" : value, Expression.template("${{ " + text + " }}", contexts));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"b", "a.b", "a ==", "f(a)", "a b", "(a", "'open", "a[0]", "steps.other.outputs.x"})
  void what_is_not_understood_is_an_error(String text) {
    Map<String, Object> contexts = Map.of("a", "a", "steps", Map.of());
    assertThrows(
        RuntimeException.class, () -> Expression.template("${{ " + text + " }}", contexts));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- runs: x\n",
        "- run: x\n  shell: zsh\n",
        "- uses: someone/else@v1\n",
        "- run: x\n  if: b\n"
      })
  void what_the_runner_does_not_know_it_refuses(String steps) {
    assertThrows(IllegalArgumentException.class, () -> run(steps));
  }
}
