package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.files.FileTree;
import dev.selfsame.files.UserFolders;
import dev.selfsame.pins.PinFile;
import dev.selfsame.pins.root.TestDebs;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.Nobody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinsCommandTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    out.reset();
    err.reset();
    Console console =
        new Console(
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            false,
            false);
    Map<String, String> environment =
        Map.of("HOME", folder.toString(), "XDG_CACHE_HOME", folder.resolve("cache").toString());
    return new Main(
            new Surroundings(
                environment, Clock.systemUTC(), UserFolders.of(environment), folder, console))
        .run(args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void list_and_show_print_what_is_pinned() {
    assertEquals(0, run("pins", "list"));
    assertTrue(out().contains("trixie-rust-1.85.1"), out());
    assertEquals(0, run("pins", "list", "--json"));
    assertTrue(out().startsWith("["), out());
    assertEquals(0, run("pins", "show", "trixie-rust-1.85.1"));
    assertTrue(out().contains("rustc          1.85.1\n"), out());
    assertEquals(0, run("pins", "show", "trixie-rust-1.85.1", "--json"));
    assertEquals(0, run("pins", "show", "trixie-rust-1.85.1", "--toml"));
    assertEquals(
        "trixie-rust-1.85.1",
        PinFile.parse(out().getBytes(StandardCharsets.UTF_8), "printed").id());
  }

  @Test
  void check_of_an_empty_cache_is_sound() {
    assertEquals(0, run("pins", "check", "trixie-rust-1.85.1"));
    assertEquals("trixie-rust-1.85.1: 0 of 128 packages cached, no root cached, sound\n", out());
  }

  @Test
  void check_hashes_every_download_and_repairs_it() throws Exception {
    Path blobs = Files.createDirectories(folder.resolve("cache/selfsame/blobs/sha256"));
    Path damaged = Files.writeString(blobs.resolve("0".repeat(64)), "not that");
    assertEquals(1, run("pins", "check"), err());
    assertTrue(
        out().endsWith("other downloads: 1 cached, DAMAGED\n  damaged: " + damaged + "\n"), out());
    assertEquals(1, run("pins", "check", "--repair"), err());
    assertFalse(Files.exists(damaged));
    assertEquals(0, run("pins", "check"), err());
  }

  @Test
  void wrong_usage_is_two_lines_and_2() throws Exception {
    Files.writeString(folder.resolve("bad.toml"), "schema = 1\n[toolchain]\nbogus = 1\n");
    String bad = folder.resolve("bad.toml").toString();
    String[][] wrong = {
      {"pins"},
      {"pins", "show", "nope"},
      {"pins", "fetch"},
      {"pins", "fetch", "trixie-rust-1.85.1", "--mirror", "ftp://x/"},
      {"pins", "list", "--pin-file", bad},
      {"pins", "lock", "../x", "--suite", "trixie", "--package", "hello", "--out", "x.toml"},
      {"pins", "lock", "x", "--suite", "trixie [trusted=yes]", "--package", "a", "--out", "x"},
      {"pins", "lock", "x", "--out", "x.toml"},
      {"pins", "lock", "x", "--suite", "trixie", "--package", "a", "--out", "."},
    };
    for (String[] args : wrong) {
      assertEquals(2, run(args), String.join(" ", args) + err());
      assertEquals(2, err().lines().count(), err());
      assertTrue(err().startsWith("error: "), err());
    }
    assertFalse(Files.exists(folder.resolve("x.toml")));
  }

  private static SignedMirror.Package small(String name, String version, String depends)
      throws IOException {
    byte[] deb =
        new TestDebs()
            .directory("./usr/share/" + name + "/", 0755)
            .file("./usr/share/" + name + "/version", 0644, version)
            .deb();
    return new SignedMirror.Package(name, version, depends, deb);
  }

  private static String bytes(int count) {
    return String.format(Locale.ROOT, "%+d bytes", count);
  }

  private static String[] locking(SignedMirror mirror, String file, String... more) {
    List<String> args = new ArrayList<>(List.of("pins", "lock", "small", "--out", file));
    args.addAll(List.of("--mirror", mirror.url(), "--keyring", mirror.keyring().toString()));
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  private int lock(SignedMirror mirror, String file, String... more) {
    return run(locking(mirror, file, more));
  }

  private int newer(SignedMirror mirror, String file) {
    return run(
        "pins",
        "check",
        "small",
        "--newer",
        "--mirror",
        mirror.url(),
        "--keyring",
        mirror.keyring().toString(),
        "--pin-file",
        folder.resolve(file).toString());
  }

  @Test
  @Needs(Component.APT)
  @Needs(Component.GPGV)
  void a_lock_is_made_from_a_signed_release_and_tells_what_changed_since() throws Exception {
    SignedMirror mirror = new SignedMirror(folder.resolve("mirror"));
    SignedMirror.Package tool = small("tool", "1.0", "lib (>= 1)");
    SignedMirror.Package lib = small("lib", "1.0", "");
    Instant first = Instant.parse("2026-01-01T10:00:00Z");
    mirror.release(first, List.of(tool, lib, small("unneeded", "3", "")));

    assertEquals(0, lock(mirror, "a.toml", "--suite", "trixie", "--package", "tool"), err());
    List<String> lines = out().lines().toList();
    assertEquals("lib  (new) -> 1.0  " + bytes(lib.deb().length), lines.get(0));
    assertEquals("tool  (new) -> 1.0  " + bytes(tool.deb().length), lines.get(1));
    assertEquals("a.toml: 2 packages, 2 changed, 0.0 MB to fetch", lines.get(2));
    assertTrue(lines.get(3).matches("root sha256:[0-9a-f]{64}"), lines.get(3));
    assertEquals(0, newer(mirror, "a.toml"), err());
    assertTrue(out().contains("  trixie: the newest release\n"), out());

    SignedMirror.Package next = small("tool", "2.0-1+b1", "extra");
    SignedMirror.Package extra = small("extra", "1:0.5", "");
    mirror.release(first.plus(Duration.ofDays(30)), List.of(next, extra, lib));
    assertEquals(0, newer(mirror, "a.toml"), err());
    assertTrue(out().contains("  trixie: has a newer release\n"), out());

    String old = folder.resolve("a.toml").toString();
    assertEquals(0, lock(mirror, "b.toml", "--pin-file", old), err());
    assertEquals(
        List.of(
            "extra  (new) -> 1:0.5  " + bytes(extra.deb().length),
            "lib  1.0 -> (gone)  " + bytes(-lib.deb().length),
            "tool  1.0 -> 2.0-1+b1  " + bytes(next.deb().length - tool.deb().length),
            "b.toml: 2 packages, 3 changed, 0.0 MB to fetch"),
        out().lines().limit(4).toList());
    assertEquals(3, lock(mirror, "b.toml/c.toml", "--pin-file", old), err());
    assertTrue(err().contains("error: cannot write " + folder.resolve("b.toml/c.toml")), err());
    assertTheSameAgain(mirror, "b.toml");
  }

  @Test
  @Needs(Component.APT)
  @Needs(Component.GPGV)
  void a_pin_that_is_written_over_is_the_old_one() throws Exception {
    SignedMirror mirror = new SignedMirror(folder.resolve("mirror"));
    SignedMirror.Package tool = small("tool", "1.0", "");
    Instant first = Instant.parse("2026-01-01T10:00:00Z");
    mirror.release(first, List.of(tool));
    assertEquals(0, lock(mirror, "a.toml", "--suite", "trixie", "--package", "tool"), err());
    String old = Files.readString(folder.resolve("a.toml"));
    SignedMirror.Package next = small("tool", "2.0-1+b1", "");
    mirror.release(first.plus(Duration.ofDays(30)), List.of(next));

    // Neither a pin of another name nor what cannot be read says what to lock; both stay.
    Map<String, String> others =
        Map.of(
            old.replace("\"small\"", "\"other\""),
            "error: no deb-locked pin is named small\n",
            "schema = 2\n",
            "error: " + folder.resolve("b.toml") + ":1:1: schema is not 1");
    for (Map.Entry<String, String> other : others.entrySet()) {
      assertNotEquals(old, other.getKey());
      Files.writeString(folder.resolve("b.toml"), other.getKey());
      assertEquals(2, lock(mirror, "b.toml"), out());
      assertTrue(err().startsWith(other.getValue()), err());
      assertEquals(other.getKey(), Files.readString(folder.resolve("b.toml")));
    }
    Files.writeString(folder.resolve("b.toml"), "schema = 2\n");
    assertEquals(0, lock(mirror, "b.toml", "--suite", "trixie", "--package", "tool"), err());

    String changed = "tool  1.0 -> 2.0-1+b1  " + bytes(next.deb().length - tool.deb().length);
    assertEquals(0, lock(mirror, "a.toml"), err());
    assertEquals(changed, out().lines().findFirst().orElse(""));
    assertTrue(out().contains("\na.toml: 1 packages, 1 changed, "), out());
    Files.writeString(folder.resolve("a.toml"), old);
    assertEquals(0, lock(mirror, "a.toml", "--suite", "trixie", "--package", "tool"), err());
    assertEquals(changed, out().lines().findFirst().orElse(""));
  }

  /** Another lock gives the same file, and a machine with an empty cache the same root. */
  private void assertTheSameAgain(SignedMirror mirror, String file) throws Exception {
    String path = folder.resolve(file).toString();
    assertEquals(0, lock(mirror, "again.toml", "--pin-file", path), err());
    assertTrue(out().startsWith("again.toml: 2 packages, 0 changed"), out());
    assertEquals(
        Files.readString(folder.resolve(file)), Files.readString(folder.resolve("again.toml")));
    FileTree.delete(folder.resolve("cache"));
    assertEquals(
        0, run("pins", "fetch", "small", "--pin-file", path, "--mirror", mirror.url()), err());
    assertTrue(out().matches("small  sha256:[0-9a-f]{64}  \\S+\n"), out());
    // How far it is goes to stderr: here, where there is no terminal, at a step's begin and end.
    assertEquals(
        """
        fetching 2 packages …
        assembling the root …
        assembling the root 2/2
        fetching 2 packages 0.0/0.0 MB
        """,
        err().replaceAll("  [0-9.]+ s\n", "\n"));
  }

  @Test
  @Needs(Component.APT)
  @Needs(Component.GPGV)
  @Needs(Component.READING_USER)
  void a_lock_by_an_ordinary_user_is_that_of_root() throws Exception {
    SignedMirror mirror = new SignedMirror(folder.resolve("mirror"));
    mirror.release(
        Instant.parse("2026-01-01T10:00:00Z"),
        List.of(small("tool", "1.0", "lib"), small("lib", "1.0", "")));
    String[] wanted = {"--suite", "trixie", "--package", "tool"};
    assertEquals(0, lock(mirror, "small.toml", wanted), err());

    Path home = Nobody.folder(folder.resolve("home"));
    ProcessBuilder theirs = OwnProcess.of(home, locking(mirror, "small.toml", wanted));
    theirs.command(Nobody.command(theirs.command()));
    Process process = theirs.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    Path made = home.resolve("small.toml");
    assertEquals(Nobody.NAME, Files.getOwner(made).getName());
    assertEquals(Files.readString(folder.resolve("small.toml")), Files.readString(made));
  }

  @Test
  @Needs(Component.APT)
  @Needs(Component.GPGV)
  void packages_that_no_suite_has_are_3_and_write_nothing() throws Exception {
    SignedMirror mirror = new SignedMirror(folder.resolve("mirror"));
    mirror.release(Instant.parse("2026-01-01T10:00:00Z"), List.of(small("tool", "1.0", "absent")));
    for (String wanted : List.of("tool", "nothing-like-it")) {
      assertEquals(3, lock(mirror, "x.toml", "--suite", "trixie", "--package", wanted), err());
      assertTrue(err().contains("error: choosing packages: apt-get says: "), err());
      assertFalse(Files.exists(folder.resolve("x.toml")));
    }
  }

  @Test
  @Needs(Component.GPGV)
  void a_release_with_a_broken_signature_is_4_and_writes_nothing() throws Exception {
    Path suite = Files.createDirectories(folder.resolve("mirror/dists/trixie"));
    Files.writeString(suite.resolve("InRelease"), "-----BEGIN PGP SIGNED MESSAGE-----\n");
    int status =
        run(
            "pins",
            "lock",
            "x",
            "--suite",
            "trixie",
            "--package",
            "hello",
            "--mirror",
            folder.resolve("mirror").toUri().toString(),
            "--keyring",
            "/usr/share/keyrings/debian-archive-keyring.gpg",
            "--out",
            "x.toml");
    assertEquals(4, status, err());
    assertFalse(Files.exists(folder.resolve("x.toml")));
  }
}
