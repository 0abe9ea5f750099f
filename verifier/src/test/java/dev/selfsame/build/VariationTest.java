package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.scenes.Notes;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the varied build does not end as the controls did. */
@Needs(Component.BWRAP)
@Timeout(900)
class VariationTest {
  /** A fact for each factor, in their order. */
  private static final String FACTS =
      """
      use std::os::unix::fs::{MetadataExt, PermissionsExt};
      let uname = |a: &str| String::from_utf8(
          Command::new("uname").arg(a).output().unwrap().stdout).unwrap().trim().to_string();
      let env = |n: &str| std::env::var(n).unwrap_or_default();
      std::fs::write("/tmp/made", "").unwrap();
      let made = std::fs::metadata("/tmp/made").unwrap();
      let here = std::env::current_dir().unwrap().display().to_string();
      let cpus = std::thread::available_parallelism().unwrap().to_string() + &env("NUM_JOBS");
      let mode = made.permissions().mode().to_string();
      let facts = vec![
          here.clone(), uname("-n"), made.uid().to_string(), env("TZ"), env("LC_ALL"), mode, cpus,
          %s, env("SELFSAME_NOISE"), uname("-r"),
      ];
      println!("cargo:warning=FACTS|{}", facts.join("|"));
      assert!(!here.contains("elsewhere"), "this is another place");
      "".into()
      """;

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

  @Test
  void a_factor_that_makes_the_build_fail_is_named_and_ends_the_search() throws Exception {
    project.script(
        """
        use std::os::unix::fs::PermissionsExt;
        std::fs::write("/tmp/made", "").unwrap();
        let mode = std::fs::metadata("/tmp/made").unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o644, "others cannot read it");
        "".into()
        """);
    project.commit();
    Notes notes = new Notes();
    Builder builder = new Builder(project.host(project.engine, notes));
    Failure failure =
        assertThrows(
            Failure.class, () -> builder.build(project.request(BuildRequest.Checks.WHOLE, null)));

    assertEquals(ExitCode.UNDECIDED, failure.code());
    String said = String.valueOf(failure.getMessage());
    String start =
        "build with another umask failed with status 101: the build script of small v0.1.0: ";
    assertTrue(said.startsWith(start), said);
    Path failed = project.out.resolveSibling("out-failed");
    assertTrue(
        failure.hint().endsWith("log: " + failed.resolve("logs/factor-umask.log")), failure.hint());
    assertEquals("the build fails with another umask", notes.lines.getLast());
    assertTrue(notes.lines.stream().noneMatch(line -> line.contains("changes")), said);

    byte[] json = Files.readAllBytes(failed.resolve("build-record.json"));
    BuildRecord kept = Json.read(json, BuildRecord.class);
    assertEquals(List.of("umask"), kept.reproducibility().guilty());
    // Two controls, the varied one, and one for each factor up to this.
    assertEquals(3 + Factor.UMASK.ordinal() + 1, kept.runs().size());
    assertEquals(List.of("umask"), kept.runs().getLast().varied());
    assertEquals(said, kept.runs().getLast().failure());
    assertNotNull(kept.runs().get(2).failure());
    assertEquals(List.of(), project.left());
    assertFalse(Files.exists(project.out));
  }

  @Needs(Component.UNSHARE)
  @ParameterizedTest
  @ValueSource(strings = {"bwrap", "unshare"})
  void what_is_recorded_as_varied_was_seen_to_vary(String engine) throws Exception {
    assertEquals(variedHere(), seenToVary(engine));
  }

  /** Its volumes are where the daemon has them, and list their files as is usual there. */
  @Test
  @Needs(Component.DOCKER)
  void the_order_of_files_is_not_recorded_as_varied_by_docker() throws Exception {
    assertEquals(Variation.ALL.without(Factor.FILE_ORDER).words(), seenToVary("docker"));
  }

  @Test
  @Needs(Component.PODMAN)
  void the_order_of_files_is_not_recorded_as_varied_by_podman() throws Exception {
    assertEquals(Variation.ALL.without(Factor.FILE_ORDER).words(), seenToVary("podman"));
  }

  /** The words of all that can be varied on this machine where no daemon builds. */
  static List<String> variedHere() {
    boolean inMemory = MemoryDisk.ofMachine().hasRoom(0);
    return (inMemory ? Variation.ALL : Variation.ALL.without(Factor.FILE_ORDER)).words();
  }

  /**
   * What the record of an engine's varied build names, each of which the build saw otherwise than
   * the control did. The build tells its facts and fails at another place, the first factor to be
   * tried alone: so five runs do.
   */
  private List<String> seenToVary(String name) throws Exception {
    for (String file : List.of("a", "b", "c", "d", "e", "f")) {
      project.write("files/" + file, "");
    }
    project.script(FACTS.formatted(BuilderTest.LISTING));
    project.commit();
    Notes notes = new Notes();
    Engine engine = ChildMain.engine(name, project.cache.resolve("work"));
    Builder builder = new Builder(project.host(engine, notes));
    Failure failure =
        assertThrows(
            Failure.class, () -> builder.build(project.request(BuildRequest.Checks.WHOLE, null)));
    String said = String.valueOf(failure.getMessage());
    assertTrue(said.startsWith("build with another path failed with status 101: "), said);

    Path failed = project.out.resolveSibling("out-failed");
    byte[] json = Files.readAllBytes(failed.resolve("build-record.json"));
    List<BuildRecord.Run> runs = Json.read(json, BuildRecord.class).runs();
    assertEquals(4, runs.size());
    List<String> recorded = runs.get(2).varied();
    List<String> control = facts(failed.resolve("logs/control-1.log"));
    List<String> varied = facts(failed.resolve("logs/varied.log"));
    for (Factor factor : Factor.values()) {
      String before = control.get(factor.ordinal());
      String after = varied.get(factor.ordinal());
      if (recorded.contains(factor.word())) {
        assertNotEquals(before, after, factor.word());
      }
    }
    assertEquals(
        !recorded.contains("file-order"),
        notes.lines.stream().anyMatch(line -> line.contains("the order of files was not varied")),
        notes.lines.toString());
    assertEquals(List.of(), project.left());
    return recorded;
  }

  private static List<String> facts(Path log) throws Exception {
    String text = Files.readString(log);
    Matcher line = Pattern.compile("FACTS\\|(.*)").matcher(text);
    assertTrue(line.find(), text);
    List<String> facts = List.of(line.group(1).split("\\|", -1));
    assertEquals(Factor.values().length, facts.size(), text);
    return facts;
  }
}
