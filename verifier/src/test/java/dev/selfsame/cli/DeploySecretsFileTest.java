package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.docker.Dock;
import dev.selfsame.deploy.docker.TinyAgent;
import dev.selfsame.files.UserFolders;
import dev.selfsame.launcher.Leaks;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy} with secrets that stand in a file, to a real engine. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
@Timeout(180)
class DeploySecretsFileTest {
  private static final String SECRET = "s3cret-of-the-file";
  private static final Leaks LEAKS = new Leaks(Map.of("PASSWORD", SECRET));

  @TempDir private Path folder;
  private RegistryScene scene;
  private Dock dock;
  private TinyAgent agents;
  private Path secrets;

  @BeforeEach
  void open() throws Exception {
    scene = new RegistryScene(folder);
    dock = new Dock(folder, "docker", scene.stage);
    agents = new TinyAgent(folder);
    // The file's counts.
    scene.environment = Map.of("PASSWORD", "that-of-the-environment");
    secrets = Files.writeString(folder.resolve("agent.secrets"), "PASSWORD=" + SECRET + "\n");
    mode("rw-------");
    Path settings = folder.resolve("deploy.toml");
    String names = "names = [\"PASSWORD\"]\n";
    String text = Files.readString(settings);
    assertTrue(text.contains(names), text);
    Files.writeString(settings, text.replace(names, names + "file = \"agent.secrets\"\n"));
  }

  @AfterEach
  void close() throws Exception {
    dock.close();
  }

  private void mode(String permissions) throws Exception {
    Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString(permissions));
  }

  private void deploy(int status, String... more) {
    List<String> words = new ArrayList<>(List.of("deploy", "viworks/agent"));
    words.addAll(List.of("--to", "docker:" + dock.name, "--config", "deploy.toml"));
    words.addAll(List.of(more));
    assertEquals(status, scene.run(words.toArray(String[]::new)), scene.said());
    LEAKS.look("what was said", scene.said());
  }

  private void said(String words) {
    assertTrue(scene.said().contains(words), () -> "no " + words + " in " + scene.said());
  }

  /** The engine writes down what a program says a moment after it was said. */
  private void awaitLogged(String words) throws Exception {
    Instant end = Instant.now().plus(Duration.ofSeconds(60));
    while (!dock.cli("logs", dock.name).contains(words)) {
      assertTrue(Instant.now().isBefore(end), () -> "it does not say " + words);
      Thread.sleep(50);
    }
  }

  @Test
  void the_program_gets_it_and_nothing_that_is_said_or_kept_has_it() throws Exception {
    dock.release(agents.compiled("v1"));
    deploy(0, "--plan");
    said("with the secrets PASSWORD");
    deploy(0, "--key", "dora.key");
    awaitLogged("agent v1, password " + SECRET);
    deploy(0, "--json");
    said("\"outcome\" : \"nothing-to-do\"");
    String[] status = {"status", "viworks/agent", "--to", "docker:" + dock.name, "--json"};
    assertEquals(0, scene.run(status), scene.said());
    LEAKS.look("the status", scene.said());
    // One that tells it, and ends.
    dock.release(agents.compiled("v2", "EXITS=5"));
    deploy(1, "--key", "dora.key");
    said("it said     agent v2, password ********");
    LEAKS.look("docker inspect", dock.cli("inspect", dock.name));
    Files.delete(secrets);
    List<String> stated = LEAKS.lookInto(scene.stage.registry());
    assertEquals(2, stated.stream().filter(one -> one.contains(dock.name)).distinct().count());
    Path own = UserFolders.of(Map.of("HOME", folder.toString())).data().resolve("deploy");
    assertTrue(Files.isDirectory(own), "where it is kept how targets stand");
    LEAKS.lookInto(folder);
  }

  @Test
  void one_that_others_may_read_is_refused_and_nothing_is_made() throws Exception {
    dock.release(agents.compiled("v1"));
    mode("rw-r-----");
    deploy(2);
    said("others may read or write the secrets in " + secrets);
    said("hint: chmod 600 " + secrets);
    assertEquals("", dock.state());
  }
}
