package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.claim.DeployClaim;
import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.DeploymentLog;
import dev.selfsame.deploy.Gate;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.deploy.Settings;
import dev.selfsame.deploy.SettingsKey;
import dev.selfsame.deploy.Target;
import dev.selfsame.deploy.TargetLock;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.deploy.docker.Dock;
import dev.selfsame.deploy.docker.DockerTargets;
import dev.selfsame.deploy.docker.PathScene;
import dev.selfsame.deploy.docker.TinyAgent;
import dev.selfsame.digest.Digest;
import dev.selfsame.files.UserFolders;
import dev.selfsame.launcher.Leaks;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Deployments;
import dev.selfsame.scenes.Images;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Seen;
import dev.selfsame.store.remote.KnownCredentials;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code deploy} from a folder and from a server, to a real engine. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
class DeployCommandTest {
  private static final Leaks LEAKS = new Leaks(Map.of("PASSWORD", "s3cret"));

  @TempDir private Path folder;
  private RegistryScene scene;
  private Dock dock;
  private TinyAgent agents;

  @BeforeEach
  void open() throws Exception {
    scene = new RegistryScene(folder);
    dock = new Dock(folder, "docker", scene.stage);
    agents = new TinyAgent(folder);
    scene.environment = Map.of("PASSWORD", Dock.SECRET);
  }

  @AfterEach
  void close() throws Exception {
    dock.close();
  }

  private void deploy(int status, String... more) {
    List<String> words =
        new ArrayList<>(List.of("deploy", "viworks/agent", "--to", "docker:" + dock.name));
    words.addAll(List.of("--config", "deploy.toml"));
    words.addAll(List.of(more));
    assertEquals(status, scene.run(words.toArray(String[]::new)), scene.said());
    assertFalse(scene.said().contains("s3cret"), scene.said());
  }

  private Surroundings here() {
    Map<String, String> variables = Map.of("HOME", folder.toString());
    Console nowhere =
        new Console(
            new PrintStream(PrintStream.nullOutputStream()),
            new PrintStream(PrintStream.nullOutputStream()),
            false,
            false);
    return new Surroundings(
        variables,
        Clock.fixed(scene.stage.now, ZoneOffset.UTC),
        UserFolders.of(variables),
        folder,
        nowhere);
  }

  /** Where it is kept how the target stands. */
  private Path own() {
    return new DeployTargets(here()).folder(TargetName.parse("docker:" + dock.name, folder));
  }

  private void said(String... all) {
    for (String one : all) {
      assertTrue(scene.said().contains(one), () -> "no " + one + " in " + scene.said());
    }
  }

  @Test
  void the_plan_is_shown_and_nothing_is_made() throws Exception {
    dock.release(agents.compiled("v1"));
    deploy(0, "--plan");
    said("plan: promotion 1 of viworks/agent into production, sha256:");
    said("bring      fetch image", "create     make container " + dock.name + ".next");
    said("with the secrets PASSWORD", "switch     let it answer to agent on network");
    assertEquals("", dock.state());
  }

  @Test
  void it_is_deployed_out_of_a_folder_and_upgraded_from_a_server() throws Exception {
    byte[] program = agents.compiled("v1");
    dock.release(program);
    deploy(0);
    assertTrue(
        scene.out.startsWith("deployed: viworks/agent promotion 1 of production to docker:"));
    said("plan: promotion 1", "  prove ", "  health ");
    String before = dock.state();
    deploy(0);
    assertTrue(scene.out.startsWith("deployed already: "), scene.out);
    assertEquals(before, dock.state());
    dock.release(TinyAgent.variant(program, "2"));
    try (Hosted server = new Hosted(scene.stage.registry(), scene.stage)) {
      scene.registry = server.url();
      deploy(0, "--json");
    }
    said("\"outcome\" : \"healthy\"", "\"schema\" : \"selfsame.deployment/1\"", "\"seq\" : 2");
    assertNotEquals(before, dock.state());
    // The server has gone.
    deploy(3);
    said("error: ");
  }

  @Test
  void what_the_channel_holds_meanwhile_is_not_deployed_for_what_was_meant() throws Exception {
    Digest meant = dock.release(agents.compiled("v1")).artifact();
    Digest newer = dock.release(agents.compiled("v2")).artifact();
    for (String plan : List.of("--plan", "--again")) {
      deploy(1, plan, "--digest", meant.toString());
      said("the channel holds something else than " + meant, newer.toString());
    }
    assertEquals("", dock.state());
    deploy(2, "--digest", meant.hex());
    said("--digest is no digest");
    deploy(0, "--digest", newer.toString());
  }

  @Test
  void what_is_not_promoted_or_not_whole_is_refused_with_its_own_exit_code() throws Exception {
    dock.release(agents.compiled("v1"));
    assertEquals(
        1,
        scene.run(
            "deploy", "viworks/other", "--to", "docker:" + dock.name, "--config", "deploy.toml"));
    said("nothing is promoted as viworks/other into production");
    deploy(1, "--channel", "staging");
    scene.environment = Map.of();
    deploy(2);
    said("the secret PASSWORD is not set");
    scene.environment =
        Map.of("PASSWORD", Dock.SECRET, "DOCKER_HOST", "unix://" + folder.resolve("no.sock"));
    deploy(3);
    said("cannot reach docker: no socket at");
    scene.environment = Map.of("PASSWORD", Dock.SECRET);
    Stage.flip(scene.stage.channelRecord("production", 1), 3);
    deploy(4);
    dock.settings("lives = 3");
    deploy(2);
    said("deploy.toml:3:1: unknown field lives");
    assertEquals("", dock.state());
  }

  @Test
  void a_server_that_goes_before_or_among_the_bytes_leaves_everything_as_it_was() throws Exception {
    byte[] program = agents.compiled("v1");
    dock.release(program);
    deploy(0);
    String before = dock.state();
    dock.release(TinyAgent.variant(program, "2"));
    Hosted server = new Hosted(scene.stage.registry(), scene.stage);
    amongTheBytes(server.url());
    assertEquals(before, dock.state());
    RegistryAccess access =
        new RemoteAccess(
            server.url(),
            null,
            new KnownCredentials(Map.of(), null),
            () -> scene.stage.root,
            Seen.NOTHING,
            Clock.fixed(scene.stage.now, ZoneOffset.UTC));
    Release release =
        new Gate(access.reading(), scene.stage.now).open(Stage.AGENT, ChannelName.PRODUCTION);
    try (Target target = dock.open(Landmarks.UNWATCHED)) {
      Failure failure =
          assertThrows(
              Failure.class,
              () ->
                  dock.deploy(
                      target,
                      release,
                      place -> {
                        if (place.equals("before bring")) {
                          server.close();
                        }
                      }));
      assertEquals(ExitCode.UNDECIDED, failure.code());
    }
    assertEquals(before, dock.state());
    deploy(0);
    assertNotEquals(before, dock.state());
  }

  /** The layer with the program ends half-way. */
  private void amongTheBytes(String server) throws Exception {
    String layer = dock.head().image().orElseThrow().layers().getLast().hex();
    String registry = scene.registry;
    try (Liar liar = new Liar(server)) {
      liar.lie =
          (asked, honest) -> {
            Liar.Answer whole = honest.get();
            return asked.contains(layer)
                ? whole
                    .with(Arrays.copyOf(whole.body(), whole.body().length / 2))
                    .ending(Liar.Ending.CUT)
                : whole;
          };
      scene.registry = liar.url();
      deploy(3);
      said("error: the connection to the registry %s was cut off (".formatted(liar.url()));
      said(layer, "hint: run the command again");
    } finally {
      scene.registry = registry;
    }
    assertFalse(Files.exists(own().resolve("journal.json")));
  }

  @Test
  void how_it_ended_is_signed_and_kept_whether_it_did_or_not() throws Exception {
    dock.release(agents.compiled("v1"));
    deploy(4, "--key", "pat.key");
    said("may not sign deployments");
    assertEquals("", dock.state());
    deploy(0, "--key", "dora.key");
    said("recorded: sha256:");
    deploy(0, "--key", "dora.key");
    said("no record: nothing was deployed");
    dock.release(agents.compiled("v2", "EXITS=5"));
    deploy(1, "--key", "dora.key");
    said("it ended with exit code 5", "recorded: sha256:");
    List<Deployments.Deployment> kept =
        Deployments.read(scene.stage.evidence(), Stage.AGENT, scene.stage.now).believed();
    assertEquals(2, kept.size());
    for (Deployments.Deployment one : kept) {
      DeployClaim claim = one.claim();
      boolean well = claim.course().outcome() == DeployClaim.Outcome.HEALTHY;
      assertEquals(well ? 1 : 2, claim.release().seq());
      assertEquals(well, claim.course().previous().isEmpty(), claim.course().previous().toString());
      assertEquals("docker", claim.target().kind());
      assertEquals(dock.name, claim.target().name());
      assertTrue(claim.target().engine().startsWith("docker "), claim.target().engine());
      assertTrue(claim.release().image().isPresent());
      String statement = new String(claim.statement().bytes(), StandardCharsets.UTF_8);
      assertFalse(statement.contains("s3cret"), statement);
    }
    requireUnshown(dock.name);
  }

  /** The secret is in nothing that is kept: not in the record of the target, nor beside it. */
  private void requireUnshown(String target) throws IOException {
    List<String> stated = LEAKS.lookInto(scene.stage.registry());
    assertTrue(stated.stream().anyMatch(one -> one.contains(target)), "no record of " + target);
    LEAKS.lookInto(here().folders().data());
  }

  @Test
  void a_secret_that_changed_is_brought_in_like_any_other_change() throws Exception {
    dock.release(agents.compiled("v1"));
    deploy(0);
    String before = dock.state();
    deploy(0);
    assertTrue(scene.out.startsWith("deployed already: "), scene.out);
    scene.environment = Map.of("PASSWORD", "s3cret-of-tomorrow");
    deploy(0);
    assertTrue(scene.out.startsWith("deployed: "), scene.out);
    assertNotEquals(before, dock.state());
    assertEquals("rw-------", mode(own().resolve("settings.key")));
    String shown = dock.cli("inspect", dock.name);
    assertFalse(shown.contains("s3cret"), shown);
    String config = "listen = 8080\npassword = \"s3cret-of-tomorrow\"\n";
    for (String secret : List.of("s3cret-of-tomorrow", config)) {
      String plain = Digest.sha256(secret.getBytes(StandardCharsets.UTF_8)).hex();
      assertFalse(shown.contains(plain), shown);
    }
    Files.delete(own().resolve("settings.key"));
    deploy(0);
    assertTrue(scene.out.startsWith("deployed: "), "whoever lost the key deploys once more");
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void a_record_that_could_not_be_kept_is_kept_by_the_next_run() throws Exception {
    dock.release(agents.compiled("v1"));
    DeploymentLog away =
        _ -> {
          throw Failure.undecided("the registry is away", "try again");
        };
    Failure failure = assertThrows(Failure.class, () -> run(away));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertFalse(Files.exists(own().resolve("journal.json")), "it has ended");
    deploy(0);
    said("no record of deployment 0123456789ab yet: it waits for --key");
    assertEquals(0, records());
    scene.stage.now = scene.stage.now.plusSeconds(3600);
    deploy(0, "--key", "dora.key");
    said("deployed already", "deployment 0123456789ab: recorded: sha256:");
    assertEquals(1, records());
    deploy(0, "--key", "dora.key");
    assertEquals(1, records());
  }

  /**
   * As a kill after the journal was closed: the log never answers, and nothing after it is done.
   */
  @Test
  void a_record_is_on_disk_before_it_is_forgotten_that_a_deployment_was_under_way()
      throws Exception {
    dock.release(agents.compiled("v1"));
    List<Boolean> there = new ArrayList<>();
    DeploymentLog killed =
        _ -> {
          there.add(Files.exists(own().resolve("ended/0123456789ab.json")));
          there.add(Files.exists(own().resolve("journal.json")));
          throw new AssertionError("killed");
        };
    assertThrows(AssertionError.class, () -> run(killed));
    assertEquals(List.of(true, false), there);
    deploy(0, "--key", "dora.key");
    assertEquals(1, records());
  }

  @Test
  void where_it_cannot_be_kept_how_it_ended_it_has_not_ended() throws Exception {
    dock.release(agents.compiled("v1"));
    Files.createDirectories(own());
    Files.writeString(own().resolve("ended"), "no folder");
    Failure failure = assertThrows(Failure.class, () -> run(_ -> "kept"));
    assertTrue(String.valueOf(failure.getMessage()).contains("cannot write how"));
    assertTrue(Files.exists(own().resolve("journal.json")));
    Files.delete(own().resolve("ended"));
    deploy(0, "--key", "dora.key");
    assertEquals(1, records());
  }

  private int records() {
    return Deployments.read(scene.stage.evidence(), Stage.AGENT, scene.stage.now).believed().size();
  }

  /** As the command does it, with a log of somebody's own. */
  private Outcome run(DeploymentLog log) throws Exception {
    return run(log, Landmarks.UNWATCHED, false);
  }

  private Outcome run(DeploymentLog log, Landmarks landmarks, boolean again) throws Exception {
    Settings settings =
        new Settings(
            dock.file(),
            Secrets.find(dock.file().secrets(), scene.environment),
            SettingsKey.keep(Files.createDirectories(own())));
    DockerTargets targets = new DockerTargets(System.getenv(), landmarks, Duration.ofSeconds(60));
    TargetName.Container name =
        (TargetName.Container) TargetName.parse("docker:" + dock.name, folder);
    try (Target target = targets.container(name, settings, Consent.NONE)) {
      Release release = dock.head();
      return new DeployRun(here(), Optional.of(log), name, target, own())
          .deploy(
              release,
              release.deployment(
                  "0123456789ab",
                  name.text(),
                  dock.file().fingerprint(),
                  settings.secretsMark(),
                  scene.stage.now),
              again,
              _ -> {});
    }
  }

  @Test
  void a_program_put_into_somebodys_container_is_recorded_and_found_to_match() throws Exception {
    dock.release(agents.compiled("v1"));
    try (PathScene own = new PathScene(folder, dock, agents.compiled("old"))) {
      matches(own.target(), "path.toml");
    }
  }

  @Test
  @Needs(Component.PODMAN)
  void a_container_of_podman_is_recorded_and_found_to_match() throws Exception {
    Path at = Files.createDirectories(folder.resolve("podman"));
    try (Dock podman = new Dock(at, "podman", scene.stage)) {
      podman.release(agents.compiled("v1"));
      matches("podman:" + podman.name, "podman/deploy.toml");
    }
  }

  private void matches(String target, String settings) throws IOException {
    String deploy = "deploy viworks/agent --to %s --config %s --key dora.key";
    assertEquals(0, scene.run(deploy.formatted(target, settings).split(" ")), scene.said());
    assertFalse(scene.said().contains("s3cret"), scene.said());
    String[] place = target.split(":", 2);
    DeployClaim claim = Recorded.newest(scene, place[0], place[1]);
    assertTrue(claim.target().engine().startsWith(place[0] + " "), claim.target().engine());
    assertEquals(0, scene.run("status", "viworks/agent", "--to", target), scene.said());
    said("runs everywhere", "health     yes: it answers", "settings   yes: those of the record");
    requireUnshown(place[1]);
  }

  @Test
  void what_a_rollback_brought_back_runs_once_it_is_deployed() throws Exception {
    Digest first = dock.release(agents.compiled("v1")).artifact();
    deploy(0, "--key", "dora.key");
    dock.release(agents.compiled("v2"));
    deploy(0, "--key", "dora.key");
    assertEquals(0, status(), scene.said());
    String before = dock.state();
    scene.stage.now = scene.stage.now.plusSeconds(60);
    assertEquals(
        0,
        scene.run("rollback", "viworks/agent", "--reason", "it hangs", "--key", "pat.key"),
        scene.said());
    said("holds %s again, promotion 1, by record 3".formatted(first));
    assertEquals(before, dock.state());
    assertEquals(1, status(), scene.said());
    said("something else runs", "promotion 1 again, rolled back by pat");
    scene.stage.now = scene.stage.now.plusSeconds(60);
    deploy(0, "--key", "dora.key");
    said("deployed: viworks/agent promotion 3 of production");
    Path ran = folder.resolve("ran");
    dock.cli("cp", dock.name + ":" + Images.SETTINGS.entrypoint(), ran.toString());
    assertEquals(first, Digest.sha256(ran));
    assertEquals(0, status(), scene.said());
  }

  @Test
  void after_one_that_was_broken_off_status_knows_what_is_to_be_there_again() throws Exception {
    dock.release(agents.compiled("v1"));
    deploy(0, "--key", "dora.key");
    Landmarks killed =
        place -> {
          if (place.equals("create: made")) {
            throw new AssertionError("killed");
          }
        };
    scene.stage.now = scene.stage.now.plusSeconds(60);
    assertThrows(AssertionError.class, () -> run(_ -> "kept", killed, true));
    scene.stage.now = scene.stage.now.plusSeconds(60);
    String before = dock.state();
    deploy(3, "--plan");
    said("no plan yet: ", "goes back from deployment 0123456789ab", "in its step create");
    assertEquals(before, dock.state());
    deploy(0, "--key", "dora.key");
    said("deployed already", "deployment 0123456789ab: recorded: sha256:");
    assertEquals(2, records());
    assertEquals(0, status(), scene.said());
    said("settings   yes: those of the record");
  }

  @ParameterizedTest
  @ValueSource(strings = {"retire: new renamed", "create: made"})
  void what_was_begun_with_a_key_is_recorded_though_a_run_without_one_ends_it(String place)
      throws Exception {
    dock.release(agents.compiled("v1"));
    Landmarks killed =
        at -> {
          if (at.equals(place)) {
            throw new AssertionError("killed");
          }
        };
    assertThrows(AssertionError.class, () -> run(_ -> "kept", killed, false));
    scene.stage.now = scene.stage.now.plusSeconds(60);
    deploy(0);
    said("no record of deployment 0123456789ab yet: it waits for --key");
    assertEquals(0, records());
    scene.stage.now = scene.stage.now.plusSeconds(60);
    deploy(0, "--key", "dora.key");
    said("deployed already", "deployment 0123456789ab: recorded: sha256:");
    assertEquals(1, records());
  }

  private int status() {
    return scene.run("status", "viworks/agent", "--to", "docker:" + dock.name);
  }

  @Test
  void a_second_deployment_is_told_of_the_first_or_waits_for_it() throws Exception {
    dock.release(agents.compiled("v1"));
    TargetLock first = TargetLock.take(own(), "test", Duration.ZERO);
    deploy(3);
    said("another deployment to docker:%s is under way".formatted(dock.name));
    Thread.startVirtualThread(() -> {
      try {
        Thread.sleep(500);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      first.close();
    });
    deploy(0, "--wait", "60");
  }
}
