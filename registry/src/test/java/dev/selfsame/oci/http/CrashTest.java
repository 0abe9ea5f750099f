package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Progress;
import dev.selfsame.scenes.CrashLoads;
import dev.selfsame.store.RowsCheck;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2RowsCheck;
import dev.selfsame.suites.OwnJvm;
import dev.selfsame.upkeep.Examined;
import dev.selfsame.upkeep.Findings;
import dev.selfsame.upkeep.Fsck;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that is killed while it is written to, again and again: what it acknowledged is there.
 * {@code -Dselfsame.crashes=2000} has it killed that often.
 */
final class CrashTest {
  private static final int CRASHES = Integer.getInteger("selfsame.crashes", 10);
  private static final int CLIENTS = 4;
  private static final int PER_REGISTRY = 5;

  /** A long run that is ended early has been good for something too. */
  private static final int TOLD = 50;

  @TempDir private Path folder;

  /** How often the rows that were left could be looked at. */
  private int compared;

  @Test
  @Timeout(4 * 3600)
  void what_was_acknowledged_survives_a_kill() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int acknowledged = 0;
    // A fresh registry now and then, or looking at all of it would be most of the work.
    for (int done = 0; done < CRASHES; ) {
      Path registry = folder.resolve("registry-" + done);
      CrashLoads loads = CrashLoads.of(CLIENTS, random);
      for (int i = 0; i < PER_REGISTRY && done < CRASHES; i++, done++) {
        String crash = "seed %d, crash %d".formatted(seed, done);
        crash(registry, loads, 40 + random.nextInt(600), crash);
      }
      requireAll(registry, loads, "seed %d, crash %d".formatted(seed, done));
      requireSound(registry);
      FileTree.delete(registry); // A long run would fill the disk.
      acknowledged += loads.acknowledged();
      if (done % TOLD == 0) {
        System.err.printf("crashes so far: %d, acknowledged writes: %d%n", done, acknowledged);
      }
    }
    System.err.printf("crashes: %d, acknowledged writes: %d, lost: 0%n", CRASHES, acknowledged);
    assertTrue(acknowledged > CRASHES, "too little was written to tell anything");
    assertTrue(compared > CRASHES / 2, "only " + compared + " times could rows be compared");
  }

  /** Reads all that the killed servers left. */
  static void requireSound(Path folder) {
    requireSound(folder, Optional.empty());
  }

  /** As the other, evidence against a trust root too. */
  static void requireSound(Path folder, Optional<TrustRoot> root) {
    RegistryFolder registry = RegistryFolder.open(folder);
    Findings found =
        new Fsck(
                Examined.in(
                    registry,
                    new H2RowsCheck(registry, Clock.systemUTC(), Progress.SILENT),
                    Progress.SILENT),
                root,
                Progress.SILENT)
            .check();
    assertEquals(List.of(), found.findings());
    assertEquals(ExitCode.YES, found.code());
  }

  /** A server that has to have what the killed ones acknowledged goes on, and is killed itself. */
  private void crash(Path registry, CrashLoads loads, int millis, String crash) throws Exception {
    Process server = start(registry);
    try {
      int port = port(server);
      assertEquals(List.of(), loads.losses(port), crash);
      loads.untilKilled(port, server, millis);
    } finally {
      server.destroyForcibly().waitFor();
    }
    requireRows(registry, crash);
  }

  /**
   * The rows that it left are as the log has them up to where they say, before anybody mends. Of a
   * copy: where a kill has torn the file, H2 holds its lock until the process ends.
   */
  private void requireRows(Path registry, String crash) throws IOException {
    Path copy = folder.resolve("copy");
    RegistryFolder copied = RegistryFolder.create(copy);
    for (String file : List.of("repositories.log", "repositories.mv.db")) {
      if (Files.exists(registry.resolve(file))) {
        Files.copy(registry.resolve(file), copy.resolve(file));
      }
    }
    RowsCheck.Report rows =
        new H2RowsCheck(copied, Clock.systemUTC(), Progress.SILENT).run(_ -> {});
    assertEquals(List.of(), rows.differing(), crash);
    assertEquals(List.of(), rows.unmet(), crash);
    assertFalse(rows.beyond(), crash);
    compared += rows.changes() > 0 && rows.unusable().isEmpty() ? 1 : 0;
    FileTree.delete(copy);
  }

  /** A server in this process, which starts sooner than one of its own, has to have all of it. */
  static void requireAll(Path registry, CrashLoads loads, String crash) throws Exception {
    try (Served served = Served.at(registry)) {
      assertEquals(List.of(), loads.losses(served.port()), crash);
    }
  }

  static Process start(Path registry, String... more) throws Exception {
    List<String> command =
        OwnJvm.command(ServerMain.class, List.of("-Xmx200m"), registry.toString());
    command.addAll(List.of(more));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  static int port(Process server) throws Exception {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null) {
      throw new AssertionError("the server did not start");
    }
    return Integer.parseInt(line);
  }
}
