package dev.selfsame.pins.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DownloadsTest {
  private static final byte[] CONTENT = new byte[300_000];

  static {
    new Random(7).nextBytes(CONTENT);
  }

  @TempDir private Path cache;

  private final AtomicLong counted = new AtomicLong();
  private final Semaphore told = new Semaphore(0);
  private final Set<String> named = ConcurrentHashMap.newKeySet();
  private final Progress.Step step =
      new Progress.Step() {
        @Override
        public void advance(long amount) {
          counted.addAndGet(amount);
          told.release((int) amount);
        }

        @Override
        public void now(String detail) {
          named.add(detail);
        }

        @Override
        public void close() {}
      };

  private static Wanted wanted(List<URI> bases) {
    return wanted("f", CONTENT, bases);
  }

  private static Wanted wanted(String name, byte[] content, List<URI> bases) {
    List<Origin> origins = new ArrayList<>();
    var client = HttpOrigin.client(Proxies.NONE);
    bases.forEach(base -> origins.add(new HttpOrigin(client, base.resolve("/" + name))));
    return new Wanted(name + ".deb", Digest.sha256(content), content.length, origins);
  }

  private static Shelf shelf(Shelf.Manner manner) throws Exception {
    Shelf shelf = new Shelf(manner);
    shelf.put("/f", CONTENT);
    return shelf;
  }

  private Path partial() {
    return cache.resolve("partial").resolve(Digest.sha256(CONTENT).hex());
  }

  @ParameterizedTest
  @EnumSource(
      value = Shelf.Manner.class,
      names = {"HONEST", "NO_RANGES", "PAUSES"},
      mode = EnumSource.Mode.EXCLUDE)
  void a_bad_mirror_is_passed_over_for_the_next(Shelf.Manner manner) throws Exception {
    try (Shelf bad = shelf(manner);
        Shelf good = shelf(Shelf.Manner.HONEST);
        Downloads downloads = new Downloads(cache, Duration.ofMillis(300))) {
      Path file = downloads.provide(wanted(List.of(bad.base(), good.base())), step);
      assertArrayEquals(CONTENT, Files.readAllBytes(file));
      assertFalse(bad.requests().isEmpty());
      assertFalse(Files.exists(partial()));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Shelf.Manner.class,
      names = {"WRONG_BYTES", "CUT_SHORT", "STALLS", "DRIPS", "MISSING", "TOO_LONG"})
  void without_a_good_mirror_nothing_is_found_in_the_cache(Shelf.Manner manner) throws Exception {
    try (Shelf bad = shelf(manner);
        Downloads downloads = new Downloads(cache, Duration.ofMillis(300))) {
      Wanted wanted = wanted(List.of(bad.base()));
      Failure failure = assertThrows(Failure.class, () -> downloads.provide(wanted, step));
      assertEquals(ExitCode.UNDECIDED, failure.code());
      assertTrue(
          failure.getMessage().startsWith("could not fetch f.deb: 127.0.0.1"),
          failure.getMessage());
      assertFalse(Files.exists(downloads.placeOf(wanted.digest())));
    }
  }

  @Test
  void a_partial_file_is_gone_on_with() throws Exception {
    Files.createDirectories(partial().getParent());
    Files.write(partial(), java.util.Arrays.copyOf(CONTENT, 100_000));
    try (Shelf good = shelf(Shelf.Manner.HONEST);
        Downloads downloads = new Downloads(cache)) {
      Path file = downloads.provide(wanted(List.of(good.base())), step);
      assertArrayEquals(CONTENT, Files.readAllBytes(file));
      assertEquals(List.of("/f bytes=100000-"), good.requests());
    }
  }

  @Test
  void a_partial_file_with_wrong_bytes_is_fetched_once_more_from_the_start() throws Exception {
    Files.createDirectories(partial().getParent());
    Files.write(partial(), new byte[100_000]);
    try (Shelf good = shelf(Shelf.Manner.HONEST);
        Downloads downloads = new Downloads(cache)) {
      Path file = downloads.provide(wanted(List.of(good.base())), step);
      assertArrayEquals(CONTENT, Files.readAllBytes(file));
      assertEquals(List.of("/f bytes=100000-", "/f "), good.requests());
    }
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(ints = {0, 1, 100_000, 300_000, 400_000})
  void a_mirror_without_ranges_serves_a_partial_file_too(int length) throws Exception {
    Files.createDirectories(partial().getParent());
    Files.write(partial(), new byte[length]);
    try (Shelf good = shelf(Shelf.Manner.NO_RANGES);
        Downloads downloads = new Downloads(cache)) {
      Path file = downloads.provide(wanted(List.of(good.base())), step);
      assertArrayEquals(CONTENT, Files.readAllBytes(file));
    }
  }

  @Test
  void two_at_once_fetch_a_file_once() throws Exception {
    try (Shelf slow = shelf(Shelf.Manner.PAUSES);
        Downloads one = new Downloads(cache);
        Downloads two = new Downloads(cache)) {
      Wanted wanted = wanted(List.of(slow.base()));
      CompletableFuture<Path> first = one.begin(wanted, step);
      slow.awaitPause();
      CompletableFuture<Path> second = two.begin(wanted, step);
      slow.release();
      assertEquals(first.get(), second.get());
      assertEquals(1, slow.requests().size());
      assertEquals(2L * CONTENT.length, counted.get());
    }
  }

  @Test
  void several_files_come_at_once_and_their_bytes_are_told_as_they_come() throws Exception {
    byte[] other = CONTENT.clone();
    other[0] ^= 1;
    try (Shelf slow = shelf(Shelf.Manner.PAUSES);
        Downloads downloads = new Downloads(cache)) {
      slow.put("/g", other);
      List<URI> bases = List.of(slow.base());
      CompletableFuture<Path> first = downloads.begin(wanted(bases), step);
      CompletableFuture<Path> second = downloads.begin(wanted("g", other, bases), step);
      slow.awaitPauses(2);
      assertEquals(Set.of("/f ", "/g "), Set.copyOf(slow.requests()));
      assertTrue(told.tryAcquire(2 << 16, 1, TimeUnit.MINUTES), "of both it has 64 KiB");
      assertEquals(2 << 16, counted.get());
      assertFalse(first.isDone() || second.isDone());
      slow.release();
      assertArrayEquals(CONTENT, Files.readAllBytes(first.get()));
      assertArrayEquals(other, Files.readAllBytes(second.get()));
      assertEquals(2L * CONTENT.length, counted.get());
      assertEquals(Set.of("f.deb", "g.deb"), named);
    }
  }

  @Test
  void what_is_in_the_cache_is_not_fetched() throws Exception {
    try (Shelf good = shelf(Shelf.Manner.HONEST);
        Downloads downloads = new Downloads(cache)) {
      downloads.provide(wanted(List.of(good.base())), step);
      downloads.provide(wanted(List.of()), step);
      assertEquals(1, good.requests().size());
    }
  }

  @Test
  void what_was_damaged_in_the_cache_is_fetched_anew() throws Exception {
    try (Shelf good = shelf(Shelf.Manner.HONEST);
        Downloads downloads = new Downloads(cache)) {
      Wanted wanted = wanted(List.of(good.base()));
      Path file = downloads.provide(wanted, step);
      byte[] altered = CONTENT.clone();
      altered[1000] ^= 1;
      Files.write(file, altered);

      assertArrayEquals(CONTENT, Files.readAllBytes(downloads.provide(wanted, step)));
      assertEquals(2, good.requests().size());

      Files.write(file, altered);
      assertThrows(Failure.class, () -> downloads.provide(wanted(List.of()), step));
      assertFalse(Files.exists(file));
    }
  }

  @Test
  void a_look_at_the_cache_names_what_is_damaged_and_removes_it_when_told_to() throws Exception {
    CachedBlobs blobs = new CachedBlobs(cache);
    assertEquals(new CachedBlobs.Check(0, List.of()), blobs.check(Set.of(), false));
    try (Shelf good = shelf(Shelf.Manner.HONEST);
        Downloads downloads = new Downloads(cache)) {
      Path file = downloads.provide(wanted(List.of(good.base())), step);
      assertEquals(new CachedBlobs.Check(1, List.of()), blobs.check(Set.of(), true));
      Files.write(file, new byte[CONTENT.length]);

      assertEquals(
          new CachedBlobs.Check(0, List.of()), blobs.check(Set.of(Digest.sha256(CONTENT)), true));
      assertEquals(new CachedBlobs.Check(1, List.of(file)), blobs.check(Set.of(), false));
      assertTrue(Files.exists(file));
      assertEquals(new CachedBlobs.Check(1, List.of(file)), blobs.check(Set.of(), true));
      assertFalse(Files.exists(file));
    }
  }

  @Test
  void an_unreachable_mirror_is_said_to_be_so() throws Exception {
    URI nobody;
    try (Shelf closed = shelf(Shelf.Manner.HONEST)) {
      nobody = closed.base();
    }
    try (Downloads downloads = new Downloads(cache)) {
      Failure failure =
          assertThrows(Failure.class, () -> downloads.provide(wanted(List.of(nobody)), step));
      assertTrue(failure.getMessage().contains("cannot be reached"), failure.getMessage());
    }
  }
}
