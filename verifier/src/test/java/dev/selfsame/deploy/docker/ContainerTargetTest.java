package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.OutcomeText;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.deploy.Target;
import dev.selfsame.digest.Digest;
import dev.selfsame.docker.Daemon;
import dev.selfsame.evidence.ImageSettings;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.scenes.Images;
import dev.selfsame.scenes.Records;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Containers of real images in a real engine, upgraded and rolled back. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
class ContainerTargetTest extends OnDock {
  @Test
  void what_is_promoted_runs_is_hashed_in_its_process_and_upgraded_without_a_trace()
      throws Exception {
    String volumes = volumesWithoutContainer();
    Records first = dock.release(agents.compiled("v1"));
    Outcome outcome = dock.deploy();
    assertEquals(ExitCode.YES, outcome.code());
    String text = OutcomeText.of(outcome);
    assertSays(text, "deployed: viworks/agent promotion ", "runs " + first.artifact());
    assertTrue(text.contains("process ") || text.contains("copied out"), text);
    String before = dock.id();
    assertInstanceOf(Outcome.NothingToDo.class, dock.deploy());
    assertEquals(before, dock.id());

    dock.release(agents.compiled("v2"));
    assertEquals(ExitCode.YES, dock.deploy().code());
    assertNotEquals(before, dock.id());
    assertEquals(1, dock.state().lines().count(), dock.state());
    assertSays(dock.state(), "/" + dock.name + " ", " true ", "[agent");
    assertEquals(volumes, volumesWithoutContainer());
  }

  private String volumesWithoutContainer() throws Exception {
    String all = dock.cli("volume", "ls", "-q", "--filter", "dangling=true");
    StringBuilder ours = new StringBuilder();
    for (String volume : all.lines().toList()) {
      Path content = Path.of("/var/lib/docker/volumes", volume, "_data/agent.toml");
      if (Files.exists(content) && Files.readString(content).contains("s3cret-")) {
        ours.append(volume);
      }
    }
    return ours.toString();
  }

  @Test
  void one_that_is_never_ready_goes_and_the_old_one_is_untouched() throws Exception {
    String before = running();
    dock.settings("", "interval = \"100ms\"\ntimeout = \"1s\"\n");
    dock.release(agents.compiled("v2", "READY=503"));
    Outcome.RolledBack outcome = rolledBack();
    assertEquals("health", outcome.step());
    assertSays(outcome.reason(), "not well within 1 s", "/ready answers with 503");
    assertSays(outcome.stands(), "untouched");
    assertSays(outcome.lastLines().toString(), "agent listening on 8080", "password ********");
    assertEquals(ExitCode.NO, outcome.code());
    assertEquals(before, dock.state());
  }

  @Test
  void the_beginning_of_an_id_is_nobodys_name() throws Exception {
    running();
    String id = dock.id();
    try (Containers containers =
        Containers.connect(
            Daemon.docker(System.getenv()), Duration.ofSeconds(60), Secrets.none())) {
      assertEquals(id, containers.find(dock.name).orElseThrow().id());
      assertEquals(id, containers.find(id).orElseThrow().id());
      assertEquals(Optional.empty(), containers.find(id.substring(0, 4)));
      Failure shown = assertThrows(Failure.class, () -> containers.find(id.substring(0, 12)));
      assertTrue(String.valueOf(shown.getMessage()).endsWith(dock.name), shown.getMessage());
    }
  }

  @Test
  void nothing_is_put_around_the_program() throws Exception {
    running();
    assertEquals("false", dock.cli("inspect", "--format", "{{.HostConfig.Init}}", dock.name));
  }

  @Test
  void what_it_writes_is_kept_within_bounds_where_the_engine_has_none_of_its_own()
      throws Exception {
    running();
    String driver = dock.cli("info", "--format", "{{.LoggingDriver}}");
    String kept = dock.cli("inspect", "--format", "{{json .HostConfig.LogConfig}}", dock.name);
    assertTrue(kept.contains("\"Type\":\"%s\"".formatted(driver)), kept);
    if (driver.equals("json-file")) {
      assertSays(kept, "\"max-size\":\"10m\"", "\"max-file\":\"3\"");
    }
  }

  @Test
  void one_that_ends_at_once_is_rolled_back_with_what_it_said() throws Exception {
    String before = running();
    dock.release(agents.compiled("v2", "EXITS=7"));
    Outcome.RolledBack outcome = rolledBack();
    assertSays(outcome.reason(), "it ended with exit code 7");
    assertSays(outcome.lastLines().toString(), "agent: no way to go on");
    assertEquals(before, dock.state());
  }

  @Test
  void the_programs_own_words_about_a_wrong_configuration_are_shown() throws Exception {
    String before = running();
    Files.writeString(folder.resolve("agent.toml"), "listens = 8080\n");
    dock.release(agents.compiled("v2"));
    Outcome.RolledBack outcome = rolledBack();
    assertSays(outcome.lastLines().toString(), "agent: /etc/agent/agent.toml: no listen");
    assertEquals(before, dock.state());
  }

  @Test
  void one_that_is_well_at_first_only_goes_back_from_under_the_alias() throws Exception {
    String before = running();
    dock.settings("", "interval = \"100ms\"\n");
    Files.writeString(
        folder.resolve("deploy.toml"),
        Files.readString(folder.resolve("deploy.toml")).replace("\"500ms\"", "\"20s\""));
    dock.release(agents.compiled("v2", "BAD_AFTER=2500"));
    Outcome.RolledBack outcome = rolledBack();
    assertEquals("watch", outcome.step());
    assertSays(outcome.reason(), "it was well, and is no longer", "/health answers with 500");
    assertEquals(before, dock.state());
  }

  @Test
  void one_that_its_engine_once_started_again_is_well_and_left_alone() throws Exception {
    running();
    String id = dock.id();
    long pid = Long.parseLong(dock.cli("inspect", "--format", "{{.State.Pid}}", dock.name));
    assertTrue(ProcessHandle.of(pid).orElseThrow().destroyForcibly(), "an accident");
    try (Target target = dock.open(Landmarks.UNWATCHED)) {
      for (int i = 0; i < 100 && restarts() == 0; i++) {
        Thread.sleep(200);
      }
      for (int i = 0; i < 100 && !target.now().orElseThrow().well(); i++) {
        Thread.sleep(200);
      }
    }
    assertEquals(1, restarts());
    assertInstanceOf(Outcome.NothingToDo.class, dock.deploy());
    assertEquals(id, dock.id());
  }

  private static int restarts() throws Exception {
    return Integer.parseInt(dock.cli("inspect", "--format", "{{.RestartCount}}", dock.name));
  }

  @Test
  void secrets_are_in_no_log_record_journal_label_or_plan() throws Exception {
    StringBuilder all = new StringBuilder();
    dock.release(agents.compiled("v1"));
    try (Target target = dock.open(Landmarks.UNWATCHED)) {
      all.append(target.plan(dock.head()).text());
    }
    Outcome outcome =
        dock.deploy(place ->
            unchecked(() -> {
              Path journal = folder.resolve("state/journal.json");
              return all.append(Files.exists(journal) ? Files.readString(journal) : "");
            }));
    all.append(OutcomeText.of(outcome))
        .append(new String(Json.write(outcome), StandardCharsets.UTF_8));
    all.append(dock.cli("inspect", dock.name));
    dock.release(agents.compiled("v2", "EXITS=3"));
    Outcome failed = dock.deploy();
    all.append(OutcomeText.of(failed))
        .append(new String(Json.write(failed), StandardCharsets.UTF_8));
    assertSays(OutcomeText.of(failed), "password ********");
    for (String form : List.of("s3cret", "quoted")) {
      assertFalse(all.toString().contains(form), form);
    }
    try (Stream<Path> files = Files.walk(folder.resolve("state"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertFalse(bytes.contains("s3cret"), file.toString());
      }
    }
  }

  @Test
  void what_a_container_may_do_and_use_is_as_it_was_declared() throws Exception {
    dock.settings(
        """
        [container]
        capabilities = ["NET_BIND_SERVICE"]
        open-files = 256
        tmpfs = { "/run" = "1m" }
        """);
    dock.release(agents.compiled("v1"), asRoot());
    assertInstanceOf(Outcome.Healthy.class, dock.deploy());
    assertSays(dock.status(), "CapEff:\t0000000000000400\n");
    assertSays(
        dock.cli("inspect", "--format", "{{json .HostConfig}}", dock.name),
        "NET_BIND_SERVICE",
        "\"Hard\":256",
        "\"/run\":\"rw,noexec,nosuid,nodev,size=1048576\"");
    assertInstanceOf(Outcome.NothingToDo.class, dock.deploy());
    dock.cli("update", "--restart", "no", dock.name);
    putRightAgain("when it is started again");
  }

  private static ImageSettings asRoot() {
    ImageSettings usual = Images.SETTINGS;
    return new ImageSettings(
        usual.base(),
        usual.binary(),
        usual.entrypoint(),
        usual.arguments(),
        0,
        0,
        usual.config(),
        usual.ports(),
        usual.labels());
  }

  @Test
  void another_image_of_the_same_program_is_deployed() throws Exception {
    running();
    Release release = dock.head();
    Deployment same =
        release.deployment(
            "0123456789ab",
            "t",
            dock.file().fingerprint(),
            dock.settings(Dock.ENVIRONMENT).secretsMark(),
            dock.stage.now);
    Deployment other =
        new Deployment(
            same.id(),
            same.target(),
            same.name(),
            same.channel(),
            same.seq(),
            same.artifact(),
            Digest.sha256(new byte[0]),
            same.promotion(),
            same.evidence(),
            same.settings(),
            same.secrets(),
            same.startedAt());
    try (Target target = dock.open(Landmarks.UNWATCHED)) {
      assertTrue(target.now().orElseThrow().is(same));
      assertFalse(target.now().orElseThrow().is(other));
    }
  }
}
