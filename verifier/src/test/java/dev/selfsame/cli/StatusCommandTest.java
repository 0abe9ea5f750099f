package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.claim.DeployClaim.Target;
import dev.selfsame.promote.Channel;
import dev.selfsame.promote.Deployments;
import dev.selfsame.promote.Desk;
import dev.selfsame.scenes.Deploys;
import dev.selfsame.scenes.Records;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code status}, on a folder and on a server of it. */
@Timeout(300)
final class StatusCommandTest {
  @TempDir Path folder;
  private RegistryScene scene;
  private Hosted server;
  private Channel.Promotion promotion;

  @BeforeEach
  void start() {
    scene = new RegistryScene(folder);
    promotion = scene.stage.release(Records.of("the first")).promotion();
    server = new Hosted(scene.stage.registry(), scene.stage);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void says(int status, String what, String... words) {
    assertEquals(status, scene.run(words), scene.said());
    assertTrue(scene.said().contains(what), scene.said());
  }

  private void keep(Deploys deploys) {
    scene.stage.writing((evidence, catalogue) ->
        new Deployments(Desk.at(evidence, catalogue))
            .keep(deploys.claim(), scene.stage.people.signer("dora"), scene.stage.now));
  }

  @Test
  void a_target_is_known_again_however_it_is_written() throws Exception {
    Deploys deploys = new Deploys(promotion, scene.stage.now);
    String run = folder.resolve("run").toString();
    deploys.target = new Target("dir", "host-1", run, "selfsame");
    keep(deploys);
    deploys.target = new Target("systemd", "host-1", "agent", "selfsame");
    keep(deploys);
    for (String written : List.of("dir:run", "dir:./x/../run", "dir:" + run + "/")) {
      says(3, "dir:%s on host-1".formatted(run), "status", "viworks/agent", "--to", written);
      says(3, "recorded   what should run, since ", "status", "viworks/agent", "--to", written);
    }
    says(3, "systemd:agent on host-1", "status", "viworks/agent", "--to", "systemd:agent.service");
    says(2, "named twice", "status", "viworks/agent", "--to", "dir:run", "--to", "dir:" + run);
  }

  @Test
  void only_this_machines_records_count_where_that_was_asked() throws Exception {
    Deploys deploys = new Deploys(promotion, scene.stage.now);
    deploys.target = new Target("docker", "another-host", "agent", "docker 1");
    keep(deploys);
    says(3, "docker:agent on another-host", "status", "viworks/agent");
    says(3, "no target is recorded", "status", "viworks/agent", "--here");
    deploys.target = new Target("dir", ThisMachine.name(), folder.resolve("none") + "", "x");
    keep(deploys);
    says(3, "docker:agent on another-host", "status", "viworks/agent");
    assertEquals(1, scene.run("status", "viworks/agent", "--here"), scene.said());
    assertFalse(scene.said().contains("another-host"), scene.said());
  }

  /** In a process of its own: a signal goes to one. */
  @Test
  void a_signal_ends_a_watch_with_the_worst_that_was_seen() throws Exception {
    assertEquals(1, watched("staging", "nothing may run"));
    assertEquals(3, watched("production", "no target is recorded"));
  }

  private int watched(String channel, String until) throws Exception {
    ProcessBuilder program =
        OwnProcess.of(
            folder,
            "status",
            "viworks/agent",
            "--channel",
            channel,
            "--watch",
            "1",
            "--registry",
            "registry",
            "--trust-root",
            "trust-root.json");
    return OwnProcess.terminated(program, folder.resolve("watched-" + channel), until);
  }

  /** In a process of its own: the unit starts what this was started by. */
  @Test
  void a_timer_has_the_folders_of_whoever_wrote_it_and_looks_at_this_machine() throws Exception {
    ProcessBuilder written =
        OwnProcess.of(folder, "status", "viworks/agent", "--timer-unit", "units")
            .redirectErrorStream(true);
    Process process = written.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertTrue(said.contains("goes into /etc/selfsame/status.env, mode 0600"), said);
    try (var files = Files.newDirectoryStream(folder.resolve("units"), "*.service")) {
      String unit = Files.readString(files.iterator().next());
      String own = folder.resolve(".local/share/selfsame/registry").toString();
      assertTrue(unit.contains("\"--registry\" \"" + own + "\""), unit);
      assertTrue(unit.contains("\"--trust-root\" \"" + folder), unit);
      assertTrue(unit.contains("\"--here\""), unit);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"DIR", "URL"})
  void what_should_run_and_what_is_recorded(String mode) {
    scene.registry = mode.equals("DIR") ? "registry" : server.url();
    says(3, "no target is recorded: production of viworks/agent", "status", "viworks/agent");
    says(1, "nothing may run", "status", "viworks/agent", "--channel", "staging");
    Deploys deploys = new Deploys(promotion, scene.stage.now);
    scene.stage.writing((evidence, catalogue) ->
        new Deployments(Desk.at(evidence, catalogue))
            .keep(deploys.claim(), scene.stage.people.signer("dora"), scene.stage.now));
    says(3, "not proven   docker:agent on host-1", "status", "viworks/agent");
    says(3, "recorded   what should run, since ", "status", "viworks/agent");
    says(3, "\"not-looked\"", "status", "viworks/agent", "--json");
    says(3, "never deployed there", "status", "viworks/agent", "--target", "docker:other");
    scene.stage.root = scene.stage.people.rootIgnorantOf("dora");
    scene.trust();
    says(3, "not counted", "status", "viworks/agent");
    scene.stage.root = scene.stage.people.rootIgnorantOf("pat");
    scene.trust();
    says(4, "unknown to the trust root", "status", "viworks/agent");
  }
}
