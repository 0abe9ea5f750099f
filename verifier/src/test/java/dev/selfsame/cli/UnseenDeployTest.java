package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.claim.DeployClaim;
import dev.selfsame.deploy.docker.Dock;
import dev.selfsame.deploy.docker.PathScene;
import dev.selfsame.deploy.docker.TinyAgent;
import dev.selfsame.files.UserFolders;
import dev.selfsame.promote.Deployments;
import dev.selfsame.scenes.Stage;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.OwnJvm;
import dev.selfsame.suites.SharesEngines;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code deploy} by somebody whom the engine obeys and who may look at no process of others, as a
 * user of the group {@code docker} is: it never takes a file for what runs unless told to.
 */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@Needs(Component.ORDINARY_USER)
@SharesEngines
class UnseenDeployTest {
  private static final Path SOCKET = Path.of("/var/run/docker.sock");
  private static final String HIDDEN = "cannot be seen";

  @TempDir private Path folder;
  private RegistryScene scene;
  private Dock dock;
  private byte[] program;
  private String said = "";

  /** The program with the scene's clock. */
  static final class Child {
    private Child() {}

    /** args: folder, now, words. */
    public static void main(String[] args) {
      Map<String, String> variables = new HashMap<>(System.getenv());
      variables.keySet().removeIf(name -> name.startsWith("XDG_"));
      variables.put("HOME", args[0]);
      System.exit(
          new Main(
                  new Surroundings(
                      variables,
                      Clock.fixed(Instant.parse(args[1]), ZoneOffset.UTC),
                      UserFolders.of(variables),
                      Path.of(args[0]),
                      Console.ofProcess(variables)))
              .run(Arrays.copyOfRange(args, 2, args.length)));
    }
  }

  @BeforeEach
  void open() throws Exception {
    scene = new RegistryScene(folder);
    dock = new Dock(folder, "docker", scene.stage);
    program = new TinyAgent(folder).compiled("v1");
    dock.release(program);
  }

  @AfterEach
  void close() throws Exception {
    dock.close();
  }

  /** As nobody, of the socket's group, and who may open every file. */
  private void deploy(int status, String to, String config, String... more) throws Exception {
    List<String> words =
        new ArrayList<>(List.of("deploy", "viworks/agent", "--to", to, "--config", config));
    words.addAll(List.of("--registry", "registry", "--trust-root", "trust-root.json"));
    words.addAll(List.of(more));
    List<String> arguments =
        new ArrayList<>(List.of(folder.toString(), scene.stage.now.toString()));
    arguments.addAll(words);
    // Some of what writes here asks first whether it may, and is told of the user alone.
    assertEquals(
        0, new ProcessBuilder("chown", "-R", "nobody", folder.toString()).start().waitFor());
    ProcessBuilder child =
        new ProcessBuilder(
            OwnJvm.under(
                List.of(
                    "setpriv",
                    "--reuid=nobody",
                    "--regid=nogroup",
                    "--groups=" + Files.getAttribute(SOCKET, "unix:gid"),
                    "--inh-caps=-all,+dac_override,+fowner",
                    "--ambient-caps=-all,+dac_override,+fowner"),
                OwnJvm.command(Child.class, arguments.toArray(String[]::new))));
    child.environment().put("PASSWORD", Dock.SECRET);
    Process process = child.redirectErrorStream(true).start();
    said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(status, process.waitFor(), said);
  }

  private void assertRefused() {
    assertTrue(said.contains(HIDDEN), said);
    assertTrue(said.contains("--unseen"), said);
  }

  @Test
  void a_container_whose_process_is_hidden_is_no_proof_and_what_was_there_stays() throws Exception {
    String to = "docker:" + dock.name;
    deploy(1, to, "deploy.toml");
    assertRefused();
    assertEquals("", dock.state());
    deploy(0, to, "deploy.toml", "--unseen", "--key", "dora.key");
    assertTrue(said.contains("copied out of the container; its process cannot be seen"), said);
    String before = dock.state();
    DeployClaim kept =
        Deployments.read(scene.stage.evidence(), Stage.AGENT, scene.stage.now)
            .believed()
            .getFirst()
            .claim();
    assertTrue(
        kept.course().health().stream().anyMatch(one -> one.result().contains(HIDDEN)),
        kept.toString());
    deploy(0, to, "deploy.toml", "--unseen");
    assertTrue(said.contains("deployed already: "), said);
    // Not without it: nobody sees whether that is what runs.
    deploy(0, to, "deploy.toml", "--plan");
    assertRefused();
    deploy(1, to, "deploy.toml");
    assertRefused();
    assertEquals(before, dock.state());
    dock.release(TinyAgent.variant(program, "2"));
    deploy(0, to, "deploy.toml", "--unseen");
    assertNotEquals(before, dock.state());
  }

  @Test
  void neither_is_a_program_in_somebody_elses_container() throws Exception {
    try (PathScene own = new PathScene(folder, dock, program)) {
      String before = dock.cli("inspect", "--format", "{{.State.Pid}}", dock.name + "-own");
      deploy(3, own.target(), "path.toml");
      assertRefused();
      assertFalse(said.contains("deployed: "), said);
      assertEquals(before, dock.cli("inspect", "--format", "{{.State.Pid}}", dock.name + "-own"));
    }
  }
}
