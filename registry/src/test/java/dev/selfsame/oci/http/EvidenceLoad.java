package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.Bundle;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.promote.ChannelReader;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.promote.Staging;
import dev.selfsame.scenes.People;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Registry;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who submits and promotes one binary after the other at a server that is killed at any
 * moment, and what must be there of it. They have a name of their own, so that this is exact.
 */
final class EvidenceLoad {
  /** Hundredths of a second. */
  private static final int SILENT = 4000;

  private final Stage stage;
  private final String name;
  private final List<Records> submitted = new ArrayList<>();
  private final List<Promotion> promoted = new ArrayList<>();
  private final AtomicInteger acknowledged = new AtomicInteger();

  /** What was not acknowledged, or not all of it. */
  private @Nullable Records under;

  private int number;
  private int seconds;
  private volatile boolean killed;

  EvidenceLoad(Stage stage, String name) {
    this.stage = stage;
    this.name = "viworks/" + name;
  }

  /** Submissions and promotions that were acknowledged so far. */
  int acknowledged() {
    return acknowledged.get();
  }

  /**
   * Has all of them work at a server, and kills it some time after it has acknowledged something,
   * or been silent for long.
   */
  static void untilKilled(List<EvidenceLoad> loads, int port, Process server, int millis)
      throws InterruptedException {
    AtomicReference<Throwable> wrong = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (EvidenceLoad load : loads) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  load.run(port);
                } catch (Throwable e) {
                  wrong.set(e);
                }
              }));
    }
    for (int i = 0; i < SILENT && all(loads) == 0 && wrong.get() == null; i++) {
      Thread.sleep(10);
    }
    Thread.sleep(millis);
    loads.forEach(load -> load.killed = true);
    server.destroyForcibly().waitFor();
    for (Thread thread : threads) {
      thread.join();
    }
    if (wrong.get() != null) {
      throw new AssertionError(wrong.get());
    }
  }

  private static int all(List<EvidenceLoad> loads) {
    return loads.stream().mapToInt(EvidenceLoad::acknowledged).sum();
  }

  private void run(int port) {
    try {
      ByUrl people = new ByUrl(stage, port);
      while (true) {
        release(people);
      }
    } catch (Failure e) {
      if (!killed || e.code() != ExitCode.UNDECIDED) {
        throw e;
      }
    }
  }

  /** Does once more, at another server, what was under way when the first was killed. */
  void again(int port) {
    if (under != null) {
      release(new ByUrl(stage, port));
    }
  }

  private void release(ByUrl people) {
    Records what = under;
    if (what == null) {
      what = Records.of("%s %d".formatted(name, number++));
      what.name = name;
      under = what;
    }
    people.submit(what, tick());
    submitted.add(what);
    acknowledged.incrementAndGet();
    people.promote(what, tick()).ifPresent(promoted::add);
    acknowledged.incrementAndGet();
    under = null;
  }

  private Instant tick() {
    return People.NOW.plusSeconds(++seconds);
  }

  /** Whatever was acknowledged is there; whatever else is to be seen is whole. */
  void require(EvidenceAtHand evidence, Instant now, String when) {
    Registry registry = evidence.registry();
    ArtifactName artifact = new ArtifactName(name);
    List<Digest> listed = registry.index().staged(artifact);
    for (Records each : submitted) {
      Bundle bundle = each.signedBy(stage.people, "alice");
      assertTrue(listed.contains(bundle.digest()), when);
      assertTrue(registry.index().about(each.artifact()).contains(bundle.digest()), when);
      registry.blobs().read(Digest.sha256(each.json()), Bundle.MAX_BYTES);
    }
    Staging.Staged staged = Staging.read(evidence, artifact, now);
    assertEquals(List.of(), staged.refused(), when);
    for (Digest binary : staged.artifacts()) {
      registry.blobs().copy(binary, OutputStream.nullOutputStream());
    }
    requireChannel(evidence, artifact, now, when);
  }

  private void requireChannel(
      EvidenceAtHand evidence, ArtifactName artifact, Instant now, String when) {
    ChannelReader reader = new ChannelReader(evidence);
    Channel channel = reader.read(artifact, ChannelName.PRODUCTION, now);
    List<Promotion> there = channel.records();
    int known = promoted.size();
    assertTrue(there.size() >= known, when + ": " + there.size() + " of " + known);
    assertEquals(bundles(promoted), bundles(there.subList(0, known)), when);
    if (there.size() > known) {
      Promotion more = there.getLast();
      assertTrue(under != null && there.size() == known + 1, when + ": more than was asked for");
      assertEquals(under.artifact(), more.artifact(), when);
      promoted.add(more);
    }
    for (Promotion each : there) {
      evidence.registry().blobs().read(each.claim().policy(), Bundle.MAX_BYTES);
    }
    if (!there.isEmpty()) {
      reader.requireBelieved(channel, now);
    }
  }

  private static List<Digest> bundles(List<Promotion> records) {
    return records.stream().map(Promotion::bundle).toList();
  }
}
