package dev.selfsame.pins.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.fetch.Claim;
import dev.selfsame.pins.fetch.Mirrors;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RootCacheTest {
  /** Fixed: a DiffID must not move with a JDK, a library or a machine. */
  private static final String DIFF_ID =
      "sha256:bd9f3b3d0f7145db82442e78fb25304ce12765523ce6b58cdb42ebdefb56906d";

  @TempDir private Path folder;

  private Path mirror() throws Exception {
    return Files.createDirectories(folder.resolve("mirror/pool/main/x"));
  }

  private Path cache() {
    return folder.resolve("cache");
  }

  private RootCache roots() {
    return new RootCache(
        cache(),
        Mirrors.only(List.of(folder.resolve("mirror").toUri().toString())),
        Progress.SILENT);
  }

  private Pin pin(Digest diffId, Map<String, byte[]> debs) throws Exception {
    List<DebsRoot.Deb> locked = new ArrayList<>();
    for (var deb : new TreeMap<>(debs).entrySet()) {
      Files.write(mirror().resolve(deb.getKey() + "_1_amd64.deb"), deb.getValue());
      locked.add(TestDebs.locked(deb.getKey(), deb.getValue()));
    }
    return TestDebs.pin(locked, diffId);
  }

  static Map<String, byte[]> usual() throws Exception {
    return Map.of(
        "base",
            new TestDebs()
                .directory("./", 0755)
                .symlink("./bin", "usr/bin")
                .directory("./usr/bin/", 0755)
                .directory("./var/empty/", 0700)
                .file("./usr/bin/su", 04755, "setuid")
                .file("./usr/bin/gcc", 0755, "compiler")
                .hardLink("./usr/bin/gcc-14", "./usr/bin/gcc")
                .file("./usr/share/base-passwd/passwd.master", 0644, "root:x:0:0::/root:/bin/sh\n")
                .file("./usr/share/ca-certificates/mozilla/b.crt", 0644, "B\n")
                .file("./usr/share/ca-certificates/mozilla/a_\u0151.crt", 0644, "A\n")
                .deb(),
        "lib",
            new TestDebs()
                .directory("./lib/x86_64-linux-gnu/", 0755)
                .file("./lib/x86_64-linux-gnu/libc.so.6", 0755, "libc")
                .symlink("./lib64/ld.so", "../lib/x86_64-linux-gnu/libc.so.6")
                .symlink("./usr/outside", "/etc/shadow")
                .file("./usr/share/" + "long/".repeat(30) + "name", 0600, "secret")
                .deb());
  }

  private Digest assembled(Map<String, byte[]> debs) throws Exception {
    Pin pin = pin(Digest.sha256(new byte[0]), debs);
    return roots().assemble((DebsRoot) pin.root(), pin.epoch()).diffId();
  }

  @Test
  void the_same_packages_give_the_same_diff_id_everywhere() throws Exception {
    assertEquals(DIFF_ID, assembled(usual()).toString());
  }

  @Test
  void a_root_has_merged_usr_fix_ups_and_mount_points() throws Exception {
    Digest diffId = assembled(usual());
    Path tree = roots().provide(pin(diffId, usual())).directory();
    assertEquals("libc", Files.readString(tree.resolve("usr/lib/x86_64-linux-gnu/libc.so.6")));
    assertEquals("usr/lib", Files.readSymbolicLink(tree.resolve("lib")).toString());
    assertEquals("gcc", Files.readSymbolicLink(tree.resolve("usr/bin/cc")).toString());
    assertTrue(Files.isSameFile(tree.resolve("usr/bin/gcc"), tree.resolve("usr/bin/gcc-14")));
    assertEquals("A\nB\n", Files.readString(tree.resolve("etc/ssl/certs/ca-certificates.crt")));
    assertTrue(Files.readString(tree.resolve("etc/passwd")).contains("builder:x:1000:1000:"));
    for (String name :
        List.of("proc", "sys", "dev", "run", "src", "out", "build", "cargo", "tmp")) {
      assertTrue(Files.isDirectory(tree.resolve(name)), name);
    }
    assertEquals(
        "rwxr-xr-x",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(tree.resolve("usr/bin/su"))));
    assertEquals(
        1_700_000_000L, Files.getLastModifiedTime(tree.resolve("usr/bin/su")).toMillis() / 1000);
  }

  @Test
  void the_layer_tar_is_read_by_others_with_true_modes_and_times() throws Exception {
    Digest diffId = assembled(usual());
    Path place = roots().provide(pin(diffId, usual())).directory().getParent();
    var out = new java.io.ByteArrayOutputStream();
    assertEquals(diffId, LayerTar.write(place.resolve("tree"), place.resolve("entries"), out));
    Map<String, TarArchiveEntry> entries = new TreeMap<>();
    try (var tar = new TarArchiveInputStream(new ByteArrayInputStream(out.toByteArray()))) {
      for (var e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        assertEquals("", e.getUserName());
        assertTrue(e.getLastModifiedTime().toMillis() <= 1_700_000_000_000L, e.getName());
        entries.put(e.getName(), e);
      }
    }
    assertEquals(04755, entries.get("usr/bin/su").getMode() & 07777);
    assertEquals(01777, entries.get("tmp/").getMode() & 07777);
    assertEquals("usr/bin/gcc", entries.get("usr/bin/gcc-14").getLinkName());
    assertTrue(entries.containsKey("usr/share/" + "long/".repeat(30) + "name"));
  }

  private void refused(String words, TestDebs first, TestDebs second) throws Exception {
    Map<String, byte[]> debs = Map.of("a", first.deb(), "b", second.deb());
    Failure failure = assertThrows(Failure.class, () -> assembled(debs));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(failure.getMessage().contains(words), failure.getMessage());
    assertNothingHalfDone();
  }

  private void assertNothingHalfDone() throws Exception {
    Path roots = cache().resolve("roots");
    if (Files.exists(roots)) {
      try (Stream<Path> left = Files.walk(roots)) {
        assertEquals(
            List.of(), left.filter(p -> !p.equals(roots) && !p.endsWith("sha256")).toList());
      }
    }
  }

  @Test
  void two_packages_with_one_file_are_refused() throws Exception {
    refused(
        "both hold usr/x",
        new TestDebs().file("./usr/x", 0644, "1"),
        new TestDebs().file("./usr/x", 0644, "2"));
  }

  @Test
  void names_that_climb_out_are_refused() throws Exception {
    TestDebs fine = new TestDebs().file("./usr/x", 0644, "1");
    refused("leaves its folder", fine, new TestDebs().file("./usr/../../evil", 0644, "2"));
    refused(
        "leaves its folder",
        new TestDebs().file("./usr/x", 0644, "1"),
        new TestDebs().file("/etc/evil", 0644, "2"));
  }

  @Test
  void nothing_is_written_through_a_symbolic_link() throws Exception {
    refused(
        "is no folder",
        new TestDebs().symlink("./usr/link", folder.toString()),
        new TestDebs().file("./usr/link/evil", 0644, "2"));
    assertFalse(Files.exists(folder.resolve("evil")));
  }

  @Test
  void devices_and_links_to_nothing_are_refused() throws Exception {
    TestDebs fine = new TestDebs().file("./usr/x", 0644, "1");
    refused("a device or a pipe", fine, new TestDebs().device("./dev/mem"));
    refused(
        "is not a file",
        new TestDebs().file("./usr/x", 0644, "1"),
        new TestDebs().hardLink("./usr/y", "./etc/shadow"));
  }

  @Test
  void a_pin_with_another_diff_id_is_a_usage_failure() throws Exception {
    Pin pin = pin(Digest.sha256(new byte[1]), usual());
    Failure failure = assertThrows(Failure.class, () -> roots().provide(pin));
    assertEquals(ExitCode.USAGE, failure.code());
    assertTrue(failure.getMessage().contains(DIFF_ID), failure.getMessage());
    assertNothingHalfDone();
  }

  @Test
  void a_package_altered_in_the_cache_is_fetched_anew() throws Exception {
    Digest diffId = assembled(usual());
    Pin pin = pin(diffId, usual());
    FileTree.delete(cache().resolve("roots"));
    Digest deb = Digest.sha256(usual().get("lib"));
    Path blob = cache().resolve("blobs/sha256").resolve(deb.hex());
    byte[] bytes = Files.readAllBytes(blob);
    for (int at : new int[] {0, 60, bytes.length / 2, bytes.length - 1}) {
      byte[] altered = bytes.clone();
      altered[at] ^= 1;
      Files.write(blob, altered);
      assertEquals(diffId, roots().provide(pin).diffId());
      FileTree.delete(cache().resolve("roots"));
    }
    // Cut short, its size alone gives it away.
    Files.write(blob, java.util.Arrays.copyOf(bytes, bytes.length - 1));
    assertEquals(diffId, roots().provide(pin).diffId());
  }

  @Test
  void two_at_once_get_the_same_root() throws Exception {
    Digest diffId = assembled(usual());
    Pin pin = pin(diffId, usual());
    FileTree.delete(cache());
    List<CompletableFuture<Root>> both =
        Stream.of(roots(), roots())
            .map(roots -> CompletableFuture.supplyAsync(() -> roots.provide(pin)))
            .toList();
    assertEquals(both.getFirst().get(), both.getLast().get());
  }

  @Test
  void what_a_killed_process_left_is_cleared_away() throws Exception {
    Digest diffId = assembled(usual());
    FileTree.delete(cache().resolve("roots"));
    Path left = cache().resolve("roots/work-" + diffId.hex() + "/tree/usr/bin");
    Files.createDirectories(left);
    Files.writeString(left.resolve("trojan"), "x");
    Root root = roots().provide(pin(diffId, usual()));
    assertFalse(Files.exists(root.directory().resolve("usr/bin/trojan")));
  }

  @Test
  void check_finds_and_removes_what_was_changed() throws Exception {
    Digest diffId = assembled(usual());
    Pin pin = pin(diffId, usual());
    Path tree = roots().provide(pin).directory();
    assertEquals(List.of(), roots().check(pin, false).damage());
    Files.writeString(tree.resolve("usr/bin/gcc"), "compileR");
    assertEquals(1, roots().check(pin, true).damage().size());
    assertFalse(Files.exists(tree, LinkOption.NOFOLLOW_LINKS));
    assertEquals(List.of(), roots().check(pin, false).damage());
    assertEquals(
        "compiler", Files.readString(roots().provide(pin).directory().resolve("usr/bin/gcc")));
  }

  private interface Change {
    void in(Path tree) throws IOException;
  }

  /** What the layer tar takes from the list of entries, and would not see on the disk. */
  private static Stream<Arguments> changes() {
    return Stream.of(
        change(
            "a file beside the list",
            tree -> Files.writeString(tree.resolve("etc/ld.so.preload"), "/evil.so")),
        change(
            "a folder and a program beside the list",
            tree -> {
              Files.createDirectories(tree.resolve("usr/local/bin"));
              Files.writeString(tree.resolve("usr/local/bin/cc"), "evil");
            }),
        change("a link beside the list", tree -> link(tree.resolve("usr/bin/ld"), "/evil")),
        change(
            "a program that cannot be run", tree -> mode(tree.resolve("usr/bin/gcc"), "rw-r--r--")),
        change(
            "a file that others may write", tree -> mode(tree.resolve("usr/bin/su"), "rwxrwxrwx")),
        change("a folder that others may not read", tree -> mode(tree.resolve("usr"), "rwx------")),
        change(
            "another file in the place of a hard link",
            tree -> {
              Files.delete(tree.resolve("usr/bin/gcc-14"));
              Files.writeString(tree.resolve("usr/bin/gcc-14"), "evil");
              mode(tree.resolve("usr/bin/gcc-14"), "rwxr-xr-x");
            }));
  }

  private static Arguments change(String what, Change change) {
    return Arguments.of(what, change);
  }

  private static void link(Path place, String target) throws IOException {
    Files.createSymbolicLink(place, Path.of(target));
  }

  private static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void check_finds_what_the_layer_tar_does_not_see(String what, Change change) throws Exception {
    Pin pin = pin(assembled(usual()), usual());
    Path tree = roots().provide(pin).directory();
    assertEquals(List.of(), roots().check(pin, false).damage());
    change.in(tree);
    assertEquals(List.of("root " + tree), roots().check(pin, true).damage());
    assertFalse(Files.exists(tree));
    roots().provide(pin);
    assertEquals(List.of(), roots().check(pin, false).damage());
  }

  @Test
  void a_damaged_root_leaves_its_place_whole_before_it_is_deleted() throws Exception {
    Digest diffId = assembled(usual());
    Pin pin = pin(diffId, usual());
    Path tree = roots().provide(pin).directory();
    Files.writeString(tree.resolve("usr/bin/gcc"), "compileR");
    try (WatchService watch = folder.getFileSystem().newWatchService()) {
      cache().resolve("roots").register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      roots().check(pin, true);
      WatchKey seen = watch.poll(20, TimeUnit.SECONDS);
      assertNotNull(seen);
      assertEquals(
          List.of(Path.of("work-" + diffId.hex())),
          seen.pollEvents().stream().map(event -> event.context()).toList());
    }
    assertNothingHalfDone();
  }

  private record Noting(Consumer<String> notes) implements Progress {
    @Override
    public Step begin(String what, long total, Unit unit) {
      return SILENT.begin(what, total, unit);
    }

    @Override
    public void note(String line) {
      notes.accept(line);
    }
  }

  @Test
  void a_repair_waits_for_whoever_makes_the_root() throws Exception {
    Digest diffId = assembled(usual());
    Pin pin = pin(diffId, usual());
    Path tree = roots().provide(pin).directory();
    Files.writeString(tree.resolve("usr/bin/gcc"), "compileR");
    CountDownLatch waits = new CountDownLatch(1);
    Progress notes =
        new Noting(text -> {
          if (text.startsWith("waiting")) {
            waits.countDown();
          }
        });
    RootCache other = new RootCache(cache(), Mirrors.only(List.of()), notes);
    CompletableFuture<CacheCheck> repair;
    try (Claim _ = Claim.take(cache().resolve("locks"), "root-" + diffId.hex(), () -> {})) {
      repair = CompletableFuture.supplyAsync(() -> other.check(pin, true));
      assertTrue(waits.await(1, TimeUnit.MINUTES));
      assertEquals("compileR", Files.readString(tree.resolve("usr/bin/gcc")));
      // Meanwhile it is made anew: then there is nothing to remove.
      Files.writeString(tree.resolve("usr/bin/gcc"), "compiler");
    }
    assertEquals(1, repair.get().damage().size());
    assertEquals(List.of(), roots().check(pin, false).damage());
    assertTrue(Files.isDirectory(tree));
  }

  @Test
  void an_image_of_a_root_has_its_diff_id_and_the_same_digests_each_time() throws Exception {
    Digest diffId = assembled(usual());
    Pin pin = pin(diffId, usual());
    OciArchive first = roots().image(pin);
    assertEquals(first, roots().image(pin));
    FileTree.delete(cache().resolve("images"));
    assertEquals(first, roots().image(pin));
    assertEquals(diffId, first.diffId());
  }
}
