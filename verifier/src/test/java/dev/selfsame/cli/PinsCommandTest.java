package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.files.UserFolders;
import dev.selfsame.pins.PinFile;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
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
    };
    for (String[] args : wrong) {
      assertEquals(2, run(args), String.join(" ", args) + err());
      assertEquals(2, err().lines().count(), err());
      assertTrue(err().startsWith("error: "), err());
    }
    assertFalse(Files.exists(folder.resolve("x.toml")));
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
