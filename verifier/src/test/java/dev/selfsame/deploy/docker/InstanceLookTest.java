package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Target;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.scenes.Stage;
import dev.selfsame.status.Finding;
import dev.selfsame.status.Running;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether what runs in a real engine is well and has its settings, after all that can happen. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
class InstanceLookTest {
  @TempDir private Path folder;

  private static DockerTargets targets() {
    return new DockerTargets(System.getenv(), Landmarks.UNWATCHED, Duration.ofSeconds(60));
  }

  private Running.Instance look(Dock dock) throws Exception {
    return targets().look(dock.target(), folder.resolve("state"));
  }

  private static void says(Class<? extends Finding> kind, String what, Finding found) {
    assertInstanceOf(kind, found, found.toString());
    assertTrue(found.said().contains(what), found.toString());
  }

  private void deployed(Dock dock, String more) throws Exception {
    dock.settings(more);
    dock.release(new TinyAgent(folder).compiled("v1"));
    assertInstanceOf(Outcome.Healthy.class, dock.deploy());
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  @Needs(Component.PODMAN)
  void a_container_is_well_and_as_it_was_deployed_until_somebody_changes_it(String engine)
      throws Exception {
    try (Dock dock = new Dock(folder, engine)) {
      deployed(dock, "arguments = [\"/etc/agent/agent.toml\"]");
      Running.Instance well = look(dock);
      says(Finding.Holds.class, "it answers by its address", well.health());
      says(Finding.Holds.class, "as it was deployed", well.settings());
      assertEquals(dock.file().fingerprint(), well.fingerprint());
      Path other = Files.writeString(folder.resolve("agent.toml.other"), "listen = 8080\n");
      dock.cli("cp", other.toString(), dock.name + ":/etc/agent/agent.toml");
      says(Finding.Differs.class, "agent.toml was changed", look(dock).settings());
      dock.cli("network", "disconnect", dock.outer(), dock.name);
      says(Finding.Differs.class, "it is not on network " + dock.outer(), look(dock).settings());
      dock.cli("network", "connect", dock.outer(), dock.name);
      says(Finding.Differs.class, "it does not answer to agent", look(dock).settings());
      Files.delete(folder.resolve("state/settings.key"));
      dock.cli("network", "disconnect", dock.outer(), dock.name);
      dock.cli("network", "connect", "--alias", "agent", dock.outer(), dock.name);
      says(Finding.CouldNotTell.class, "the key of whoever deployed it", look(dock).settings());
    }
  }

  @Test
  void one_that_does_not_answer_any_more_is_unwell() throws Exception {
    try (Dock dock = new Dock(folder, "docker")) {
      deployed(dock, "");
      dock.cli("pause", dock.name);
      Running.Instance unwell = look(dock);
      says(Finding.Differs.class, "/health does not answer", unwell.health());
      says(Finding.Holds.class, "as it was deployed", unwell.settings());
      String before = dock.state();
      Failure paused = assertThrows(Failure.class, () -> dock.deploy());
      assertEquals(ExitCode.NO, paused.code());
      assertEquals("container %s is paused".formatted(dock.name), paused.getMessage());
      assertEquals(before, dock.state());
      dock.cli("unpause", dock.name);
      dock.cli("stop", "-t", "1", dock.name);
      says(Finding.CouldNotTell.class, "no address", look(dock).health());
      try (Target target = dock.open(Landmarks.UNWATCHED)) {
        String plan = target.plan(dock.head()).text();
        assertTrue(plan.contains("container %s is stopped; the new".formatted(dock.name)), plan);
      }
    }
  }

  /** Podman would give each of them a value of its own. */
  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  @Needs(Component.PODMAN)
  void a_variable_that_an_engine_adds_too_is_held_against_what_was_declared(String engine)
      throws Exception {
    try (Dock dock = new Dock(folder, engine)) {
      deployed(
          dock,
          """
          arguments = ["/etc/agent/agent.toml"]
          [environment]
          HOME = "/data"
          TERM = "xterm"
          """);
      says(Finding.Holds.class, "as it was deployed", look(dock).settings());
      assertInstanceOf(Outcome.NothingToDo.class, dock.deploy());
      String said = madeAnew(dock, confinedAnd("--env=HOME=/mnt", "--env=TERM=dumb"));
      assertTrue(said.contains("variable HOME is another"), said);
      assertTrue(said.contains("variable TERM is another"), said);
    }
  }

  @Test
  @Needs(Component.PODMAN)
  void podman_gives_capabilities_to_a_program_that_is_not_root_too() throws Exception {
    try (Dock dock = new Dock(folder, "podman")) {
      deployed(dock, "[container]\ncapabilities = [\"NET_BIND_SERVICE\"]");
      assertTrue(dock.status().contains("CapEff:\t0000000000000400\n"), dock.status());
      says(Finding.Holds.class, "as it was deployed", look(dock).settings());
    }
  }

  private static List<String> labels(Dock dock) throws Exception {
    String labels =
        dock.cli(
            "inspect",
            "--format",
            "{{range $k, $v := .Config.Labels}}{{$k}}={{$v}}\n{{end}}",
            dock.name);
    return labels.lines().filter(line -> !line.isBlank()).toList();
  }

  /** Made anew by hand: from the same image, with all that it says of itself. */
  private TargetName.Container remade(Dock dock, List<String> more, String... arguments)
      throws Exception {
    return remade(dock, labels(dock), more, arguments);
  }

  private TargetName.Container remade(
      Dock dock, List<String> labels, List<String> more, String... arguments) throws Exception {
    String name = dock.name + "-own";
    List<String> words = new ArrayList<>(List.of("create", "--name", name, "--read-only"));
    labels.forEach(line -> {
      words.add("--label");
      words.add(line);
    });
    words.addAll(List.of("--network", dock.inner()));
    words.addAll(more);
    words.add(dock.cli("inspect", "--format", "{{.Image}}", dock.name));
    words.addAll(List.of(arguments));
    dock.cli(words.toArray(String[]::new));
    return (TargetName.Container) TargetName.parse(dock.engine + ":" + name, folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  @Needs(Component.PODMAN)
  void one_that_was_made_anew_with_more_rights_or_another_program_is_seen(String engine)
      throws Exception {
    try (Dock dock = new Dock(folder, engine)) {
      deployed(dock, "");
      TargetName.Container own =
          remade(
              dock,
              List.of("--privileged", "--user", "0", "-v", folder + ":/mnt", "--pid", "host"),
              "/etc/agent/other.toml");
      Finding found = targets().look(own, folder.resolve("state")).settings();
      says(Finding.Differs.class, "its arguments are others", found);
      says(Finding.Differs.class, "its user is another", found);
      says(Finding.Differs.class, "something of the machine is mounted at /mnt", found);
      says(Finding.Differs.class, "it is privileged", found);
      says(Finding.Differs.class, "it shares a namespace with the machine", found);
      dock.cli("rm", "-f", own.name());
      remade(dock, List.of("--cap-add", "NET_ADMIN", "--entrypoint", "/usr/local/bin/./agent"));
      Finding other = targets().look(own, folder.resolve("state")).settings();
      says(Finding.Differs.class, "another program is started", other);
      says(Finding.Differs.class, "it has more capabilities", other);
      dock.cli("rm", "-f", own.name());
    }
  }

  /** How a deployment makes one, as the command line says it. */
  private static final List<String> CONFINED =
      List.of(
          "--cap-drop=ALL",
          "--security-opt=no-new-privileges",
          "--stop-timeout=5",
          "--tmpfs=/tmp:rw,noexec,nosuid,nodev,size=64m",
          "--restart=unless-stopped");

  private String madeAnew(Dock dock, List<String> options) throws Exception {
    return madeAnew(dock, labels(dock), options);
  }

  private String madeAnew(Dock dock, List<String> labels, List<String> options) throws Exception {
    TargetName.Container own = remade(dock, labels, options, "/etc/agent/agent.toml");
    try {
      return targets().look(own, folder.resolve("state")).settings().said();
    } finally {
      dock.cli("rm", "-f", "-v", own.name());
    }
  }

  private static List<String> confinedAnd(String... more) {
    List<String> all = new ArrayList<>(CONFINED);
    all.addAll(List.of(more));
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  @Needs(Component.PODMAN)
  void one_that_was_made_anew_less_confined_is_seen(String engine) throws Exception {
    try (Dock dock = new Dock(folder, engine)) {
      deployed(dock, "arguments = [\"/etc/agent/agent.toml\"]");
      String alias = "it is not on network " + dock.outer();
      assertEquals(alias, madeAnew(dock, CONFINED), "all else is as it was deployed");
      String open = madeAnew(dock, List.of());
      for (String phrase :
          List.of(
              "more capabilities than were declared: ",
              "it may get new privileges",
              "it gets 10 s to end, not 5",
              "/tmp is not in memory as it was declared",
              "it is started again by policy no")) {
        assertTrue(open.contains(phrase), open);
      }
      String other =
          madeAnew(
              dock,
              confinedAnd(
                  "--workdir=/tmp",
                  "--stop-signal=KILL",
                  "--health-cmd=/mnt/x",
                  "--network-alias=postgres",
                  "--publish=127.0.0.1::8080/udp"));
      for (String phrase :
          List.of(
              "it is started in another folder than its image's",
              "another signal ends it than its image's",
              "its engine executes something in it that its image does not say",
              "it answers to postgres on network %s too".formatted(dock.inner()),
              ":8080/udp, not no port")) {
        assertTrue(other.contains(phrase), other);
      }
      for (Map.Entry<String, String> one :
          Map.of(
                  "--cap-add=SYS_ADMIN", "more capabilities than were declared: SYS_ADMIN",
                  "--security-opt=seccomp=unconfined", "security option seccomp",
                  "--device=/dev/full:/dev/own", "device /dev/full of the machine",
                  "--uts=host", "shares a namespace with the machine: host name",
                  "--add-host=db:10.0.0.1", "names of hosts were given to it",
                  "--tmpfs=/run:exec", "/run is in memory, which was not declared",
                  "--group-add=12", "it has groups that were not declared",
                  "--volume=/data", "a volume that was not declared is mounted at /data",
                  "--env=PATH=/mnt", "variable PATH was not declared")
              .entrySet()) {
        String said = madeAnew(dock, confinedAnd(one.getKey()));
        assertTrue(said.contains(one.getValue()), one.getKey() + ": " + said);
      }
      if (engine.equals("docker")) { // Podman 4.3 calls that of the machine "shareable" too.
        String said = madeAnew(dock, confinedAnd("--ipc=host"));
        assertTrue(said.contains("shares a namespace with the machine: memory"), said);
        String shared = madeAnew(dock, confinedAnd("--volumes-from=" + dock.name));
        assertTrue(shared.contains("it has the volumes of other containers"), shared);
      }
    }
  }

  @Test
  void on_the_machines_own_network_another_programs_answer_is_not_taken_for_its_own()
      throws Exception {
    int port = OnDock.free();
    try (Dock dock = new Dock(folder, "docker")) {
      dock.onMachine(port, port, "20s");
      dock.release(new TinyAgent(folder).compiled("v1"));
      assertInstanceOf(Outcome.Healthy.class, dock.deploy());
      says(Finding.Holds.class, "it answers by this machine's own network", look(dock).health());
      says(Finding.Holds.class, "as it was deployed", look(dock).settings());
      dock.cli("stop", "-t", "1", dock.name);
      HttpServer other = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
      other.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
          });
      other.start();
      try {
        says(Finding.Differs.class, "does not run", look(dock).health());
      } finally {
        other.stop(0);
      }
    }
  }

  /** A commit keeps the labels, and the program; what else is in it may be anything. */
  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  @Needs(Component.PODMAN)
  void one_that_was_committed_and_made_anew_is_of_another_image(String engine) throws Exception {
    try (Dock dock = new Dock(folder, engine)) {
      deployed(dock, "");
      String old = dock.name + "-old";
      Path config = folder.resolve("agent.toml.kept");
      dock.cli("cp", dock.name + ":/etc/agent/agent.toml", config.toString());
      Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-r--r--"));
      String said = dock.cli("commit", dock.name);
      String fix = said.substring(said.lastIndexOf('\n') + 1).replaceFirst("^sha256:", "");
      dock.cli("rename", dock.name, old);
      dock.cli("stop", "-t", "1", old);
      dock.cli(
          "create",
          "--name",
          dock.name,
          "--read-only",
          "--cap-drop",
          "ALL",
          "--network",
          dock.inner(),
          fix);
      dock.cli("cp", config.toString(), dock.name + ":/etc/agent/agent.toml");
      dock.cli("network", "connect", "--alias", "agent", dock.outer(), dock.name);
      dock.cli("start", dock.name);
      says(Finding.Differs.class, "it is made of another image", look(dock).settings());
      dock.cli("rm", "-f", "-v", old);
      assertInstanceOf(Outcome.Healthy.class, dock.deploy());
      says(Finding.Holds.class, "as it was deployed", look(dock).settings());
      dock.cli("rmi", "-f", fix);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  @Needs(Component.PODMAN)
  void one_that_an_older_version_deployed_is_known_by_its_images_name(String engine)
      throws Exception {
    try (Dock dock = new Dock(folder, engine)) {
      deployed(dock, "arguments = [\"/etc/agent/agent.toml\"]");
      List<String> older =
          labels(dock).stream().filter(line -> !line.startsWith(Labels.IMAGE_ID + "=")).toList();
      assertEquals(labels(dock).size() - 1, older.size());
      assertEquals("it is not on network " + dock.outer(), madeAnew(dock, older, CONFINED));
      String lost =
          madeAnew(dock, older, confinedAnd("--label=%s=viworks/lost".formatted(Labels.NAME)));
      assertTrue(lost.contains("deploy it --again"), lost);
      String odd = madeAnew(dock, older, confinedAnd("--label=%s=No/ Name".formatted(Labels.NAME)));
      assertTrue(odd.contains("deploy it --again"), odd);
      String said = dock.cli("commit", dock.name);
      String other = said.substring(said.lastIndexOf('\n') + 1).replaceFirst("^sha256:", "");
      String tag = PromotedImage.tag(Stage.AGENT, dock.head().image().orElseThrow().manifest());
      dock.cli("tag", other, tag);
      String moved = madeAnew(dock, older, CONFINED);
      assertEquals("it is made of another image than was deployed", moved);
      dock.cli("rmi", "-f", other);
    }
  }

  @Test
  void a_variable_that_is_a_secret_is_known_again_and_another_is_seen() throws Exception {
    try (Dock dock = new Dock(folder, "docker")) {
      dock.settings("");
      Path file = folder.resolve("deploy.toml");
      Files.writeString(
          file,
          Files.readString(file)
              .replace("[secrets]\n", "[secrets]\nto-environment = [\"PASSWORD\"]\n"));
      dock.release(new TinyAgent(folder).compiled("v1"));
      assertInstanceOf(Outcome.Healthy.class, dock.deploy());
      says(Finding.Holds.class, "as it was deployed", look(dock).settings());
      assertInstanceOf(Outcome.NothingToDo.class, dock.deploy());
      TargetName.Container own = remade(dock, confinedAnd("-e", "PASSWORD=guessed"));
      dock.cli("network", "connect", "--alias", "agent", dock.outer(), own.name());
      Finding found = targets().look(own, folder.resolve("state")).settings();
      says(Finding.Differs.class, "a variable that is a secret is another", found);
      dock.cli("rm", "-f", own.name());
      Files.delete(folder.resolve("state/settings.key"));
      says(Finding.CouldNotTell.class, "the key of whoever deployed it", look(dock).settings());
    }
  }

  @Test
  void one_that_was_made_anew_with_other_settings_does_not_hide_behind_its_labels()
      throws Exception {
    try (Dock dock = new Dock(folder, "docker")) {
      deployed(dock, "");
      TargetName.Container own =
          remade(
              dock,
              List.of(
                  "-e",
                  "LD_PRELOAD=/tmp/own.so",
                  "-p",
                  "127.0.0.1:%d:8080".formatted(OnDock.free())));
      Finding found = targets().look(own, folder.resolve("state")).settings();
      says(Finding.Differs.class, "variable LD_PRELOAD was not declared", found);
      says(Finding.Differs.class, "it publishes 127.0.0.1:", found);
      says(Finding.Differs.class, "it is not on network " + dock.outer(), found);
      dock.cli("rm", "-f", own.name());
      dock.cli(
          "run", "-d", "--name", own.name(), dock.cli("inspect", "-f", "{{.Image}}", dock.name));
      Running.Instance unknown = targets().look(own, folder.resolve("state"));
      says(Finding.NoEvidence.class, "somebody else made it", unknown.settings());
      says(Finding.NoEvidence.class, "somebody else made it", unknown.health());
      dock.cli("rm", "-f", own.name());
    }
  }

  @Test
  void a_program_in_somebody_elses_container_is_known_by_what_was_noted() throws Exception {
    try (PathScene scene = new PathScene(folder, "docker", new TinyAgent(folder).compiled("v"))) {
      TargetName.InContainer name =
          (TargetName.InContainer) TargetName.parse(scene.target(), folder);
      Path own = PathScene.own(folder);
      says(
          Finding.NoEvidence.class, "nothing was noted here", targets().look(name, own).settings());
      scene.dock.release(TinyAgent.variant(scene.old, "1"));
      assertInstanceOf(Outcome.Healthy.class, scene.deploy(Landmarks.UNWATCHED));
      Running.Instance well = targets().look(name, own);
      says(Finding.Holds.class, "it answers by its address", well.health());
      says(Finding.Holds.class, "as it was deployed", well.settings());
      assertEquals(PathScene.file(folder).fingerprint(), well.fingerprint());
      Path other = Files.writeString(folder.resolve("other"), "listen = 8080\n");
      scene.dock.cli("cp", other.toString(), scene.name + ":" + PathScene.CONFIG);
      says(Finding.Differs.class, "agent.toml was changed", targets().look(name, own).settings());
      scene.dock.cli("pause", scene.name);
      says(Finding.Differs.class, "does not answer", targets().look(name, own).health());
      scene.dock.cli("unpause", scene.name);
    }
  }
}
