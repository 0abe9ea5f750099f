package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.build.ProjectFile;
import dev.selfsame.files.UserFolders;
import dev.selfsame.source.Repositories;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path folder;

  private int run(String... args) {
    out.reset();
    err.reset();
    Map<String, String> environment = Map.of("HOME", folder.toString());
    Console console =
        new Console(
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            false,
            false);
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

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @BeforeEach
  void project() throws IOException {
    Repositories.write(
        folder, "Cargo.toml", "[package]\nname = \"one\"\nrust-version = \"1.85\"\n");
    Repositories.write(folder, "src/main.rs", "fn main() {}\n");
    Repositories.write(
        folder, "Cargo.lock", "version = 4\n[[package]]\nname = \"one\"\nversion = \"0.1.0\"\n");
  }

  @Test
  void it_writes_what_build_reads_and_says_what_is_next() throws Exception {
    try (Git git = Repositories.init(folder)) {
      Repositories.commitAll(git);
    }
    assertEquals(0, run("init"));
    assertEquals("trixie-rust-1.85.1", ProjectFile.read(folder).pin());
    assertTrue(out().startsWith("wrote " + folder.resolve("selfsame.toml") + "\n"), out());
    assertTrue(out().contains("\nnext: git add selfsame.toml"), out());
    assertFalse(out().contains("in the way"), out());
    assertEquals("", err());
  }

  @Test
  void what_is_in_the_way_is_told() {
    assertEquals(0, run("init"));
    assertTrue(out().contains("  in the way: not in a git repository"), out());
  }

  @Test
  void a_file_that_is_there_is_not_touched() throws IOException {
    Repositories.write(folder, "selfsame.toml", "mine");
    assertEquals(2, run("init"));
    assertTrue(err().contains("is there already"), err());
    assertEquals("mine", Files.readString(folder.resolve("selfsame.toml")));
    assertEquals(0, run("init", "--force"));
    assertEquals("one", ProjectFile.read(folder).name());
    assertEquals(List.of("Cargo.lock", "Cargo.toml", "selfsame.toml", "src"), left());
  }

  @Test
  void a_link_in_the_files_place_is_not_followed() throws IOException {
    Path elsewhere = Repositories.write(folder, "src/elsewhere", "mine");
    Files.createSymbolicLink(folder.resolve("selfsame.toml"), elsewhere);
    assertEquals(2, run("init"));
    assertEquals(0, run("init", "--force"));
    assertEquals("mine", Files.readString(elsewhere));
    assertFalse(Files.isSymbolicLink(folder.resolve("selfsame.toml")));
  }

  @Test
  void printing_writes_nothing() throws IOException {
    assertEquals(0, run("init", "--print", "--image", "--name", "my.agent"));
    assertEquals("my.agent", ProjectFile.parse(out()).name());
    assertEquals(List.of("Cargo.lock", "Cargo.toml", "src"), left());
    assertTrue(err().contains("not in a git repository"), err());
  }

  @Test
  void wrong_names_are_usage_errors() {
    assertEquals(2, run("init", "--name", "Not/A/Name"));
    assertEquals(2, run("init", "--pin", "no-such-pin"));
    assertEquals(2, run("init", "--package", "two"));
    assertEquals(2, run("init", "no-such-folder"));
    assertEquals(2, run("init", "src"));
  }

  @Test
  void a_rust_that_no_pin_has_is_undecided_and_writes_nothing() throws IOException {
    Repositories.write(
        folder, "Cargo.toml", "[package]\nname = \"one\"\nrust-version = \"1.999\"\n");
    assertEquals(3, run("init"));
    assertEquals(List.of("Cargo.lock", "Cargo.toml", "src"), left());
    assertEquals(0, run("init", "--pin", "trixie-rust-1.85.1"));
    assertTrue(out().contains("in the way: rust-version of one is 1.999"), out());
  }
}
