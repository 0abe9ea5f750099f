package dev.selfsame.workflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.workflow.StepRun.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of the action and of the workflow that refuse, each run alone. */
class DeployStepsTest {
  private static final Path GITHUB = WorkflowFilesTest.PROJECT.resolve(".github");
  private static final Path WORKFLOW = GITHUB.resolve("workflows/deploy.yml");
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir Path folder;
  private Path workspace;
  private Runner runner;

  @BeforeEach
  void start() throws Exception {
    workspace = Files.createDirectories(folder.resolve("workspace"));
    runner =
        new Runner(
            workspace,
            folder.resolve("runner"),
            Map.of("PATH", "/usr/bin:/bin", "SELFSAME_HOST", folder.resolve("host").toString()));
  }

  /** A workflow of which nothing is left but one step of deploy, after a build of these bytes. */
  private boolean deployStep(String name, String digest) throws Exception {
    ObjectNode jobs = JSON.createObjectNode();
    jobs.putObject("build").putObject("outputs").put("digest", digest);
    jobs.putObject("deploy").put("needs", "build").putArray("steps").add(step(name));
    return run(jobs);
  }

  private static JsonNode step(String name) throws Exception {
    return StreamSupport.stream(Yaml.read(WORKFLOW).at("/jobs/deploy/steps").spliterator(), false)
        .filter(step -> step.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private boolean run(ObjectNode jobs) throws Exception {
    Path file = folder.resolve("workflow.yml");
    Files.writeString(file, JSON.createObjectNode().set("jobs", jobs).toString());
    return runner.workflow(file);
  }

  private void annotated(String step, String text) {
    StepRun run = runner.step(step);
    assertEquals(Outcome.FAILURE, run.outcome());
    assertTrue(run.annotations().getFirst().data().contains(text), run.log());
  }

  private boolean action(String input, String value) throws Exception {
    Path action = Files.createDirectories(workspace.resolve(".github/actions/selfsame"));
    Files.copy(GITHUB.resolve("actions/selfsame/action.yml"), action.resolve("action.yml"));
    Files.createDirectories(workspace.resolve("verifier/bin"));
    ObjectNode step = JSON.createObjectNode().put("name", "use");
    step.put("uses", "./.github/actions/selfsame");
    step.putObject("with")
        .put("build", "false")
        .put("submit", "false")
        .put("gate", "false")
        .put(input, value);
    ObjectNode jobs = JSON.createObjectNode();
    jobs.putObject("job").putArray("steps").add(step);
    return run(jobs);
  }

  @ParameterizedTest
  @ValueSource(strings = {"build", "submit", "gate", "require-reproducible"})
  void what_is_asked_as_false_is_left_out(String input) throws Exception {
    assertTrue(action(input, "false"), runner.log());
    assertEquals(Outcome.SKIPPED, runner.step("job/use/Gate").outcome());
  }

  @ParameterizedTest
  @CsvSource({
    "gate,yes",
    "gate,1",
    "gate,True",
    "gate,' true'",
    "gate,''",
    "build,on",
    "submit,no",
    "require-reproducible,yes",
    "require-reproducible,'true\nfalse'"
  })
  void what_is_neither_true_nor_false_stops_the_action(String input, String value)
      throws Exception {
    assertFalse(action(input, value));
    annotated("job/use/Check what was asked", "the input " + input + " is neither true nor false");
    runner.steps.stream()
        .filter(step -> step.path().startsWith("job/use/") && !step.path().endsWith("asked"))
        .forEach(step -> assertEquals(Outcome.SKIPPED, step.outcome(), step.path()));
  }

  @Test
  void what_was_pulled_must_be_what_was_built() throws Exception {
    Path release = Files.createDirectories(workspace.resolve("release"));
    Path program = Files.writeString(release.resolve("program"), "built");
    assertTrue(deployStep("Compare with what was built", Digest.sha256(program).toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sha256:", "sha256:00"})
  void other_bytes_in_the_channel_are_not_deployed(String digest) throws Exception {
    Path release = Files.createDirectories(workspace.resolve("release"));
    Files.writeString(release.resolve("program"), "somebody else's");
    assertFalse(deployStep("Compare with what was built", digest));
    annotated("deploy/Compare with what was built", "something else than this run has built");
  }

  @Test
  void with_nothing_pulled_there_is_nothing_to_compare() throws Exception {
    assertFalse(deployStep("Compare with what was built", "sha256:"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sha256:00"})
  void what_does_not_run_as_built_is_an_error(String digest) throws Exception {
    ObjectNode jobs = JSON.createObjectNode();
    jobs.putObject("build").putObject("outputs").put("digest", digest);
    ObjectNode running = JSON.createObjectNode().put("name", "running").put("id", "running");
    running.put("shell", "bash").put("run", "true");
    jobs.putObject("deploy")
        .put("needs", "build")
        .putArray("steps")
        .add(running)
        .add(step("Compare what runs with what was built"));
    assertFalse(run(jobs));
    annotated("deploy/Compare what runs with what was built", "something else runs");
  }

  @Test
  void the_host_believes_its_own_files_and_no_others() throws Exception {
    Path host = Files.createDirectories(folder.resolve("host"));
    Files.writeString(host.resolve("trust-root.json"), "{}");
    assertFalse(deployStep("Find what this host believes", ""));
    annotated("deploy/Find what this host believes", "this host has no " + host + "/gate.toml");

    Files.writeString(host.resolve("gate.toml"), "");
    runner.steps.clear();
    assertTrue(deployStep("Find what this host believes", ""), runner.log());
    assertEquals(
        Map.of("trust-root", host + "/trust-root.json", "policy", host + "/gate.toml"),
        runner.step("deploy/Find what this host believes").outputs());
    for (JsonNode step : Yaml.read(WORKFLOW).at("/jobs/deploy/steps")) {
      assertFalse(step.toString().contains(".github/selfsame/"), step.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"refs/heads/mine", "refs/tags/main", "refs/pull/1/merge"})
  void only_the_main_branch_is_built_promoted_and_deployed(String ref) throws Exception {
    runner.with("github", "ref", ref);
    assertFalse(runner.workflow(WORKFLOW));
    assertTrue(runner.steps.isEmpty(), runner.log());
    for (JsonNode job : Yaml.read(WORKFLOW).path("jobs")) {
      assertEquals("github.ref == 'refs/heads/main'", job.path("if").asText());
      assertTrue(job.path("environment").isTextual());
    }
  }

  @Test
  void what_is_promoted_is_what_was_built() throws Exception {
    JsonNode jobs = Yaml.read(WORKFLOW).path("jobs");
    assertEquals(
        "${{ steps.selfsame.outputs.built-digest }}", jobs.at("/build/outputs/digest").asText());
    JsonNode promote = jobs.at("/promote/steps").get(3);
    assertEquals("${{ needs.build.outputs.digest }}", promote.at("/env/DIGEST").asText());
    assertTrue(promote.path("run").asText().contains("--digest \"$DIGEST\""));
  }
}
