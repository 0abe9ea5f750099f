package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.scenes.Notes;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Needs(Component.BWRAP)
class BuilderTest {
  /** Reads the order in which a folder lists its files. */
  static final String LISTING =
      "std::fs::read_dir(\"files\").unwrap().map(|e| e.unwrap().file_name().into_string().unwrap())"
          + ".collect::<Vec<_>>().join(\",\")";

  @TempDir private Path temporary;
  private TestProject project;

  @BeforeEach
  void project() throws Exception {
    project = new TestProject(temporary);
  }

  @AfterEach
  void stop() {
    project.close();
  }

  @ParameterizedTest
  @CsvSource({TestProject.PIN + ", 1.85.1", "bookworm-rust-1.96.0, 1.96.0"})
  void a_project_with_crates_is_built_three_times_to_the_same_bytes(String pin, String rustc)
      throws Exception {
    String panics = "pub fn f(n: usize) -> usize { let v = vec![1, 2]; v[n] + line!() as usize }";
    var crate = project.registry.addLibrary("panicky", "0.3.1", panics);
    project.manifest("[dependencies]\npanicky = \"0.3\"\n").lock(crate);
    project.write(
        "selfsame.toml",
        Files.readString(project.folder.resolve("selfsame.toml")).replace(TestProject.PIN, pin)
            + "[profile]\nstrip = \"none\"\ndebug = 1\n");
    project.write(
        "src/main.rs", "fn main() { println!(\"{}\", panicky::f(std::env::args().count())); }\n");
    BuildResult result = project.build(BuildRequest.Checks.WHOLE);
    BuildRecord record = result.record();

    assertTrue(record.reproducibility().reproducible(), record.reproducibility().toString());
    assertEquals(
        List.of(
            BuildRecord.RunKind.CONTROL, BuildRecord.RunKind.CONTROL, BuildRecord.RunKind.VARIED),
        record.runs().stream().map(BuildRecord.Run::kind).toList());
    assertEquals(VariationTest.variedHere(), record.runs().getLast().varied());
    assertEquals(List.of(crate), record.crates());
    assertEquals(pin, record.environmentPin().id());
    assertTrue(record.toolchain().rustcVersion().startsWith("rustc " + rustc + " "));
    assertTrue(record.toolchain().linker().startsWith("GNU ld"), record.toolchain().linker());
    assertEquals("x86_64-unknown-linux-gnu", record.recipe().target());
    BuildRecord.Output output = record.outputs().getFirst();
    assertEquals("full", output.stripState());
    assertTrue(output.facts().get("rustc").value().startsWith(rustc + " "));
    assertEquals(output.digest(), Digest.sha256(result.binary("small")));
    assertTrue(Files.isExecutable(result.binary("small")));
    byte[] json = Files.readAllBytes(result.out().resolve("build-record.json"));
    assertEquals(record, Json.read(json, BuildRecord.class));
    assertEquals(
        List.of(
            ".gitignore",
            "build-record.json",
            "logs",
            "logs/control-1.log",
            "logs/control-2.log",
            "logs/prepare.log",
            "logs/varied.log",
            "small"),
        listing(result.out()));
    assertEquals(
        record.runs().getFirst().logDigest(),
        Digest.sha256(result.out().resolve("logs/control-1.log")));
    assertEquals(
        record.prepareLogDigest(), Digest.sha256(result.out().resolve("logs/prepare.log")));
    assertEquals(List.of(), project.left());
    // The panic message names a place of the recipe, whichever place it was built at.
    assertTrue(
        Files.readString(result.binary("small"), StandardCharsets.ISO_8859_1)
            .contains("/cargo/registry/src/"));
  }

  @Test
  void symbols_that_cargo_has_left_in_are_told() throws Exception {
    project.write(
        "selfsame.toml",
        Files.readString(project.folder.resolve("selfsame.toml"))
            + "[profile]\nstrip = \"symbols\"\n");
    Notes notes = new Notes();
    Builder builder = new Builder(project.host(project.engine, notes));
    BuildRequest request = project.request(BuildRequest.Checks.NONE, null);
    project.commit();
    assertEquals("stripped", builder.build(request).record().outputs().getFirst().stripState());
    assertEquals(List.of(), notes.lines);
    project.manifest("[profile.release.package.small]\ncodegen-units = 2\n").commit();
    String left = builder.build(request).record().outputs().getFirst().stripState();
    assertEquals("debug-stripped", left);
    assertEquals(1, notes.lines.size(), notes.lines.toString());
    String note = notes.lines.getFirst();
    assertTrue(note.contains("small is to be stripped of symbols, and is debug-stripped"), note);
  }

  @Test
  void features_flags_and_variables_of_the_project_take_effect_and_are_recorded() throws Exception {
    project.write(
        "selfsame.toml",
        """
        name = "small"
        pin = "%s"
        [cargo]
        binaries = ["small"]
        features = ["extra"]
        default-features = false
        rustflags = ["--cfg", "flagged"]
        [env]
        GREETING = "two words"
        """
            .formatted(TestProject.PIN));
    project.manifest("[features]\ndefault = [\"usual\"]\nusual = []\nextra = []\n");
    project.write(
        "src/main.rs",
        """
        fn main() {
            let features = (cfg!(feature = "usual"), cfg!(feature = "extra"));
            println!("{features:?} {} {}", cfg!(flagged), env!("GREETING"));
        }
        """);
    BuildResult result = project.build(BuildRequest.Checks.NONE);

    Process process = new ProcessBuilder(result.binary("small").toString()).start();
    assertEquals(
        "(false, true) true two words\n",
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    Recipe recipe = result.record().recipe();
    assertEquals(List.of("extra"), recipe.features());
    assertFalse(recipe.defaultFeatures());
    List<String> flags = recipe.rustflags();
    assertEquals(List.of("--cfg", "flagged"), flags.subList(flags.size() - 2, flags.size()));
    assertEquals("two words", recipe.environment().get("GREETING"));
  }

  @Test
  void every_factor_that_changes_the_bytes_is_named() throws Exception {
    for (String name : List.of("a", "b", "c", "d", "e", "f")) {
      project.write("files/" + name, "");
    }
    project.script(
        """
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let run = |p: &str, a: &str| String::from_utf8(
            Command::new(p).arg(a).output().unwrap().stdout).unwrap();
        std::fs::write("/tmp/made", "").unwrap();
        let made = std::fs::metadata("/tmp/made").unwrap();
        let env = |n: &str| std::env::var(n).unwrap_or_default();
        vec![
            std::env::current_dir().unwrap().display().to_string(),
            run("uname", "-n"), run("uname", "-r"), made.uid().to_string(),
            format!("{:o}", made.permissions().mode()),
            std::thread::available_parallelism().unwrap().to_string(), env("NUM_JOBS"),
            env("TZ"), env("LC_ALL"), env("SELFSAME_NOISE"), %s,
        ].join("|")
        """
            .formatted(LISTING));
    BuildRecord record = project.build(BuildRequest.Checks.WHOLE).record();

    assertTrue(record.reproducibility().controlsIdentical());
    assertFalse(record.reproducibility().variedIdentical());
    assertEquals(VariationTest.variedHere(), record.reproducibility().guilty());
    assertEquals(3 + VariationTest.variedHere().size(), record.runs().size());
  }

  @Test
  void only_the_guilty_factor_is_named_and_the_bytes_of_dissent_are_kept() throws Exception {
    project.script("std::env::var(\"TZ\").unwrap()");
    BuildResult result = project.build(BuildRequest.Checks.WHOLE);

    assertEquals(List.of("time-zone"), result.record().reproducibility().guilty());
    Path dissent = result.out().resolve("dissent");
    assertEquals(
        List.of("factor-time-zone", "factor-time-zone/small", "varied", "varied/small"),
        listing(dissent));
    Map<String, Digest> varied = result.record().runs().get(2).outputs();
    assertEquals(varied.get("small"), Digest.sha256(dissent.resolve("varied/small")));
    assertNotEquals(varied, result.record().runs().getFirst().outputs());
  }

  @Test
  void the_varied_build_is_made_beside_the_second_control() throws Exception {
    project.script("std::thread::sleep(std::time::Duration::from_secs(3)); \"\".into()");
    RecordedEngine engine = new RecordedEngine(project.engine);
    BuildRecord record = project.buildBy(engine, BuildRequest.Checks.WHOLE).record();

    assertTrue(record.reproducibility().reproducible(), record.reproducibility().toString());
    int cpus = Runtime.getRuntime().availableProcessors();
    assertEquals(cpus > 1 ? 2 : 1, engine.most());
  }

  @Test
  void a_build_stopped_for_want_of_memory_beside_another_is_made_again_alone() throws Exception {
    project.script(
        """
        let held = vec![1u8; 700 << 20];
        std::thread::sleep(std::time::Duration::from_secs(2));
        held[held.len() / 2].to_string()
        """);
    project.limits(new Sandbox.Limits(Duration.ofMinutes(5), 1L << 30, 512, 2L << 30, 16L << 20));
    RecordedEngine engine = new RecordedEngine(project.engine);
    BuildRecord record = project.buildBy(engine, BuildRequest.Checks.WHOLE).record();

    assertTrue(record.reproducibility().reproducible(), record.reproducibility().toString());
    assertEquals(3, record.runs().size());
    int cpus = Runtime.getRuntime().availableProcessors();
    // Asking cargo, and three builds; beside each other two of them were stopped first.
    assertEquals(cpus > 1 ? 1 + 3 + 2 : 1 + 3, engine.runs());
    assertEquals(List.of(), project.left());
  }

  @Test
  void an_interrupt_ends_both_builds_and_leaves_nothing() throws Exception {
    project.script("std::thread::sleep(std::time::Duration::from_secs(4)); \"\".into()");
    RecordedEngine engine = new RecordedEngine(project.engine);
    Thread work = Thread.currentThread();
    Thread stop =
        Thread.ofPlatform()
            .start(() -> {
              int beside = Math.min(2, Runtime.getRuntime().availableProcessors());
              while (engine.runs() < 2 + beside) {
                Thread.onSpinWait();
              }
              work.interrupt();
            });
    assertThrows(
        InterruptedException.class, () -> project.buildBy(engine, BuildRequest.Checks.WHOLE));
    stop.join();
    assertEquals(0, engine.now());
    assertEquals(List.of(), project.left());
    assertFalse(Files.exists(project.out));
  }

  @Test
  void randomness_is_called_intrinsic() throws Exception {
    project.script(
        "format!(\"{:?}\", std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH))");
    BuildResult result = project.build(BuildRequest.Checks.WHOLE);

    assertFalse(result.record().reproducibility().controlsIdentical());
    assertEquals(List.of("intrinsic"), result.record().reproducibility().guilty());
    assertEquals(2, result.record().runs().size());
    assertTrue(Files.exists(result.out().resolve("dissent/control-2/small")));
  }

  @Test
  void a_single_build_claims_nothing() throws Exception {
    BuildRecord record = project.build(BuildRequest.Checks.NONE).record();

    assertEquals(1, record.runs().size());
    assertFalse(record.reproducibility().controlsIdentical());
    assertFalse(record.reproducibility().variedIdentical());
    assertEquals(List.of(), record.reproducibility().guilty());
  }

  /** A line an edge: a large workspace has tens of thousands. */
  @Test
  void a_graph_of_many_thousand_crates_is_prepared() throws Exception {
    String edges = "an-edge v1.0.0 (/src/with/a/long/path/of/its/own)\n".repeat(20_000);
    Engine large =
        new RecordedEngine(project.engine) {
          @Override
          public Ending run(Sandbox sandbox) throws InterruptedException {
            Ending ending = super.run(sandbox);
            if (runs() == 1) {
              try {
                Files.writeString(sandbox.log(), edges, StandardOpenOption.APPEND);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
            return ending;
          }
        };
    BuildRecord record = project.buildBy(large, BuildRequest.Checks.NONE).record();

    assertTrue(record.toolchain().rustcVersion().startsWith("rustc 1.85.1"));
    assertTrue(record.toolchain().linker().startsWith("GNU ld"), record.toolchain().linker());
  }

  @Test
  void a_build_script_may_write_into_its_source() throws Exception {
    project.script("std::fs::write(\"src/made.rs\", \"x\").unwrap(); \"x\".into()");
    project.build(BuildRequest.Checks.NONE);

    assertFalse(Files.exists(project.folder.resolve("src/made.rs")));
  }

  @Test
  void a_build_by_hand_leaves_another_binary() throws Exception {
    BuildResult checked = project.build(BuildRequest.Checks.NONE);
    Path out = temporary.resolve("by-hand");
    HandMade request =
        new HandMade(
            project.folder,
            out,
            "/home/dev/agent",
            Map.of("strip", "none"),
            List.of("-C", "debuginfo=1"));
    HandMade.Result made = new Builder(project.host(project.engine)).build(request);
    new Builder(project.host(project.engine)).build(request);

    assertEquals(List.of("small"), made.binaries());
    assertTrue(Files.size(made.binary("small")) > Files.size(checked.binary("small")));
    assertEquals(List.of(".gitignore", "logs", "logs/hand-made.log", "small"), listing(out));
    assertTrue(
        Files.readString(made.binary("small"), StandardCharsets.ISO_8859_1)
            .contains("/home/dev/agent"));
  }

  @Test
  void a_build_by_hand_is_made_beside_the_recorded_ones() throws Exception {
    project.commit();
    Path out = temporary.resolve("recorded");
    HandMade request =
        new HandMade(
            project.folder,
            temporary.resolve("by-hand"),
            "/home/dev/agent",
            Map.of("strip", "none"),
            List.of("-C", "debuginfo=1"));
    Builder builder = new Builder(project.host(project.engine));
    Builder.Pair pair = builder.build(BuildRequest.of(project.folder, out), request);

    assertTrue(pair.recorded().record().reproducibility().reproducible());
    assertEquals(3, pair.recorded().record().runs().size());
    // Neither saw the other's folders or flags: each is what it is when made alone.
    byte[] alone = Files.readAllBytes(builder.build(request).binary("small"));
    assertArrayEquals(alone, Files.readAllBytes(pair.byHand().binary("small")));
    assertTrue(alone.length > Files.size(pair.recorded().binary("small")));
    assertTrue(pair.byHand().seconds() > 0);
  }

  @Test
  void a_build_by_hand_that_fails_is_said_after_the_recorded_ones() throws Exception {
    project.commit();
    HandMade request =
        new HandMade(
            project.folder,
            temporary.resolve("by-hand"),
            "/home/dev/agent",
            Map.of(),
            List.of("-C", "no-such-option"));
    Builder builder = new Builder(project.host(project.engine));
    Failure failed =
        assertThrows(
            Failure.class,
            () ->
                builder.build(
                    BuildRequest.of(project.folder, temporary.resolve("recorded")), request));

    assertEquals(ExitCode.UNDECIDED, failed.code());
    assertTrue(failed.getMessage().contains("by hand"), failed.getMessage());
    assertFalse(Files.exists(temporary.resolve("by-hand")));
  }

  private static List<String> listing(Path folder) throws Exception {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.skip(1).map(file -> folder.relativize(file).toString()).sorted().toList();
    }
  }
}
