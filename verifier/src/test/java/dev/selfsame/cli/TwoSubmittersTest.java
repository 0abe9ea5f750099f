package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.Progress;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.file.RegistryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two who submit the same binary with the same evidence at the same moment. */
@Timeout(300)
final class TwoSubmittersTest {
  private static final String[] SUBMIT = {
    "submit", "agent", "--record", "build-record.json", "--key", "alice.key"
  };

  @TempDir Path folder;
  private RegistryScene scene;
  private final Records records = Records.of("the binary");

  @BeforeEach
  void build() {
    scene = new RegistryScene(folder);
    scene.built(records);
  }

  private void assertSaid(int status, int found, String... whats) {
    assertEquals(status, found, scene.said());
    for (String what : whats) {
      assertTrue(scene.said().contains(what), scene.said());
    }
  }

  /** That the registry is whole, and as one of them alone would have left it. */
  private void assertKeptOnce() {
    List<Catalogue.Staged> rows =
        scene.stage.writing((_, catalogue) -> catalogue.staged(Stage.AGENT));
    assertEquals(1, rows.size(), rows.toString());
    assertEquals(List.of(), scene.stage.notes.lines, "the catalogue was in step");
    assertEquals(
        List.of(rows.getFirst().bundle()),
        scene.stage.evidence().registry().index().staged(Stage.AGENT));
    assertSaid(
        0,
        scene.runPlain(
            "registry", "fsck", "--registry", "registry", "--trust-root", "trust-root.json"),
        "nothing is wrong: ",
        ", 1 bundles, ");
    scene.registry = "registry";
    assertSaid(
        0,
        scene.run("promote", "viworks/agent", "--policy", "policy.toml", "--key", "pat.key"),
        "promoted: " + records.artifact() + " is promotion 1",
        "1 of at least 1: alice");
    assertSaid(0, scene.verify("agent"), "promoted: agent is viworks/agent, promotion 1");
  }

  /** In processes of their own: a file lock is the process's. */
  @Test
  void two_processes_in_a_folder_wait_for_their_turn_and_keep_one_bundle() throws Exception {
    RegistryFolder registry = RegistryFolder.create(scene.stage.registry());
    List<Path> told = List.of(folder.resolve("told-1"), folder.resolve("told-2"));
    List<Process> both = new ArrayList<>();
    try {
      // Neither may write before both are about to.
      try (var _ = registry.write(Duration.ZERO, Progress.SILENT)) {
        for (Path into : told) {
          both.add(start(into));
        }
        for (int i = 0; i < both.size(); i++) {
          awaitWaiting(both.get(i), told.get(i));
        }
      }
      for (int i = 0; i < both.size(); i++) {
        int status = both.get(i).waitFor();
        assertEquals(0, status, Files.readString(told.get(i)));
      }
    } finally {
      both.forEach(Process::destroyForcibly);
    }
    List<String> first = result(told.getFirst());
    String staged = "staged: viworks/agent " + records.artifact();
    assertTrue(first.getFirst().startsWith(staged), first.toString());
    assertEquals(first, result(told.getLast()));
    assertKeptOnce();
  }

  private Process start(Path into) throws IOException {
    List<String> words = new ArrayList<>(List.of(SUBMIT));
    words.addAll(List.of("--registry", "registry", "--trust-root", "trust-root.json"));
    return OwnProcess.of(folder, words.toArray(String[]::new))
        .redirectErrorStream(true)
        .redirectOutput(into.toFile())
        .start();
  }

  private static void awaitWaiting(Process process, Path told) throws Exception {
    while (!Files.readString(told).contains("waiting for another process that is writing to ")) {
      assertTrue(process.isAlive(), Files.readString(told));
      Thread.sleep(50);
    }
  }

  /** What it said once it had its turn. */
  private static List<String> result(Path told) throws IOException {
    return Files.readAllLines(told).stream()
        .filter(line -> line.startsWith("staged: ") || line.startsWith("  "))
        .toList();
  }

  @Test
  void two_clients_of_a_server_are_both_told_that_it_is_staged_and_one_bundle_is_kept()
      throws Exception {
    RegistryScene other = new RegistryScene(folder, scene.stage);
    int[] status = {-1, -1};
    try (Hosted server = new Hosted(scene.stage.registry(), scene.stage);
        Liar between = new Liar(server.url())) {
      // Both have pushed all the bytes before either submission is taken.
      CyclicBarrier both = new CyclicBarrier(2);
      between.lie =
          (asked, honest) -> {
            if (asked.startsWith("POST /selfsame/v1/submissions/")) {
              try {
                both.await(100, TimeUnit.SECONDS);
              } catch (Exception e) {
                throw new IOException(e);
              }
            }
            return honest.get();
          };
      scene.registry = between.url();
      other.registry = between.url();
      Thread one = Thread.ofPlatform().start(() -> status[0] = scene.run(SUBMIT));
      Thread two = Thread.ofPlatform().start(() -> status[1] = other.run(SUBMIT));
      one.join();
      two.join();
    }
    assertSaid(0, status[0], "staged: viworks/agent " + records.artifact());
    assertEquals(0, status[1], other.said());
    assertEquals(scene.out, other.out);
    assertKeptOnce();
  }
}
