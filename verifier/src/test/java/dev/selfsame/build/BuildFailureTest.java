package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Needs(Component.BWRAP)
class BuildFailureTest {
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

  private Failure refusal(ExitCode code, String start) throws Exception {
    Failure failure = assertThrows(Failure.class, () -> project.build(BuildRequest.Checks.WHOLE));
    assertEquals(code, failure.code(), failure.toString());
    assertTrue(String.valueOf(failure.getMessage()).startsWith(start), failure.toString());
    assertEquals(List.of(), project.left());
    assertFalse(Files.exists(project.out));
    return failure;
  }

  private String log() {
    return project.out.resolveSibling("out-failed").resolve("logs/control-1.log").toString();
  }

  @Test
  void source_that_does_not_compile_is_told_with_rustcs_own_words() throws Exception {
    project.write("src/main.rs", "fn main() { let x: u32 = \"text\"; }\n");
    Failure failure =
        refusal(
            ExitCode.UNDECIDED,
            "control build 1 of 2 failed with status 101: error[E0308]: mismatched types");

    assertTrue(failure.hint().endsWith("log: " + log()), failure.hint());
    assertTrue(Files.readString(Path.of(log())).contains("E0308"));
    Path record = project.out.resolveSibling("out-failed").resolve("build-record.json");
    BuildRecord kept = Json.read(Files.readAllBytes(record), BuildRecord.class);
    assertEquals(List.of(), kept.outputs());
    assertEquals(failure.getMessage(), kept.runs().getFirst().failure());
  }

  @Test
  void a_failed_build_leaves_the_earlier_result_as_it_was() throws Exception {
    project.build(BuildRequest.Checks.NONE);
    byte[] before = Files.readAllBytes(project.out.resolve("build-record.json"));
    project.write("src/main.rs", "fn main() { nonsense }\n");

    assertThrows(Failure.class, () -> project.build(BuildRequest.Checks.WHOLE));
    assertEquals(new String(before), Files.readString(project.out.resolve("build-record.json")));
  }

  @Test
  void nothing_is_built_in_a_root_to_run_programs_on() throws Exception {
    project.write(
        "selfsame.toml",
        """
        name = "small"
        pin = "trixie-runtime"
        [cargo]
        binaries = ["small"]
        """);
    refusal(ExitCode.USAGE, "nothing is built in trixie-runtime");
  }

  @Test
  void a_build_that_hangs_is_stopped() throws Exception {
    project.script("std::thread::sleep(std::time::Duration::from_secs(600)); \"\".into()");
    project.write(
        "selfsame.toml",
        "timeout = \"6s\"\n" + Files.readString(project.folder.resolve("selfsame.toml")));

    refusal(ExitCode.UNDECIDED, "control build 1 of 2 took longer than ");
  }

  @Test
  void a_build_that_forks_without_end_is_stopped() throws Exception {
    project.script(
        """
        for _ in 0..100000 { let _ = Command::new("sleep").arg("600").spawn(); }
        "".into()
        """);
    project.limits(new Sandbox.Limits(Duration.ofMinutes(5), 4L << 30, 100, 2L << 30, 16L << 20));

    refusal(ExitCode.UNDECIDED, "control build 1 of 2 went over the limit of processes");
  }

  @Test
  void a_build_that_fills_the_disk_is_stopped() throws Exception {
    project.script(
        """
        use std::io::Write;
        let out = std::env::var("OUT_DIR").unwrap();
        for n in 0..4000 {
            let mut f = std::fs::File::create(format!("{out}/{n}")).unwrap();
            f.write_all(&vec![0u8; 1 << 20]).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        "".into()
        """);
    project.limits(new Sandbox.Limits(Duration.ofMinutes(5), 4L << 30, 512, 200L << 20, 16L << 20));

    refusal(ExitCode.UNDECIDED, "control build 1 of 2 went over the limit of disk");
  }

  @Test
  void a_build_that_wants_the_network_is_told_so() throws Exception {
    project.script("std::net::TcpStream::connect(\"example.org:80\").unwrap(); \"\".into()");

    Failure failure = refusal(ExitCode.UNDECIDED, "control build 1 of 2 failed: the build script");
    assertTrue(
        String.valueOf(failure.getMessage())
            .contains("small v0.1.0 wants the network, which no build has: "),
        failure.toString());
  }

  @Test
  void a_lock_that_does_not_fit_is_found_before_any_build() throws Exception {
    var crate = project.registry.addLibrary("extra", "1.0.0", "");
    project.manifest("[dependencies]\nextra = \"1\"\n");
    refusal(ExitCode.USAGE, "Cargo.lock does not fit Cargo.toml");

    project.lock(crate).manifest("[dependencies]\nextra = \"2\"\n");
    refusal(ExitCode.USAGE, "Cargo.lock does not fit Cargo.toml");
  }

  @Test
  void a_dependency_outside_the_folder_is_named() throws Exception {
    Path other = Files.createDirectories(temporary.resolve("other/src"));
    Files.writeString(other.resolve("lib.rs"), "");
    project.manifest("[dependencies]\nother = { path = \"../other\" }\n");

    refusal(ExitCode.USAGE, "a path dependency is outside the packaged folder: /other");
  }

  @Test
  void an_unknown_package_or_binary_is_the_projects_mistake() throws Exception {
    String toml = Files.readString(project.folder.resolve("selfsame.toml"));
    project.write("selfsame.toml", toml + "package = \"none\"\n");
    refusal(ExitCode.USAGE, "Cargo refuses what selfsame.toml asks for: error: package ID");

    project.write("selfsame.toml", toml.replace("[\"small\"]", "[\"none\"]"));
    refusal(ExitCode.USAGE, "Cargo refuses what selfsame.toml asks for: error: no bin target");
  }

  @Test
  void a_cargo_configuration_that_replaces_rustc_is_refused() throws Exception {
    project.write(".cargo/config.toml", "[build]\nrustc = \"tools/rustc\"\n");
    refusal(ExitCode.USAGE, ".cargo/config.toml:2:1: build.rustc puts another program");
  }

  /**
   * Each is what a build script, or a process that it left running, can do to its target folder.
   */
  @ParameterizedTest
  @ValueSource(strings = {"", "release", "release/small", "x86_64-unknown-linux-gnu/release"})
  void a_link_in_the_target_folder_leads_to_no_file_of_this_machine(String link) throws Exception {
    Path outside = Files.createDirectories(temporary.resolve("outside"));
    Files.createDirectories(outside.resolve("release"));
    for (String name : List.of("small", "release/small")) {
      Files.writeString(outside.resolve(name), "precious");
    }
    project.commit();
    Engine engine = new LinkingEngine(project.engine, link, outside);
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                new Builder(project.host(engine))
                    .build(project.request(BuildRequest.Checks.NONE, null)));

    assertEquals("the build ended well but left no binary small", failure.getMessage());
    assertEquals("precious", Files.readString(outside.resolve("small")));
    assertEquals("precious", Files.readString(outside.resolve("release/small")));
    assertEquals(List.of(), project.left());
    assertFalse(Files.exists(project.out));
  }

  @Test
  void an_altered_crate_is_bad_evidence() throws Exception {
    var crate = project.registry.addLibrary("extra", "1.0.0", "");
    project.registry.alter(crate);
    project.manifest("[dependencies]\nextra = \"1\"\n").lock(crate);

    refusal(ExitCode.BAD_EVIDENCE, "crate extra 1.0.0 has SHA-256 ");
  }

  /** Before each step, and between the last build and its result; within them see the command. */
  @ParameterizedTest
  @ValueSource(strings = {"packaging source", "fetching crates", "asking cargo", "build"})
  void an_interrupt_leaves_nothing(String at) throws Exception {
    project.commit();
    Progress progress = new InterruptedAt(at, at.equals("build"), Thread.currentThread());
    Builder builder = new Builder(project.host(project.engine, progress));

    assertThrows(
        InterruptedException.class,
        () -> builder.build(project.request(BuildRequest.Checks.NONE, null)));
    assertFalse(Thread.interrupted());
    assertEquals(List.of(), project.left());
    try (Stream<Path> files = Files.list(temporary)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      assertEquals(List.of("cache", "project"), names);
    }
  }

  /** Interrupts a thread at a step's beginning, or at its end. */
  private record InterruptedAt(String what, boolean end, Thread thread) implements Progress {
    @Override
    public Step begin(String begun, long total, Unit unit) {
      boolean here = begun.equals(what);
      if (here && !end) {
        thread.interrupt();
      }
      return new Step() {
        @Override
        public void advance(long amount) {}

        @Override
        public void now(String detail) {}

        @Override
        public void close() {
          if (here && end) {
            thread.interrupt();
          }
        }
      };
    }

    @Override
    public void note(String line) {}
  }

  @Test
  void two_builds_into_one_folder_at_once_are_refused() throws Exception {
    Path locks = project.cache.resolve("locks");
    try (OutputFolder _ = OutputFolder.claim(project.out, locks)) {
      refusal(ExitCode.UNDECIDED, "another build is writing to " + project.out);
    }
    project.build(BuildRequest.Checks.NONE);
  }

  @Test
  void a_folder_with_other_files_is_not_replaced() throws Exception {
    Path kept = Files.createDirectories(project.out).resolve("precious");
    Files.writeString(kept, "x");

    Failure failure = assertThrows(Failure.class, () -> project.build(BuildRequest.Checks.NONE));
    assertEquals(ExitCode.USAGE, failure.code());
    assertEquals("x", Files.readString(kept));
  }

  @Test
  void what_a_killed_build_has_left_is_removed_by_the_next() throws Exception {
    Path work = Files.createDirectories(project.cache.resolve("work"));
    Files.createDirectories(work.resolve("job-1-00/run"));
    Files.writeString(work.resolve("job-1-00.lock"), "");
    WorkFolder.make(work).close();

    assertEquals(List.of(), project.left());
  }
}
