package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.OwnJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that takes evidence on a disk that loses what was not synced, and that is killed at any
 * moment. {@code -Dselfsame.losses=50} has the disk lose so often.
 */
@Needs(Component.GCC)
final class EvidenceLossTest {
  private static final int LOSSES = Integer.getInteger("selfsame.losses", 3);

  @TempDir private Path folder;

  @Test
  @Timeout(4 * 3600)
  void what_was_submitted_and_promoted_is_on_a_disk_that_loses_all_that_was_not_synced()
      throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Stage stage = new Stage(folder);
    Instant now = stage.now.plus(Duration.ofHours(1));
    Files.write(folder.resolve("trust-root.json"), stage.root.json());
    Path library = LossyDisk.compile(folder);
    Path registry = RegistryFolder.create(folder.resolve("registry-0")).path();
    List<EvidenceLoad> all = new ArrayList<>();
    for (int i = 1; i <= LOSSES; i++) {
      String when = "seed %d, loss %d".formatted(seed, i);
      // Of other names each time, or reading what is staged would be most of the work.
      List<EvidenceLoad> loads =
          List.of(new EvidenceLoad(stage, "a-" + i), new EvidenceLoad(stage, "b-" + i));
      all.addAll(loads);
      LossyDisk disk = LossyDisk.make(library, folder.resolve("disk-" + i));
      disk.seed(registry);
      Process server = start(registry, disk, now);
      try {
        EvidenceLoad.untilKilled(loads, CrashTest.port(server), server, 200 + random.nextInt(1500));
      } finally {
        server.destroyForcibly().waitFor();
      }
      Path next = folder.resolve("registry-" + i);
      disk.restore(next);
      registry = next;
      EvidenceAtHand evidence =
          new EvidenceAtHand(RegistryFolder.open(next).registry(), stage.root);
      all.forEach(load -> load.require(evidence, now, when));
      try (Served served = Served.at(next, () -> Optional.of(evidence), () -> now)) {
        loads.forEach(load -> load.again(served.port()));
      }
      all.forEach(load -> load.require(evidence, now, when + ", done again"));
      CrashTest.requireSound(next, Optional.of(stage.root));
    }
    int written = all.stream().mapToInt(EvidenceLoad::acknowledged).sum();
    System.err.printf(
        "disks lost under evidence: %d, acknowledged submissions and promotions: %d, lost: 0%n",
        LOSSES, written);
    assertTrue(written > LOSSES, "too little was written to tell anything");
  }

  private Process start(Path registry, LossyDisk disk, Instant now) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                OwnJvm.command(
                    EvidenceMain.class,
                    List.of("-Xmx200m"),
                    registry.toString(),
                    folder.resolve("trust-root.json").toString(),
                    now.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(disk.environment(registry, folder.resolve("never")));
    return builder.start();
  }
}
