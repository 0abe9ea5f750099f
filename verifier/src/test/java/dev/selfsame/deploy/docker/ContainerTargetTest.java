package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.selfsame.deploy.Consent;
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
import dev.selfsame.scenes.Stage;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers of real images in a real engine, upgraded and rolled back. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
class ContainerTargetTest {
  @TempDir private static Path folder;
  private static Dock dock;
  private static TinyAgent agents;

  @BeforeAll
  static void open() throws Exception {
    dock = new Dock(folder, "docker");
    agents = new TinyAgent(folder);
  }

  @BeforeEach
  void clear() throws Exception {
    dock.clear();
  }

  @AfterAll
  static void close() throws Exception {
    dock.close();
  }

  private String running() throws Exception {
    dock.release(agents.compiled("v1"));
    assertInstanceOf(Outcome.Healthy.class, dock.deploy());
    return dock.state();
  }

  private Outcome.RolledBack rolledBack() throws Exception {
    return assertInstanceOf(Outcome.RolledBack.class, dock.deploy());
  }

  private static void assertSays(String text, String... all) {
    for (String one : all) {
      assertTrue(text.contains(one), () -> "no " + one + " in " + text);
    }
  }

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
  void another_artifacts_container_is_replaced_only_where_that_was_asked() throws Exception {
    running();
    String image = dock.cli("inspect", "--format", "{{.Image}}", dock.name);
    dock.clear();
    dock.cli(
        "create",
        "--name",
        dock.name,
        "--label=dev.selfsame.target=" + dock.name,
        "--label=dev.selfsame.deployment=0123456789ab",
        "--label=dev.selfsame.name=viworks/other",
        image);
    String before = dock.state();
    Failure failure = assertThrows(Failure.class, () -> dock.deploy());
    assertEquals(ExitCode.USAGE, failure.code());
    assertSays(String.valueOf(failure.getMessage()), "viworks/other, and not viworks/agent");
    assertEquals(before, dock.state());
    Landmarks unwatched = Landmarks.UNWATCHED;
    try (Target target = dock.open(unwatched, new Consent(true, false, false))) {
      assertInstanceOf(Outcome.Healthy.class, dock.deploy(target, dock.head(), unwatched));
    }
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
  void a_port_that_somebody_else_has_brings_the_old_one_back() throws Exception {
    String before = running();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      dock.settings("publish = [\"127.0.0.1:%d:8080\"]".formatted(taken.getLocalPort()));
      dock.release(agents.compiled("v2"));
      Outcome.RolledBack outcome = rolledBack();
      assertEquals("start", outcome.step());
      assertSays(outcome.reason(), "address already in use");
      assertSays(outcome.stands(), "started again");
    }
    assertEquals(before, dock.state());
  }

  @Test
  void a_published_port_moves_with_a_gap_that_the_plan_tells_of() throws Exception {
    int port = free();
    dock.settings("publish = [\"127.0.0.1:%d:8080\"]".formatted(port));
    running();
    dock.release(agents.compiled("v2"));
    try (Target target = dock.open(Landmarks.UNWATCHED)) {
      assertSays(target.plan(dock.head()).text(), "a gap while the published ports move");
    }
    Outcome outcome = dock.deploy();
    assertSays(OutcomeText.of(outcome), "by the published port of 127.0.0.1");
    assertEquals("v2", Cli.get("http://127.0.0.1:" + port + "/"));
  }

  @Test
  void an_answer_of_another_program_on_the_machines_own_network_is_none() throws Exception {
    HttpServer other = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    other.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    other.start();
    try {
      dock.onMachine(free(), other.getAddress().getPort(), "1s");
      dock.release(agents.compiled("v1"));
      Outcome.RolledBack outcome = rolledBack();
      assertEquals("health", outcome.step());
      assertSays(
          outcome.reason(),
          "port %d is not its own: process %d"
              .formatted(other.getAddress().getPort(), ProcessHandle.current().pid()));
      assertEquals("", dock.state());
    } finally {
      other.stop(0);
    }
  }

  @Test
  void on_the_machines_own_network_the_old_one_ends_before_the_new_one_begins() throws Exception {
    int port = free();
    dock.onMachine(port, port, "20s");
    running();
    dock.release(agents.compiled("v2"));
    try (Target target = dock.open(Landmarks.UNWATCHED)) {
      assertSays(target.plan(dock.head()).text(), "a gap from the end of the old one");
    }
    assertSays(OutcomeText.of(dock.deploy()), "by this machine's own network");
    assertEquals("v2", Cli.get("http://127.0.0.1:%d/".formatted(port)));
    String before = dock.state();
    dock.release(agents.compiled("v3", "EXITS=7"));
    assertSays(rolledBack().reason(), "it ended with exit code 7");
    assertEquals(before, dock.state());
    Path file = folder.resolve("deploy.toml");
    Files.writeString(file, "publish = [\"%d:80\"]\n".formatted(port) + Files.readString(file));
    Failure failure = assertThrows(Failure.class, () -> dock.deploy());
    assertEquals(ExitCode.USAGE, failure.code());
    assertSays(String.valueOf(failure.getMessage()), "on network host there are no aliases");
  }

  static int free() throws Exception {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  @Test
  void a_program_replaced_between_its_check_and_its_start_is_found() throws Exception {
    dock.settings("read-only = false");
    String before = running();
    Path other = Files.write(folder.resolve("other"), agents.compiled("evil"));
    Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rwxr-xr-x"));
    dock.release(agents.compiled("v2"));
    Outcome outcome =
        dock.deploy(place -> {
          if (place.equals("before start")) {
            unchecked(
                () -> dock.cli("cp", other.toString(), dock.name + ".next:/usr/local/bin/agent"));
          }
        });
    Outcome.RolledBack back = assertInstanceOf(Outcome.RolledBack.class, outcome);
    assertEquals("prove", back.step());
    assertSays(back.reason(), "not the promoted");
    assertEquals(before, dock.state());
  }

  private interface Action {
    Object run() throws Exception;
  }

  private static void unchecked(Action action) {
    try {
      action.run();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
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
  void what_cannot_end_well_is_refused_before_anything_is_made() throws Exception {
    dock.release(agents.compiled("v1"));
    Release release = dock.head();
    Release.RunImage image = release.image().orElseThrow();
    try (Target target = dock.open(Landmarks.UNWATCHED)) {
      Failure other =
          assertThrows(
              Failure.class,
              () -> dock.deploy(target, with(release, Optional.of(forArm(image))), place -> {}));
      assertSays(String.valueOf(other.getMessage()), "the image is for arm64");
      assertEquals(ExitCode.NO, other.code());
      Failure none =
          assertThrows(
              Failure.class,
              () -> dock.deploy(target, with(release, Optional.empty()), place -> {}));
      assertSays(String.valueOf(none.getMessage()), "carries no image");
    }
    dock.settings("[[networks]]\nname = \"no-such-network\"");
    Failure network = assertThrows(Failure.class, () -> dock.deploy());
    assertSays(String.valueOf(network.getMessage()), "no network no-such-network");
    assertEquals(ExitCode.USAGE, network.code());
    assertEquals("", dock.state());
  }

  private static Release.RunImage forArm(Release.RunImage image) {
    return new Release.RunImage(
        image.manifest(), image.config(), image.layers(), "arm64", image.settings());
  }

  private static Release with(Release release, Optional<Release.RunImage> image) {
    return new Release(
        release.name(),
        release.channel(),
        release.seq(),
        release.artifact(),
        release.promotion(),
        release.evidence(),
        release.architecture(),
        image,
        release.blobs());
  }

  private void putRightAgain(String what) throws Exception {
    assertInstanceOf(Outcome.Healthy.class, dock.deploy(), what);
    assertInstanceOf(Outcome.NothingToDo.class, dock.deploy(), what);
  }

  @Test
  void what_somebody_changed_by_hand_is_deployed_again_and_not_taken_for_what_it_was()
      throws Exception {
    dock.settings("read-only = false");
    running();
    Path other = Files.writeString(folder.resolve("other"), "listen = 8080\n");
    dock.cli("cp", other.toString(), dock.name + ":/etc/agent/agent.toml");
    putRightAgain("the configuration");
    dock.cli("network", "disconnect", dock.outer(), dock.name);
    putRightAgain("a network");
    Path evil = Files.write(folder.resolve("evil"), agents.compiled("evil"));
    Files.setPosixFilePermissions(evil, PosixFilePermissions.fromString("rwxr-xr-x"));
    String program = dock.cli("inspect", "--format", "{{.Path}}", dock.name);
    dock.cli("cp", evil.toString(), dock.name + ":" + program);
    putRightAgain("the program that its next start would run");
  }

  @Test
  void a_container_of_somebody_else_is_left_alone() throws Exception {
    dock.release(agents.compiled("v1"));
    dock.deploy();
    dock.cli("rm", "-f", "-v", dock.name);
    dock.cli("create", "--name", dock.name, dock.head().image().orElseThrow().config().hex());
    try {
      Failure failure = assertThrows(Failure.class, () -> dock.deploy());
      assertSays(String.valueOf(failure.getMessage()), "was made by somebody else");
    } finally {
      dock.cli("rm", "-f", dock.name);
    }
  }

  @Test
  void altered_bytes_in_the_registry_are_bad_evidence_and_nothing_is_made() throws Exception {
    String before = running();
    dock.release(agents.compiled("v2"));
    Release release = dock.head();
    Stage.flip(dock.stage.blob(release.image().orElseThrow().layers().getLast()), 900);
    try (Target target = dock.open(Landmarks.UNWATCHED)) {
      Failure failure =
          assertThrows(Failure.class, () -> dock.deploy(target, release, place -> {}));
      assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
    }
    assertEquals(before, dock.state());
    assertEquals(Optional.empty(), dock.recover());
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

  private static final class BrokenOff extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** As a kill: nothing but what was begun is left to the next run. */
  private static void breakOff(String place) {
    assertThrows(
        BrokenOff.class,
        () ->
            dock.deploy(at -> {
              if (at.equals(place)) {
                throw new BrokenOff();
              }
            }));
  }

  private static void assertLeftToItsOwn(String why) throws Exception {
    String before = dock.state();
    dock.asAnother(() -> {
      Failure failure = assertThrows(Failure.class, () -> dock.deploy());
      assertEquals(ExitCode.UNDECIDED, failure.code());
      assertSays(String.valueOf(failure.getMessage()), why);
    });
    assertEquals(before, dock.state());
  }

  @Test
  void what_another_user_has_not_ended_is_left_to_them_wherever_it_was_broken_off()
      throws Exception {
    String before = published();
    dock.release(agents.compiled("v2", "EXITS=7"));
    for (String place : List.of("create: made", "after halt", "back: stopped", "back: started")) {
      breakOff(place);
      assertLeftToItsOwn(dock.name + ".next");
      assertEquals(ExitCode.NO, dock.recover().orElseThrow().code(), place);
      assertEquals(before, dock.state(), place);
    }
    dock.release(agents.compiled("v3"));
    for (String place : List.of("retire: old renamed", "retire: new renamed")) {
      breakOff(place);
      assertLeftToItsOwn(place.contains("new") ? dock.name + ".before." : dock.name + ".next");
      assertEquals(ExitCode.YES, dock.recover().orElseThrow().code(), place);
      assertEquals(1, dock.state().lines().count(), dock.state());
      dock.release(agents.compiled("v4"));
    }
  }

  /** A plan, then somebody else's container in that place, then its first step. */
  private Outcome deployAfterSomebodyElse(Dock.Attempt outOfTheWay) throws Exception {
    String image = dock.cli("inspect", "--format", "{{.Image}}", dock.name);
    return dock.deploy(place -> {
      if (place.equals("before create")) {
        unchecked(() -> {
          outOfTheWay.run();
          return dock.cli(
              "create", "--name", dock.name, "--label=dev.selfsame.target=" + dock.name, image);
        });
      }
    });
  }

  @Test
  void a_plan_for_what_somebody_else_has_replaced_since_is_not_carried_out() throws Exception {
    running();
    dock.release(agents.compiled("v2"));
    Outcome.RolledBack outcome =
        assertInstanceOf(
            Outcome.RolledBack.class,
            deployAfterSomebodyElse(() -> dock.cli("rm", "-f", dock.name)));
    assertEquals("create", outcome.step());
    assertSays(outcome.reason(), "somebody else has put another container in the place");
    assertSays(outcome.stands(), dock.name, "which somebody else has put there");
    assertEquals(1, dock.state().lines().count(), dock.state());
    assertEquals(Optional.empty(), dock.recover());
  }

  @Test
  void an_old_one_that_somebody_put_out_of_the_way_stays_there() throws Exception {
    published();
    dock.release(agents.compiled("v2"));
    String kept = dock.name + "-bak";
    Outcome outcome =
        deployAfterSomebodyElse(() -> {
          dock.cli("stop", "-t", "1", dock.name);
          dock.cli("rename", dock.name, kept);
        });
    Outcome.RolledBack back = assertInstanceOf(Outcome.RolledBack.class, outcome);
    assertSays(back.stands(), dock.name, "which somebody else has put there");
    assertEquals("false", dock.cli("inspect", "--format", "{{.State.Running}}", kept));
    assertEquals(2, dock.state().lines().count(), dock.state());
    assertEquals(Optional.empty(), dock.recover());
  }

  @Test
  void an_old_one_does_not_come_back_beside_what_somebody_else_has_put_there() throws Exception {
    running();
    dock.release(agents.compiled("v2"));
    breakOff("retire: new renamed");
    String image = dock.cli("inspect", "--format", "{{.Image}}", dock.name);
    dock.cli("rm", "-f", dock.name);
    dock.cli("create", "--name", dock.name, "--label=dev.selfsame.target=" + dock.name, image);
    String theirs = dock.id();
    Outcome outcome = dock.recover().orElseThrow();
    assertInstanceOf(Outcome.Failed.class, outcome);
    assertEquals(1, dock.state().lines().count(), dock.state());
    assertEquals(theirs, dock.id());
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
  void capabilities_that_docker_would_not_give_are_refused_before_anything_is_made()
      throws Exception {
    dock.settings("[container]\ncapabilities = [\"NET_BIND_SERVICE\"]");
    dock.release(agents.compiled("v1"));
    Failure failure = assertThrows(Failure.class, () -> dock.deploy());
    assertEquals(ExitCode.USAGE, failure.code());
    assertSays(String.valueOf(failure.getMessage()), "to user 0 alone", "runs as 65532");
    assertEquals("", dock.state());
  }

  private String published() throws Exception {
    dock.settings("publish = [\"127.0.0.1:%d:8080\"]".formatted(free()));
    return running();
  }

  @Test
  void a_new_one_that_goes_after_the_point_of_no_return_is_no_success_and_blocks_nothing()
      throws Exception {
    running();
    dock.release(agents.compiled("v2"));
    breakOff("before retire");
    dock.cli("rm", "-f", dock.name + ".next");
    Outcome outcome = dock.recover().orElseThrow();
    assertInstanceOf(Outcome.Failed.class, outcome);
    assertSays(OutcomeText.of(outcome), "failed: viworks/agent", "container " + dock.name);
    assertEquals(ExitCode.YES, dock.deploy().code());
    assertEquals(1, dock.state().lines().count(), dock.state());
  }

  @Test
  void one_that_ended_before_the_next_run_came_is_not_called_healthy() throws Exception {
    running();
    dock.release(agents.compiled("v2"));
    breakOff("after retire");
    dock.cli("stop", "-t", "1", dock.name);
    Outcome outcome = dock.recover().orElseThrow();
    assertInstanceOf(Outcome.Failed.class, outcome);
    assertSays(OutcomeText.of(outcome), "does not run");
  }

  @Test
  void where_the_old_one_does_not_come_back_nobody_says_that_it_did() throws Exception {
    published();
    dock.release(agents.compiled("v2", "EXITS=7"));
    Outcome outcome =
        dock.deploy(at -> {
          if (at.equals("before going back")) {
            try {
              dock.cli("rm", "-f", dock.name);
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          }
        });
    Outcome.Unfinished open = assertInstanceOf(Outcome.Unfinished.class, outcome);
    assertSays(open.then(), "nothing runs");
    // Whoever else would deploy sees by it that this has not ended.
    dock.cli("inspect", dock.name + ".next");
    Failure failure = assertThrows(Failure.class, () -> dock.recover());
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertSays(failure.hint(), "remove " + folder.resolve("state/journal.json"));
  }

  @Test
  void an_old_one_that_was_told_to_end_is_waited_for_and_started_again() throws Exception {
    String before = published();
    dock.release(agents.compiled("v2"));
    breakOff("before halt");
    Outcome outcome = dock.recover().orElseThrow();
    assertSays(OutcomeText.of(outcome), "started again");
    assertEquals(before, dock.state());
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
