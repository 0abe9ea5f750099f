package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.scenes.DatabaseHolder;
import dev.selfsame.scenes.Records;
import dev.selfsame.suites.OwnJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another process has the catalogue of a folder open, such as a viewer of databases. */
@Timeout(300)
final class HeldCatalogueTest {
  @TempDir Path folder;
  private RegistryScene scene;

  private int submit(String who) {
    return scene.run("submit", "agent", "--record", "build-record.json", "--key", who + ".key");
  }

  private int promote() {
    return scene.run("promote", "viworks/agent", "--policy", "policy.toml", "--key", "pat.key");
  }

  private void assertHeld(int status) {
    assertEquals(3, status, scene.said());
    assertEquals("", scene.out);
    List<String> lines = scene.err.lines().toList();
    assertEquals(2, lines.size(), scene.err);
    assertEquals(
        "error: another process holds the registry's catalogue "
            + scene.stage.registry().resolve("catalogue.mv.db"),
        lines.getFirst());
    assertTrue(lines.getLast().startsWith("hint: end the process that has it open"), scene.err);
  }

  /** Every file of the registry with its digest; the one that is held is its holder's. */
  private Map<Path, String> state() throws IOException {
    Map<Path, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(scene.stage.registry())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        boolean held = file.endsWith("catalogue.mv.db");
        all.put(file, held ? "" : Digest.sha256(file).toString());
      }
    }
    return all;
  }

  @Test
  void submit_and_promote_cannot_tell_and_write_nothing_until_it_is_let_go() throws Exception {
    scene = new RegistryScene(folder);
    Records first = Records.of("the first");
    scene.built(first);
    assertEquals(0, submit("alice"), scene.said());
    Map<Path, String> before = state();
    scene.built(Records.of("the second"));
    Process holder =
        new ProcessBuilder(OwnJvm.command(DatabaseHolder.class, scene.stage.registry().toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertEquals('!', holder.getInputStream().read());
      scene.patience = Duration.ofMillis(200);
      assertHeld(promote());
      assertHeld(submit("bob"));
      assertEquals(before, state());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    scene.patience = Surroundings.PATIENCE;
    // Had the second been staged, it would not be clear which of them is meant.
    assertEquals(0, promote(), scene.said());
    assertTrue(scene.out.startsWith("promoted: " + first.artifact()), scene.said());
    assertEquals(0, submit("bob"), scene.said());
  }
}
