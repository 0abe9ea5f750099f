package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.claim.DeployClaim;
import dev.selfsame.deploy.Gate;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Target;
import dev.selfsame.deploy.TargetLock;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.deploy.docker.Dock;
import dev.selfsame.deploy.docker.TinyAgent;
import dev.selfsame.files.UserFolders;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Deployments;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Seen;
import dev.selfsame.store.remote.KnownCredentials;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy} from a folder and from a server, to a real engine. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
class DeployCommandTest {
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
  void a_server_that_goes_before_the_bytes_came_leaves_everything_as_it_was() throws Exception {
    dock.release(agents.compiled("v1"));
    Hosted server = new Hosted(scene.stage.registry(), scene.stage);
    RegistryAccess access =
        new RemoteAccess(
            server.url(),
            null,
            new KnownCredentials(Map.of(), null),
            folder.resolve("trust-root.json"),
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
    assertEquals("", dock.state());
    deploy(0);
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
      assertFalse(claim.statement().toString().contains("s3cret"));
    }
    try (Stream<Path> files = Files.walk(scene.stage.registry())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertFalse(bytes.contains("s3cret"), file.toString());
      }
    }
  }

  @Test
  void a_second_deployment_is_told_of_the_first_or_waits_for_it() throws Exception {
    dock.release(agents.compiled("v1"));
    Map<String, String> variables = Map.of("HOME", folder.toString());
    Console nowhere =
        new Console(
            new PrintStream(PrintStream.nullOutputStream()),
            new PrintStream(PrintStream.nullOutputStream()),
            false,
            false);
    Path place =
        new DeployTargets(
                new Surroundings(
                    variables, Clock.systemUTC(), UserFolders.of(variables), folder, nowhere))
            .folder(TargetName.parse("docker:" + dock.name, folder));
    TargetLock first = TargetLock.take(place, "test", Duration.ZERO);
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
