package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.docker.Dock;
import dev.selfsame.deploy.docker.TinyAgent;
import dev.selfsame.files.UserFolders;
import dev.selfsame.promote.Deployments;
import dev.selfsame.scenes.Stage;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy} while the registry goes away, and while another process deploys. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
@Timeout(300)
class DeployMeanwhileTest {
  private static final Pattern RECORDED =
      Pattern.compile("(?m)^deployment [0-9a-f]{12}: recorded: sha256:");

  @TempDir private Path temporary;
  private Path folder;
  private RegistryScene scene;
  private Dock dock;
  private TinyAgent agents;

  @BeforeEach
  void open() throws Exception {
    folder = temporary.toRealPath();
    scene = new RegistryScene(folder);
    dock = new Dock(folder, "docker", scene.stage);
    agents = new TinyAgent(folder);
    scene.environment = Map.of("PASSWORD", Dock.SECRET);
  }

  @AfterEach
  void close() throws Exception {
    dock.close();
  }

  private List<String> words(String... more) {
    List<String> words = new ArrayList<>(List.of("deploy", "viworks/agent"));
    words.addAll(List.of("--to", "docker:" + dock.name, "--config", "deploy.toml"));
    words.addAll(List.of(more));
    return words;
  }

  private void deploy(int status, String... more) {
    assertEquals(status, scene.run(words(more).toArray(String[]::new)), scene.said());
  }

  private void said(String... all) {
    for (String one : all) {
      assertTrue(scene.said().contains(one), () -> "no " + one + " in " + scene.said());
    }
  }

  private int records() {
    return Deployments.read(scene.stage.evidence(), Stage.AGENT, scene.stage.now).believed().size();
  }

  @Test
  void a_server_that_goes_before_the_record_is_kept_gets_it_when_it_is_there_again()
      throws Exception {
    dock.release(agents.compiled("v1"));
    Hosted server = new Hosted(scene.stage.registry(), scene.stage);
    scene.registry = server.url();
    // It is said how it ended when all is done but the record.
    scene.when("deployed: ", server::close);
    deploy(3, "--key", "dora.key");
    String away = "cannot reach the registry " + scene.registry;
    assertTrue(scene.out.startsWith("deployed: viworks/agent promotion 1 "), scene.out);
    said("error: it ended as said, and the record of that is not kept yet: " + away);
    said("; the next deployment to docker:%s with --key keeps it\n".formatted(dock.name));
    assertEquals(0, records());
    String before = dock.state();
    deploy(3, "--key", "dora.key");
    said("no record of deployment ", " yet: " + away, "error: " + away);
    try (Hosted again = new Hosted(scene.stage.registry(), scene.stage)) {
      scene.registry = again.url();
      deploy(0, "--key", "dora.key");
      assertTrue(scene.out.startsWith("deployed already: "), scene.out);
      assertTrue(RECORDED.matcher(scene.err).find(), scene.said());
      deploy(0, "--key", "dora.key");
      assertFalse(RECORDED.matcher(scene.err).find(), scene.said());
    }
    assertEquals(1, records());
    assertEquals(before, dock.state());
  }

  @Test
  void of_two_processes_at_one_container_one_deploys_and_the_other_is_told_or_waits()
      throws Exception {
    // However long one of them is stopped here, it has not been unwell for too long.
    Path settings = folder.resolve("deploy.toml");
    Files.writeString(settings, Files.readString(settings).replace("\"20s\"", "\"300s\""));
    dock.release(agents.compiled("v1"));
    List<Process> both = new ArrayList<>();
    try {
      both.add(start("first"));
      await(both.getLast(), () -> text("first").contains("plan: "));
      signal("-STOP", both.getFirst());
      deploy(3);
      said("error: another deployment to docker:%s is under way".formatted(dock.name));
      said("hint: wait for it to end, or say --wait\n");
      assertFalse(text("first").contains("deployed: "), text("first"));
      both.add(start("second", "--wait", "240"));
      await(both.getLast(), () -> isAtTheLock(both.getLast()));
      signal("-CONT", both.getFirst());
      assertEquals(0, both.getFirst().waitFor(), text("first"));
      assertEquals(0, both.getLast().waitFor(), text("second"));
    } finally {
      both.forEach(Process::destroyForcibly);
    }
    String to = "viworks/agent promotion 1 of production to docker:" + dock.name;
    assertTrue(text("first").contains("\ndeployed: " + to), text("first"));
    assertTrue(text("second").contains("deployed already: " + to), text("second"));
    assertEquals(1, dock.state().lines().count(), dock.state());
    assertTrue(dock.state().contains("/" + dock.name + " "), dock.state());
  }

  private Process start(String name, String... more) throws IOException {
    List<String> words = words(more);
    words.addAll(List.of("--registry", "registry", "--trust-root", "trust-root.json"));
    ProcessBuilder program = OwnProcess.of(folder, words.toArray(String[]::new));
    program.environment().putAll(scene.environment);
    Path out = folder.resolve("said-" + name);
    return program.redirectErrorStream(true).redirectOutput(out.toFile()).start();
  }

  private String text(String name) throws IOException {
    return Files.readString(folder.resolve("said-" + name));
  }

  private static void await(Process process, Callable<Boolean> until) throws Exception {
    while (process.isAlive() && !until.call()) {
      Thread.sleep(10);
    }
    assertTrue(process.isAlive(), "it has ended");
  }

  /** Whether it has the target's lock open, which it cannot have as long as the first one has. */
  private boolean isAtTheLock(Process process) throws IOException {
    Path own = UserFolders.of(Map.of("HOME", folder.toString())).data().resolve("deploy");
    try (Stream<Path> open = Files.list(Path.of("/proc", process.pid() + "", "fd"))) {
      return open.map(DeployMeanwhileTest::opened)
          .anyMatch(file -> file.startsWith(own) && file.endsWith("lock"));
    }
  }

  private static Path opened(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException e) {
      return Path.of(""); // It was closed meanwhile.
    }
  }

  private static void signal(String which, Process process) throws Exception {
    String pid = Long.toString(process.pid());
    assertEquals(0, new ProcessBuilder("kill", which, pid).inheritIO().start().waitFor());
  }
}
