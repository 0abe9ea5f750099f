package dev.selfsame.pins.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.fetch.CachedBlobs;
import dev.selfsame.pins.fetch.Mirrors;
import dev.selfsame.pins.fetch.Shelf;
import dev.selfsame.pins.lock.PinText;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.OwnJvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only several processes can show: a kill, two at once, a disk that is full. */
class RootCacheProcessTest {
  @TempDir private Path folder;
  private byte[] deb;
  private Pin pin;
  private Path pinFile;
  private Digest diffId;

  @BeforeEach
  void lock() throws Exception {
    byte[] noise = new byte[300_000];
    new Random(3).nextBytes(noise);
    String content = HexFormat.of().formatHex(noise);
    deb = new TestDebs().file("./usr/big", 0644, content).deb();
    Path mirror = Files.createDirectories(folder.resolve("mirror/pool/main/x"));
    Files.write(mirror.resolve("big_1_amd64.deb"), deb);
    Pin unknown = TestDebs.pin(List.of(TestDebs.locked("big", deb)), Digest.sha256(new byte[0]));
    RootCache roots =
        new RootCache(
            folder.resolve("locking"),
            Mirrors.only(List.of(folder.resolve("mirror").toUri().toString())),
            Progress.SILENT);
    diffId = roots.assemble((DebsRoot) unknown.root(), unknown.epoch()).diffId();
    pin = TestDebs.pin(List.of(TestDebs.locked("big", deb)), diffId);
    pinFile = folder.resolve("pin.toml");
    Files.writeString(pinFile, PinText.of(pin, (DebsRoot) pin.root()));
  }

  private Shelf shelf(Shelf.Manner manner) throws Exception {
    Shelf shelf = new Shelf(manner);
    shelf.put("/pool/main/x/big_1_amd64.deb", deb);
    return shelf;
  }

  private Path cache() {
    return folder.resolve("cache");
  }

  private Path root() {
    return cache().resolve("roots/sha256").resolve(diffId.hex());
  }

  private Process start(String prefix, Shelf shelf, String name) throws Exception {
    return FetchProcess.start(
        prefix, cache(), shelf.base().toString(), pinFile, folder.resolve(name));
  }

  @Test
  void a_killed_fetch_leaves_nothing_wrong_and_is_gone_on_with() throws Exception {
    try (Shelf shelf = shelf(Shelf.Manner.PAUSES)) {
      Process killed = start("", shelf, "killed");
      shelf.awaitPause();
      Path partial = cache().resolve("partial").resolve(Digest.sha256(deb).hex());
      while (!Files.exists(partial) || Files.size(partial) < 1 << 16) {
        Thread.sleep(20);
      }
      killed.destroyForcibly().waitFor();
      assertFalse(Files.exists(root()));
      assertFalse(Files.exists(cache().resolve("blobs/sha256").resolve(Digest.sha256(deb).hex())));
      shelf.release();
      Process second = start("", shelf, "second");
      assertEquals(0, second.waitFor(), Files.readString(folder.resolve("second")));
      assertEquals(diffId.toString(), Files.readString(folder.resolve("second")).strip());
      assertEquals("/pool/main/x/big_1_amd64.deb bytes=65536-", shelf.requests().getLast());
    }
  }

  @Test
  void an_interrupt_while_a_package_is_on_its_way_ends_the_fetch_and_leaves_no_root()
      throws Exception {
    try (Shelf shelf = shelf(Shelf.Manner.PAUSES)) {
      RootCache roots =
          new RootCache(cache(), Mirrors.only(List.of(shelf.base().toString())), Progress.SILENT);
      AtomicReference<Failure> said = new AtomicReference<>();
      Thread fetching =
          Thread.ofPlatform()
              .daemon()
              .start(() -> said.set(assertThrows(Failure.class, () -> roots.provide(pin))));
      shelf.awaitPause();
      fetching.interrupt();
      fetching.join(Duration.ofSeconds(20));
      assertFalse(fetching.isAlive(), "it waits for the mirror");
      assertEquals(ExitCode.UNDECIDED, said.get().code());
      try (Stream<Path> left = Files.list(cache().resolve("roots"))) {
        assertEquals(List.of(), left.toList());
      }
      shelf.release();
      assertEquals(diffId, roots.provide(pin).diffId());
    }
  }

  @Test
  void two_processes_at_once_fetch_a_package_once() throws Exception {
    try (Shelf shelf = shelf(Shelf.Manner.PAUSES)) {
      Process one = start("", shelf, "one");
      shelf.awaitPause();
      Process two = start("", shelf, "two");
      Thread.sleep(1000);
      shelf.release();
      assertEquals(0, one.waitFor(), Files.readString(folder.resolve("one")));
      assertEquals(0, two.waitFor(), Files.readString(folder.resolve("two")));
      assertEquals(1, shelf.requests().size());
      assertTrue(Files.isDirectory(root()));
    }
  }

  @Test
  void a_disk_that_takes_no_more_is_said_and_leaves_nothing_wrong() throws Exception {
    try (Shelf shelf = shelf(Shelf.Manner.HONEST)) {
      // A file size limit stands for the full disk: it works for every user (units of 512 bytes).
      Process full = start("ulimit -f 100;", shelf, "full");
      assertEquals(3, full.waitFor(), Files.readString(folder.resolve("full")));
      assertTrue(Files.readString(folder.resolve("full")).contains("no file of this size"));
      assertFalse(Files.exists(root()));
      // The package now fits, its unpacked file does not.
      Process unpacking = start("ulimit -f " + (deb.length / 512 + 50) + ";", shelf, "unpacking");
      assertEquals(3, unpacking.waitFor(), Files.readString(folder.resolve("unpacking")));
      assertFalse(Files.exists(root()));
      assertEquals(0, start("", shelf, "room").waitFor());
    }
  }

  /**
   * Has a process fetch into a disk of its own that is too small, and says what it said; what it
   * left on that disk is then in the folder {@link #left}.
   */
  private String fetchOnto(long kib, Shelf shelf, String name) throws Exception {
    String script =
        """
        mount -t tmpfs -o size=%dk none "$0" || exit 99
        "$@"
        status=$?
        cp -a "$0" "$0-left"
        exit $status
        """
            .formatted(kib);
    Path disk = Files.createDirectory(folder.resolve(name));
    Process process =
        new ProcessBuilder(
                OwnJvm.mounted(
                    script,
                    disk,
                    FetchProcess.command(List.of(), disk, shelf.base().toString(), pinFile)))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(3, process.waitFor(), said);
    return said;
  }

  private Path left(String name) {
    return folder.resolve(name + "-left");
  }

  /** Nothing half done is where somebody would take it for whole. */
  private void assertSound(int packages, Path cache) throws Exception {
    assertEquals(
        new CachedBlobs.Check(packages, List.of()), new CachedBlobs(cache).check(Set.of(), false));
    assertEquals(
        new CacheCheck(packages, 1, false, List.of()),
        new RootCache(cache, Mirrors.only(List.of()), Progress.SILENT).check(pin, false));
    try (Stream<Path> roots = Files.list(cache.resolve("roots"))) {
      assertEquals(List.of(), roots.toList());
    }
  }

  private Digest fetched(Path cache, Shelf shelf) {
    return new RootCache(cache, Mirrors.only(List.of(shelf.base().toString())), Progress.SILENT)
        .provide(pin)
        .diffId();
  }

  @Test
  @Needs(Component.UNSHARE)
  void a_disk_that_fills_while_a_package_comes_keeps_what_came_for_the_next_fetch()
      throws Exception {
    try (Shelf shelf = shelf(Shelf.Manner.HONEST)) {
      assertEquals(
          "error: keeping big_1_amd64.deb: no space left on the disk of %s%n"
              .formatted(folder.resolve("small")),
          fetchOnto(128, shelf, "small"));
      assertSound(0, left("small"));

      assertEquals(diffId, fetched(left("small"), shelf));
      String last = shelf.requests().getLast();
      assertTrue(last.matches("/pool/main/x/big_1_amd64.deb bytes=[1-9][0-9]*-"), last);
    }
  }

  @Test
  @Needs(Component.UNSHARE)
  void a_disk_that_fills_while_a_root_is_unpacked_keeps_the_package_alone() throws Exception {
    try (Shelf shelf = shelf(Shelf.Manner.HONEST)) {
      assertEquals(
          "error: assembling the root of test: no space left on the disk of %s%n"
              .formatted(folder.resolve("tight")),
          fetchOnto(deb.length / 1024 + 300, shelf, "tight"));
      assertSound(1, left("tight"));

      assertEquals(diffId, fetched(left("tight"), shelf));
      assertEquals(1, shelf.requests().size());
    }
  }
}
