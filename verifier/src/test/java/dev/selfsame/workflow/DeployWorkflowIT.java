package dev.selfsame.workflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.selfsame.audit.report.RunnerCommand;
import dev.selfsame.digest.Digest;
import dev.selfsame.launcher.Leaks;
import dev.selfsame.launcher.Shell;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.workflow.StepRun.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The workflow, run step by step with the built program, a real build and a real engine. */
@Needs(Component.BWRAP)
@Needs(Component.DOCKER)
@Needs(Component.CARGO)
@Needs(Component.ORDINARY_USER)
class DeployWorkflowIT {
  private static final String CONTAINER = "selfsame-workflow-" + ProcessHandle.current().pid();
  private static final String WORKFLOW = ".github/workflows/deploy.yml";

  @TempDir private static Path folder;
  private static Adopter adopter;
  private static Runner green;
  private static Digest pulled;
  private static JsonNode status = MissingNode.getInstance();

  @BeforeAll
  static void run() throws Exception {
    adopter = new Adopter(folder, CONTAINER);
    for (String network : adopter.networks()) {
      docker("network", "create", network);
    }
    green = adopter.runner("green");
    assertTrue(green.workflow(adopter.workspace.resolve(WORKFLOW)), green.log());
    pulled = Digest.sha256(adopter.workspace.resolve("release/program"));
    status = adopter.status();
  }

  @AfterAll
  static void cleanUp() throws Exception {
    try {
      for (String each : docker("ps", "-aq", "--filter", "name=" + CONTAINER).lines().toList()) {
        docker("rm", "-f", each);
      }
    } finally {
      // Where no adopter was made, there is none.
      if (adopter != null) {
        for (String network : adopter.networks()) {
          docker("network", "rm", network);
        }
        adopter.close();
      }
    }
  }

  private static String docker(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(words));
    return Shell.run(folder, Map.of(), command).out();
  }

  private static String running() throws Exception {
    return docker(
        "inspect", "--format", "{{.Id}} {{.State.StartedAt}} {{.State.Running}}", CONTAINER);
  }

  @Test
  void a_commit_becomes_a_container_that_runs_it() throws Exception {
    assertTrue(running().strip().endsWith(" true"), running());
    StepRun gate = green.step("deploy/Gate/Gate");
    assertEquals(
        Map.of("verdict", "yes", "exit-code", "0", "digest", pulled.toString(), "promotion", "1"),
        gate.outputs());
    assertEquals(pulled, Digest.sha256(adopter.workspace.resolve("selfsame-out/ten-lines")));
    assertEquals(
        pulled.toString(), green.step("build/Build and submit").outputs().get("built-digest"));
    RunnerCommand notice = gate.annotations().getFirst();
    assertEquals("notice", notice.name());
    assertEquals("release/program", notice.properties().get("file"));
    assertTrue(gate.summary().startsWith("## selfsame gate: yes\n"), gate.summary());
  }

  @Test
  void the_record_and_the_gates_reports_are_kept() throws Exception {
    assertTrue(Files.exists(green.artifacts.resolve("build-record/build-record.json")));
    for (String report : List.of("gate.xml", "gate.sarif", "running/gate.xml")) {
      assertTrue(Files.exists(green.artifacts.resolve("gate").resolve(report)), report);
    }
  }

  @Test
  void how_it_ended_is_signed_and_kept_in_the_registry() {
    JsonNode recorded = status.at("/targets/0/recorded");
    assertEquals("healthy", recorded.path("outcome").asText(), status.toString());
    assertEquals("ci", recorded.path("by").asText());
    assertEquals(pulled.toString(), recorded.path("runs").asText());
  }

  @Test
  void what_the_channel_holds_by_then_is_not_deployed_for_what_passed_the_gate() throws Exception {
    String before = running();
    Runner red = adopter.runner("moved");
    red.before("deploy/Deploy", adopter::promoteAnother);
    assertFalse(red.workflow(adopter.workspace.resolve(WORKFLOW)));
    StepRun deploy = red.step("deploy/Deploy");
    assertEquals(Outcome.FAILURE, deploy.outcome(), red.log());
    assertTrue(deploy.log().contains("something else than " + pulled), deploy.log());
    assertEquals(before, running());
  }

  @Test
  void what_runs_is_asked_of_the_container() {
    StepRun gate = green.step("deploy/Gate what runs/Gate");
    assertEquals("yes", gate.outputs().get("verdict"), gate.log());
    assertEquals(
        green.step("deploy/Gate/Gate").outputs().get("digest"), gate.outputs().get("digest"));
  }

  @Test
  void no_secret_is_printed_and_no_key_is_left() throws Exception {
    for (String role : Adopter.ROLES) {
      assertTrue(adopter.key(role).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----"), role);
    }
    Leaks leaks = new Leaks(adopter.secrets());
    leaks.look("the log", green.log());
    leaks.lookInto(folder.resolve("green"));
    // Of a token the server has a hash; its own log and the records say who came, and no more.
    leaks.lookInto(folder.resolve("registry"));
    leaks.look("what the server said", Files.readString(folder.resolve("serve.err")));
  }

  /** What is handed over is nothing: whoever may hand it over is told so, and nobody else. */
  @ParameterizedTest
  @CsvSource({
    "submissions/ten-lines, build",
    "channel/production/ten-lines, promotion",
    "deployments/ten-lines, production"
  })
  void each_token_may_do_its_own_part_and_no_other(String path, String environment)
      throws Exception {
    Map<String, String> callers = new TreeMap<>(adopter.server.tokens());
    callers.put("nobody", "");
    for (Map.Entry<String, String> caller : callers.entrySet()) {
      assertEquals(
          caller.getKey().equals(environment) ? 400 : 401,
          adopter.server.status("/selfsame/v1/" + path, caller.getValue()),
          caller.getKey());
    }
  }

  @Test
  void a_hand_made_binary_stops_before_the_deploy() throws Exception {
    String before = running();
    Runner red = adopter.runner("red");
    red.before("deploy/Gate", DeployWorkflowIT::makeByHand);
    assertFalse(red.workflow(adopter.workspace.resolve(WORKFLOW)));

    StepRun gate = red.step("deploy/Gate/Gate");
    assertEquals(Outcome.FAILURE, gate.outcome(), red.log());
    assertEquals("no", gate.outputs().get("verdict"));
    assertEquals("1", gate.outputs().get("exit-code"));
    RunnerCommand error = gate.annotations().getFirst();
    assertEquals("error", error.name());
    assertEquals("selfsame gate: unknown", error.properties().get("title"));
    assertEquals("release/program", error.properties().get("file"));
    assertTrue(gate.summary().startsWith("## selfsame gate: no\n"), gate.summary());
    assertTrue(gate.summary().contains("unknown to the registry"), gate.summary());
    assertEquals(Outcome.SKIPPED, red.step("deploy/Deploy").outcome());
    assertEquals(Outcome.SKIPPED, red.step("deploy/Gate what runs").outcome());
    assertTrue(Files.exists(red.artifacts.resolve("gate/gate.sarif")));
    assertEquals(before, running());
  }

  /** The same source, by this machine's own cargo. */
  private static void makeByHand() throws Exception {
    // A copy: this cargo would write its own Cargo.lock.
    String app = adopter.workspace.resolve("app").toString();
    Shell.run(folder, Map.of(), List.of("cp", "-r", app, folder.resolve("by-hand").toString()));
    Shell.Result built =
        Shell.run(
            folder.resolve("by-hand"),
            Map.of("CARGO_TARGET_DIR", folder.resolve("by-hand/target").toString()),
            List.of("cargo", "build", "--release", "--offline", "--quiet"));
    assertEquals(0, built.status(), built.err());
    Files.copy(
        folder.resolve("by-hand/target/release/ten-lines"),
        adopter.workspace.resolve("release/program"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void what_the_policy_does_not_let_pass_is_not_promoted_and_not_deployed() throws Exception {
    Path policy = adopter.workspace.resolve(".github/selfsame/promote.toml");
    String usual = Files.readString(policy);
    Runner red = adopter.runner("unmet");
    red.before(
        "promote/Promote",
        () -> Files.writeString(policy, usual.replace("operators = 1", "operators = 2")));
    try {
      assertFalse(red.workflow(adopter.workspace.resolve(WORKFLOW)));
    } finally {
      Files.writeString(policy, usual);
    }
    assertEquals(Outcome.FAILURE, red.step("promote/Promote").outcome(), red.log());
    assertTrue(red.steps.stream().noneMatch(step -> step.path().startsWith("deploy/")));
  }
}
