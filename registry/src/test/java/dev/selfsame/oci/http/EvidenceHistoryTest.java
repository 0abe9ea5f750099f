package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.oci.EvidenceReading;
import dev.selfsame.oci.OciError;
import dev.selfsame.promote.Promoter;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.Registry;
import dev.selfsame.store.file.RegistryFolder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one question about a name has read of its history. */
final class EvidenceHistoryTest {
  /** After it a change of a folder is sure to show. */
  private static final long SETTLED_MILLIS = 150;

  @TempDir private Path folder;
  private Stage stage;
  private Registry registry;
  private final AtomicInteger reads = new AtomicInteger();
  private EvidenceReading reading;

  @BeforeEach
  void open() {
    stage = new Stage(folder);
    registry = RegistryFolder.create(stage.registry()).registry();
    reading =
        new EvidenceReading(
            new Registry(
                registry.name(), counted(registry.blobs()), registry.index(), registry.channels()));
  }

  /** Blobs as they are, of which each read is counted. */
  private Blobs counted(Blobs blobs) {
    return (Blobs)
        Proxy.newProxyInstance(
            Blobs.class.getClassLoader(),
            new Class<?>[] {Blobs.class},
            (_, method, arguments) -> {
              if (method.getName().equals("read")) {
                reads.incrementAndGet();
              }
              try {
                return method.invoke(blobs, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private Digest stranger() {
    return registry.blobs().put("{}".getBytes()).digest();
  }

  @Test
  void what_belongs_to_no_channel_has_its_history_read_once() throws Exception {
    for (int i = 0; i < 5; i++) {
      stage.release(Records.of("release " + i));
    }
    Digest stranger = stranger();
    Thread.sleep(SETTLED_MILLIS);
    assertThrows(OciError.class, () -> reading.deployed(Stage.AGENT, stranger));
    int once = reads.get();
    assertTrue(once >= 5, "" + once);
    for (int i = 0; i < 20; i++) {
      assertThrows(OciError.class, () -> reading.deployed(Stage.AGENT, stranger));
      Digest old = Records.of("release " + i % 5).artifact();
      assertEquals("release 0".length(), reading.deployed(Stage.AGENT, old).size());
    }
    // Unless the ten seconds for which it is kept have gone on a slow machine.
    assertTrue(reads.get() <= 3 * once, reads + " reads, " + once + " at once");
  }

  @Test
  void what_has_just_been_promoted_belongs_at_once() throws Exception {
    stage.release(Records.of("one"));
    Thread.sleep(SETTLED_MILLIS);
    assertThrows(OciError.class, () -> reading.deployed(Stage.AGENT, stranger()));
    Promoter.Done done = stage.release(Records.of("two"));
    assertTrue(reading.deployed(Stage.AGENT, done.promotion().bundle()).size() > 0);
    assertEquals(3, reading.deployed(Stage.AGENT, Records.of("two").artifact()).size());
    assertEquals(3, reading.deployed(Stage.AGENT, Records.of("one").artifact()).size());
  }

  @Test
  void what_belongs_to_nothing_that_is_staged_has_the_bundles_read_once() {
    for (int i = 0; i < 5; i++) {
      stage.submit(Records.of("build " + i), "alice");
    }
    Digest stranger = stranger();
    assertThrows(OciError.class, () -> reading.staged(Stage.AGENT, stranger));
    int once = reads.get();
    for (int i = 0; i < 20; i++) {
      assertThrows(OciError.class, () -> reading.staged(Stage.AGENT, stranger));
    }
    assertTrue(reads.get() <= 3 * once, reads + " reads, " + once + " at once");
    stage.submit(Records.of("new"), "alice");
    assertEquals(3, reading.staged(Stage.AGENT, Records.of("new").artifact()).size());
  }
}
