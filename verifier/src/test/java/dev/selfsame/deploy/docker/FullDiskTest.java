package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.OwnJvm;
import dev.selfsame.suites.SharesEngines;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deployments by a machine whose folder for temporary files has no room. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@Needs(Component.UNSHARE)
@SharesEngines
class FullDiskTest {
  private static final String SCRIPT = "mount -t tmpfs -o size=16k none \"$0\" && exec \"$@\"";

  @TempDir private Path folder;

  /** Puts a program into a container; as root of a namespace it may look at no process. */
  static final class Child {
    private Child() {}

    /** args: folder, stage's folder, target, now. */
    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      Instant now = Instant.parse(args[3]);
      PathScene.deployUnseen(
          folder,
          args[2],
          PathScene.settings(folder, Dock.ENVIRONMENT),
          Dock.head(Path.of(args[1]), now),
          now);
      System.out.println("ended");
    }
  }

  /** Deploys in a process of its own, whose temporary files go to a small disk; what it said. */
  private String deploy(Dock dock, Class<?> main, String target) throws Exception {
    Path full = Files.createDirectories(folder.resolve("full"));
    List<String> command =
        new ArrayList<>(List.of("unshare", "--user", "--map-root-user", "--mount"));
    command.addAll(List.of("sh", "-c", SCRIPT, full.toString()));
    command.addAll(
        OwnJvm.command(
            main,
            List.of("-Djava.io.tmpdir=" + full, "-Djna.tmpdir=" + folder),
            folder.toString(),
            dock.stage.folder.toString(),
            target,
            dock.stage.now + "",
            "nowhere"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(1, process.waitFor(), said);
    return said;
  }

  private static void assertBlamesTheDisk(String said) {
    assertTrue(said.contains("Failure: cannot write "), said);
    assertTrue(said.contains("No space left on device"), said);
    assertFalse(said.contains("cannot read"), said);
  }

  @Test
  void the_registry_is_not_blamed_for_an_image_that_cannot_be_written() throws Exception {
    try (Dock dock = new Dock(folder, "docker")) {
      dock.release(new TinyAgent(folder).compiled("v1"));
      assertBlamesTheDisk(deploy(dock, KilledDeployTest.Child.class, dock.target().text()));
      assertEquals("", dock.state());
      assertFalse(Files.exists(folder.resolve("state/journal.json")));
    }
  }

  @Test
  void nor_for_a_program() throws Exception {
    byte[] program = new TinyAgent(folder).compiled("v");
    try (PathScene scene = new PathScene(folder, "docker", program)) {
      scene.dock.release(TinyAgent.variant(program, "1"));
      String before = scene.state();
      assertBlamesTheDisk(deploy(scene.dock, Child.class, scene.target()));
      assertEquals(before, scene.state());
      assertEquals(List.of("agent", "agent.toml"), scene.files());
    }
  }
}
