package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.build.TestProject;
import dev.selfsame.build.TestRoot;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.Json;
import dev.selfsame.files.FileTree;
import dev.selfsame.files.UserFolders;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The answers of {@code selfsame build}, with the user's own roots. */
@Needs(Component.BWRAP)
class BuildCommandTest {
  @TempDir private Path temporary;
  private TestProject project;
  private final Map<String, String> environment = new HashMap<>(System.getenv());
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void project() throws Exception {
    project = new TestProject(temporary);
  }

  @AfterEach
  void close() throws IOException {
    project.close();
    // JUnit warns of links that lead out of its folder.
    FileTree.delete(temporary.resolve("cache-home"));
  }

  private int build(String... more) {
    out.reset();
    err.reset();
    List<String> words =
        new ArrayList<>(
            List.of("build", project.folder.toString(), "--out", project.out.toString()));
    words.addAll(List.of(more));
    Console console =
        new Console(
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            false,
            false);
    Surroundings surroundings =
        new Surroundings(
            environment, Clock.systemUTC(), UserFolders.of(environment), temporary, console);
    return new Main(surroundings).run(words.toArray(String[]::new));
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  /** A step ended with this count of crates. */
  private void counted(String step) {
    Pattern line = Pattern.compile("(?m)^" + Pattern.quote(step) + " {2}[.0-9]+ s$");
    assertTrue(line.matcher(said()).find(), said());
  }

  private void refused(int code, String words, String... more) {
    assertEquals(code, build(more), said());
    List<String> lines = err.toString(StandardCharsets.UTF_8).lines().toList();
    String error = lines.get(lines.size() - 2);
    assertTrue(error.startsWith("error: ") && error.contains(words), said());
    assertTrue(lines.getLast().startsWith("hint: "), said());
    assertFalse(Files.exists(project.out), said());
  }

  @Test
  void a_build_that_can_be_made_again_is_a_yes_and_one_that_cannot_is_a_no() throws Exception {
    project.commit();
    assertEquals(0, build("--engine", "bwrap"), said());
    assertTrue(Files.isExecutable(project.out.resolve("small")));
    counted("control build 1 of 2 1/1");
    counted("control build 2 of 2 1/1");
    counted("build with everything varied 1/1");
    project.script("format!(\"{:?}\", std::time::SystemTime::now())").commit();
    assertEquals(1, build("--engine", "bwrap", "--json"), said());
    assertTrue(said().contains("\"schema\" : \"selfsame.build-record/2\""), said());
    assertTrue(Files.exists(project.out.resolve("dissent/control-2/small")));
  }

  @Test
  void bytes_that_two_factors_change_together_and_none_alone_are_a_no_that_says_so()
      throws Exception {
    project.script(
        """
        let noisy = std::env::var("SELFSAME_NOISE").is_ok();
        let other = std::env::var("USER").is_ok_and(|user| user == "somebody");
        (noisy && other).to_string()
        """);
    project.commit();
    assertEquals(1, build("--engine", "bwrap"), said());
    String verdict =
        "small: NOT reproducible: the bytes change where several factors are varied together, and"
            + " with none of them alone\n";
    assertTrue(said().startsWith(verdict), said());
    byte[] json = Files.readAllBytes(project.out.resolve("build-record.json"));
    BuildRecord record = Json.read(json, BuildRecord.class);
    assertEquals(List.of("only-together"), record.reproducibility().guilty());
    assertTrue(record.reproducibility().controlsIdentical());
    assertFalse(said().contains("changes the binary"), said());
  }

  /** Its root is an image's, whose registry does not answer any more. */
  @Test
  void a_single_build_is_no_answer_and_tells_of_its_crates_and_image() throws Exception {
    environment.put("XDG_CACHE_HOME", temporary.resolve("cache-home").toString());
    Digest manifest = Digest.sha256("manifest".getBytes(StandardCharsets.UTF_8));
    Digest config = Digest.sha256("config".getBytes(StandardCharsets.UTF_8));
    TestRoot.lendAsImage(UserFolders.of(environment).cache(), manifest, config);
    Path pin =
        Files.writeString(
            temporary.resolve("pin.toml"),
            """
            schema = 1
            [toolchain]
            id = "own-image"
            platform = "linux/amd64"
            [root]
            kind = "image"
            ref = "127.0.0.1:1/no/registry:here"
            manifest = "%s"
            config = "%s"
            """
                .formatted(manifest, config));
    environment.put("CARGO_SOURCE_CRATES_IO_REPLACE_WITH", "test");
    environment.put("CARGO_REGISTRIES_TEST_INDEX", "sparse+" + project.registry.index());
    var one = project.registry.addLibrary("one", "1.0.0", "");
    var two = project.registry.addLibrary("two", "1.0.0", "");
    project.manifest("[dependencies]\none = \"1\"\ntwo = \"1\"\n").lock(one, two).commit();

    assertEquals(
        3,
        build(
            "--engine",
            "bwrap",
            "--once",
            "--strip",
            "none",
            "--pin",
            "own-image",
            "--pin-file",
            pin.toString()),
        said());
    assertTrue(said().contains("not checked whether it can be built again"), said());
    counted("fetching crates 2/2");
    counted("build 3/3");
    byte[] json = Files.readAllBytes(project.out.resolve("build-record.json"));
    BuildRecord record = Json.read(json, BuildRecord.class);
    assertEquals(List.of(one, two), record.crates());
    assertEquals(
        new BuildRecord.EnvironmentPin(
            "own-image", "image", Digest.sha256(pin), TestRoot.diffId(), config, manifest),
        record.environmentPin());
  }

  @Test
  void a_build_that_takes_too_long_is_no_answer_and_leaves_its_logs() throws Exception {
    project.script("Command::new(\"sleep\").arg(\"60\").status().unwrap(); \"x\".into()").commit();
    refused(3, "control build 1 of 2", "--engine", "bwrap", "--timeout", "15s");
    assertTrue(Files.exists(temporary.resolve("out-failed/logs/control-1.log")), said());
  }

  @Test
  void a_project_that_cannot_be_built_so_is_wrong_usage() throws Exception {
    refused(2, "git", "--engine", "bwrap");
    Files.delete(project.folder.resolve("Cargo.lock"));
    project.commit();
    refused(2, "no Cargo.lock is committed", "--engine", "bwrap");
    project.lock().commit();
    refused(2, "--jobs", "--engine", "bwrap", "--jobs", "-1");
    refused(2, "no such pin", "--engine", "bwrap", "--pin", "no such pin");
    project.write("src/main.rs", "fn main() {}\n");
    refused(2, "the work tree differs from its commit: src/main.rs", "--engine", "bwrap");
  }

  @Test
  void a_tree_that_differs_from_its_commit_is_built_where_that_is_allowed_and_told_of()
      throws Exception {
    project.commit();
    project.write("src/main.rs", "fn main() { println!(\"never committed\"); }\n");
    assertEquals(3, build("--engine", "bwrap", "--once", "--allow-dirty"), said());
    byte[] json = Files.readAllBytes(project.out.resolve("build-record.json"));
    BuildRecord record = Json.read(json, BuildRecord.class);
    assertTrue(record.source().dirty());
    assertTrue(said().contains("  commit  " + record.source().commit() + " dirty\n"), said());
    byte[] binary = Files.readAllBytes(project.out.resolve("small"));
    String text = new String(binary, StandardCharsets.ISO_8859_1);
    assertTrue(text.contains("never committed"), "the commit was built, not the work tree");
  }

  @Test
  @Needs(Component.UNSHARE)
  void unless_one_is_named_the_first_engine_that_works_is_taken_and_told_of() throws Exception {
    refused(2, "git");
    assertTrue(engine().startsWith("engine bwrap, "), said());
    assertFalse(engine().contains("passed over"), said());
    Path programs = Files.createDirectory(temporary.resolve("programs"));
    Path old = Files.writeString(programs.resolve("bwrap"), "#!/bin/sh\necho usage: bwrap\n");
    Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwxr-xr-x"));
    environment.merge("PATH", programs.toString(), (path, first) -> first + ":" + path);
    refused(2, "git", "--engine", "auto");
    assertTrue(engine().startsWith("engine unshare, unshare from util-linux"), said());
    assertTrue(engine().endsWith(" (passed over bwrap: bwrap is older than 0.8)"), said());
  }

  /** What was said of the engine. */
  private String engine() {
    List<String> lines = said().lines().filter(line -> line.startsWith("engine ")).toList();
    assertEquals(1, lines.size(), said());
    return lines.getFirst();
  }

  @Test
  void an_engine_that_is_not_there_is_no_answer() throws Exception {
    project.commit();
    environment.put("DOCKER_HOST", "unix://" + temporary.resolve("none.sock"));
    refused(3, "docker", "--engine", "docker");
  }
}
