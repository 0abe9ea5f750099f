package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.DeployFileReader;
import dev.selfsame.deploy.Deployer;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Journal;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.deploy.Target;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program in a container that somebody has made, with nothing but it and its settings. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
class PathTargetTest {
  private static final String PLACE = "/opt/agent/agent";

  @TempDir private Path folder;
  private Dock dock;
  private TinyAgent agents;
  private byte[] old = new byte[0];
  private String name = "";

  @BeforeEach
  void container() throws Exception {
    dock = new Dock(folder, "docker");
    agents = new TinyAgent(folder);
    name = dock.name + "-own";
    old = agents.compiled("old");
    Path root = Files.createDirectories(folder.resolve("root/opt/agent"));
    Files.write(root.resolve("agent"), old);
    Files.setPosixFilePermissions(
        root.resolve("agent"), PosixFilePermissions.fromString("rwxr-x--x"));
    Files.writeString(root.resolve("agent.toml"), "listen = 8080\n");
    Cli.run("tar", "-C", folder.resolve("root").toString(), "-cf", folder + "/root.tar", ".");
    String image = Cli.run("docker", "import", folder + "/root.tar", name + ":test");
    assertTrue(image.startsWith("sha256:"), image);
    dock.cli(
        "run",
        "-d",
        "--name",
        name,
        "--network",
        dock.inner(),
        name + ":test",
        PLACE,
        "/opt/agent/agent.toml");
    Files.writeString(
        folder.resolve("path.toml"),
        """
        stop-grace = "2s"
        keep-old = "300ms"
        [health]
        live = "http://target:8080/health"
        ready = "http://target:8080/ready"
        interval = "100ms"
        timeout = "2s"
        """);
  }

  @AfterEach
  void remove() throws Exception {
    dock.cli("rm", "-f", name);
    dock.cli("rmi", name + ":test");
    dock.close();
  }

  private DeployFile file() {
    return DeployFileReader.read(folder.resolve("path.toml"), "path.toml");
  }

  private Target target(Landmarks landmarks) {
    return new DockerTargets(System.getenv(), landmarks, Duration.ofSeconds(60))
        .path(
            (TargetName.InContainer) TargetName.parse("docker:" + name + ":" + PLACE, folder),
            file(),
            Secrets.none());
  }

  private Outcome deploy(Landmarks landmarks) throws Exception {
    Release release = dock.head();
    try (Target target = target(landmarks)) {
      Deployer deployer =
          new Deployer(target, new Journal(folder.resolve("own")), landmarks, Progress.SILENT);
      deployer.recover();
      Deployment deployment =
          release.deployment(
              UUID.randomUUID().toString().replace("-", "").substring(0, 12),
              "docker:" + name + ":" + PLACE,
              file().fingerprint(),
              dock.stage.now);
      Optional<Outcome> standing = Deployer.standing(target.now(), deployment);
      return standing.isPresent()
          ? standing.get()
          : deployer.deploy(deployment, target.plan(release), release);
    }
  }

  private Digest inside(String path) throws Exception {
    Path out = folder.resolve("out");
    dock.cli("cp", name + ":" + path, out.toString());
    return Digest.sha256(out);
  }

  private String mode(String path) throws Exception {
    dock.cli("cp", name + ":" + path, folder.resolve("out").toString());
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("out")));
  }

  private String address() throws Exception {
    return dock.cli(
        "inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", name);
  }

  @Test
  void a_promoted_program_takes_the_old_ones_place_and_runs_without_any_shell() throws Exception {
    Digest promoted = dock.release(agents.compiled("new")).artifact();
    Outcome outcome = deploy(Landmarks.UNWATCHED);
    assertInstanceOf(Outcome.Healthy.class, outcome, outcome.toString());
    assertEquals(promoted, inside(PLACE));
    assertEquals("rwxr-x--x", mode(PLACE));
    assertEquals(Digest.sha256(old), inside(PLACE + ".selfsame-old"));
    assertEquals("new", Cli.get("http://%s:8080/".formatted(address())));
    assertInstanceOf(Outcome.NothingToDo.class, deploy(Landmarks.UNWATCHED));
  }

  @Test
  void one_that_does_not_do_gives_the_place_back() throws Exception {
    dock.release(agents.compiled("new", "EXITS=9"));
    Outcome.RolledBack back =
        assertInstanceOf(Outcome.RolledBack.class, deploy(Landmarks.UNWATCHED));
    assertTrue(back.stands().contains("started again with its old program"), back.stands());
    assertEquals(Digest.sha256(old), inside(PLACE));
    assertEquals("old", Cli.get("http://%s:8080/".formatted(address())));
  }

  @Test
  void a_program_changed_before_its_start_is_found_and_the_old_one_put_back() throws Exception {
    Path evil = Files.write(folder.resolve("evil"), agents.compiled("evil"));
    Files.setPosixFilePermissions(evil, PosixFilePermissions.fromString("rwxr-xr-x"));
    dock.release(agents.compiled("new"));
    Outcome outcome =
        deploy(place -> {
          if (place.equals("before start")) {
            try {
              dock.cli("cp", evil.toString(), name + ":" + PLACE);
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          }
        });
    Outcome.RolledBack back = assertInstanceOf(Outcome.RolledBack.class, outcome);
    assertEquals("prove", back.step());
    assertEquals("old", Cli.get("http://%s:8080/".formatted(address())));
  }

  @Test
  void settings_of_the_container_itself_and_absent_places_are_refused() throws Exception {
    dock.release(agents.compiled("new"));
    Files.writeString(
        folder.resolve("path.toml"),
        "publish = [\"8080:8080\"]\n" + Files.readString(folder.resolve("path.toml")));
    try (Target target = target(Landmarks.UNWATCHED)) {
      Failure failure = assertThrows(Failure.class, () -> target.plan(dock.head()));
      assertTrue(String.valueOf(failure.getMessage()).contains("are its own"));
    }
  }

  /** Broken off as by a kill: what was begun is all that the next run finds. */
  @Test
  void broken_off_at_any_place_the_next_run_puts_the_old_one_back() throws Exception {
    byte[] program = agents.compiled("new");
    dock.release(program);
    List<String> places = new ArrayList<>();
    deploy(places::add);
    Digest before = inside(PLACE);
    dock.release(TinyAgent.variant(program, "2"));
    for (String place : places.subList(0, places.indexOf("before retire"))) {
      assertThrows(
          BrokenOff.class,
          () ->
              deploy(at -> {
                if (at.equals(place)) {
                  throw new BrokenOff();
                }
              }));
      try (Target target = target(Landmarks.UNWATCHED)) {
        Deployer next =
            new Deployer(
                target, new Journal(folder.resolve("own")), Landmarks.UNWATCHED, Progress.SILENT);
        assertInstanceOf(Outcome.RolledBack.class, next.recover().orElseThrow(), place);
      }
      assertEquals(before, inside(PLACE), place);
      assertEquals("new", Cli.get("http://%s:8080/".formatted(address())), place);
    }
  }

  private static final class BrokenOff extends Error {
    private static final long serialVersionUID = 1L;
  }
}
