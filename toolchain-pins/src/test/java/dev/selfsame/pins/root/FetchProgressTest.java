package dev.selfsame.pins.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.fetch.Mirrors;
import dev.selfsame.pins.fetch.Shelf;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a root's fetch asks for at once, and what it tells meanwhile. */
class FetchProgressTest {
  @TempDir private Path folder;

  /** A step, with what it was told of: a permit for each byte or package. */
  private record Counted(long total, Progress.Unit unit, Semaphore done, Semaphore closed)
      implements Progress.Step {
    @Override
    public void advance(long amount) {
      done.release((int) amount);
    }

    @Override
    public void now(String detail) {}

    @Override
    public void close() {
      closed.release();
    }

    void assertAllDone() {
      assertEquals(total, done.availablePermits());
      assertEquals(1, closed.availablePermits());
    }
  }

  private record Told(Map<String, Counted> steps) implements Progress {
    @Override
    public Step begin(String what, long total, Unit unit) {
      Counted step = new Counted(total, unit, new Semaphore(0), new Semaphore(0));
      steps.put(what, step);
      return step;
    }

    @Override
    public void note(String line) {}
  }

  private static byte[] deb(int seed) throws Exception {
    byte[] noise = new byte[100_000];
    new Random(seed).nextBytes(noise);
    return new TestDebs().file("./usr/share/" + seed, 0644, HexFormat.of().formatHex(noise)).deb();
  }

  private RootCache roots(String cache, Shelf mirror, Progress progress) {
    return new RootCache(
        folder.resolve(cache), Mirrors.only(List.of(mirror.base().toString())), progress);
  }

  private static void put(Shelf shelf, byte[] one, byte[] two) {
    shelf.put("/pool/main/x/one_1_amd64.deb", one);
    shelf.put("/pool/main/x/two_1_amd64.deb", two);
  }

  @Test
  void packages_come_at_once_and_bytes_and_packages_are_told_as_they_come() throws Exception {
    byte[] one = deb(1);
    byte[] two = deb(2);
    List<DebsRoot.Deb> locked = List.of(TestDebs.locked("one", one), TestDebs.locked("two", two));
    Digest diffId;
    try (Shelf quick = new Shelf(Shelf.Manner.HONEST)) {
      put(quick, one, two);
      Pin unknown = TestDebs.pin(locked, Digest.sha256(new byte[0]));
      diffId =
          roots("locking", quick, Progress.SILENT)
              .assemble((DebsRoot) unknown.root(), unknown.epoch())
              .diffId();
    }

    Pin pin = TestDebs.pin(locked, diffId);
    Told told = new Told(new ConcurrentHashMap<>());
    try (Shelf slow = new Shelf(Shelf.Manner.PAUSES)) {
      put(slow, one, two);
      CompletableFuture<Root> root =
          CompletableFuture.supplyAsync(() -> roots("cache", slow, told).provide(pin));
      slow.awaitPauses(2);
      Counted fetching = told.steps().get("fetching 2 packages");
      Counted assembling = told.steps().get("assembling the root");
      assertEquals(Progress.Unit.BYTES, fetching.unit());
      assertEquals(one.length + two.length, fetching.total());
      assertTrue(fetching.done().tryAcquire(2 << 16, 1, TimeUnit.MINUTES), "of both it has 64 KiB");
      assertEquals(0, fetching.done().availablePermits());
      fetching.done().release(2 << 16);
      assertEquals(Progress.Unit.ITEMS, assembling.unit());
      assertEquals(2, assembling.total());
      assertEquals(0, assembling.done().availablePermits());

      slow.release();
      assertEquals(diffId, root.get().diffId());
      fetching.assertAllDone();
      assembling.assertAllDone();
    }
  }
}
