package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.Json;
import dev.selfsame.files.FileTree;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.OwnJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateCommandTest {
  @TempDir Path folder;
  private RegistryScene scene;
  private final Records records = Records.of("the promoted binary");

  @BeforeEach
  void release() throws IOException {
    scene = new RegistryScene(folder);
    scene.stage.release(records);
    Files.createDirectories(folder.resolve("dist/sub"));
    scene.write("dist/agent", records.binary);
    scene.write("hand-made", "hand-made".getBytes(StandardCharsets.UTF_8));
  }

  private int gate(String... words) {
    List<String> all = new ArrayList<>(List.of("gate"));
    all.addAll(List.of(words));
    return scene.run(all.toArray(String[]::new));
  }

  private void assertSays(int status, String first, String... words) {
    assertEquals(status, gate(words), scene.said());
    assertTrue(scene.out.startsWith(first), scene.said());
    assertEquals("", scene.err);
  }

  private void assertFails(int status, String error, String... words) {
    assertEquals(status, gate(words), scene.said());
    assertTrue(scene.err.startsWith("error: " + error), scene.said());
    assertEquals("", scene.out);
    assertEquals(2, scene.err.lines().count(), scene.err);
  }

  @Test
  void promoted_and_every_check_met_is_a_yes() {
    assertSays(
        0,
        "gate: yes: the binary is promoted and meets every check\n"
            + "promoted: dist/agent is viworks/agent, promotion 1 into production\n",
        "--binary",
        "dist/agent",
        "--name",
        "viworks/agent",
        "--minimum-operators",
        "1",
        "--maximum-age",
        "1d",
        "--allow-pin",
        "trixie-rust-1.85.1",
        "--require-reproducible");
    assertTrue(
        scene.out.endsWith(
            """
              yes    promoted     promotion 1 of viworks/agent into production (asked: into production as viworks/agent)
              yes    operators    1: alice (asked: at least 1)
              yes    pin          trixie-rust-1.85.1 (asked: trixie-rust-1.85.1)
              yes    reproducible proven of 1 of 1 builds (asked: proven by repeated builds)
              yes    age          0s, promoted at 2026-11-23T12:01:00Z (asked: at most 1d)
            """),
        scene.out);
  }

  @ParameterizedTest
  @CsvSource({
    "--minimum-operators, 2, no     operators    1: alice (asked: at least 2)",
    "--allow-pin, other-pin, no     pin          trixie-rust-1.85.1 (asked: other-pin)",
    "--name, viworks/other, 'no     promoted     it is known as viworks/agent, not as viworks/oth'",
    "--channel, staging, no     promoted     it was submitted as viworks/agent and never promoted",
  })
  void a_check_that_is_not_met_is_a_no(String option, String value, String line) {
    assertSays(1, "gate: no: ", "--binary", "dist/agent", option, value);
    assertTrue(scene.out.contains("  " + line), scene.out);
  }

  @Test
  void a_promotion_that_is_too_old_is_a_no() {
    scene.stage.now = scene.stage.now.plus(Duration.ofDays(31));
    assertSays(1, "gate: no: ", "--binary", "dist/agent", "--maximum-age", "30d");
    assertTrue(scene.out.contains("  no     age          31d, promoted at"), scene.out);
    assertSays(0, "gate: yes: ", "--binary", "dist/agent", "--maximum-age", "31d");
  }

  @Test
  void a_build_that_is_not_proven_reproducible_does_not_count() {
    Records once = Records.of("built once");
    once.varied = 0;
    once.variedIdentical = false;
    scene.stage.submit(once, "alice");
    scene.stage.promote(
        once.artifact(), "production", Stage.POLICY + "varied-identical = false\n", "pat");
    scene.write("once", once.binary);
    assertSays(0, "gate: yes: ", "--binary", "once");
    assertSays(1, "gate: no: ", "--binary", "once", "--require-reproducible");
  }

  @Test
  void every_binary_has_to_be_a_yes() throws IOException {
    assertSays(
        1,
        "gate: no: 1 of 2 binaries is promoted and meets every check\n",
        "--binary",
        "dist/agent",
        "--binary",
        "hand-made");
    assertSays(3, "gate: could-not-tell: ", "--binary", "dist/agent", "--binary", "absent");
    assertSays(3, "gate: could-not-tell: ", "--binary", "hand-made", "--binary", "absent");
    Files.delete(scene.stage.channelRecord("production", 1));
    assertSays(4, "gate: bad-evidence: ", "--binary", "dist/agent", "--binary", "absent");
  }

  @Test
  void a_pattern_stands_for_the_files_that_fit_it() {
    scene.write("dist/sub/agent", records.binary);
    scene.write("dist/[odd]", records.binary);
    assertSays(0, "gate: yes: all 2 binaries are", "--binary", "dist/*");
    assertSays(0, "gate: yes: all 3 binaries are", "--binary", "dist/**");
    assertSays(0, "gate: yes: all 2 binaries are", "--binary", "dist/{agent,sub/*}");
    assertSays(0, "gate: yes: all 3 binaries are", "--binary", folder + "/dist/**");
    assertSays(0, "gate: yes: the binary is", "--binary", "dist/[odd]");
    assertSays(0, "gate: yes: the binary is", "--binary", "dist/a*", "--binary", "dist/agent");
  }

  @Test
  void a_file_whose_name_is_the_pattern_does_not_switch_it_off() {
    scene.write("dist/*", records.binary);
    scene.write("dist/unknown", "unknown".getBytes(StandardCharsets.UTF_8));
    assertSays(1, "gate: no: 2 of 3 binaries are", "--binary", "dist/*");
    scene.write("dist/[au]*", "odd".getBytes(StandardCharsets.UTF_8));
    assertSays(1, "gate: no: 1 of 3 binaries is", "--binary", "dist/[au]*");
  }

  @Test
  void a_link_that_fits_a_pattern_is_looked_at() throws IOException {
    Files.createSymbolicLink(folder.resolve("dist/one"), folder.resolve("hand-made"));
    assertSays(1, "gate: no: 1 of 2 binaries is", "--binary", "dist/**");
    Files.createSymbolicLink(folder.resolve("dist/two"), folder.resolve("absent"));
    assertSays(3, "gate: could-not-tell: ", "--binary", "dist/*");
  }

  @Test
  void a_linked_folder_is_never_passed_over() throws IOException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    scene.write("elsewhere/agent", "hand-made".getBytes(StandardCharsets.UTF_8));
    Files.createSymbolicLink(folder.resolve("dist/sub/linked"), elsewhere);
    assertSays(0, "gate: yes: the binary is", "--binary", "dist/*");
    for (String pattern : List.of("dist/**", "dist/*/*", "dist/{agent,sub/**}")) {
      assertFails(2, folder + "/dist/sub/linked is a link to a folder", "--binary", pattern);
    }
    assertFails(2, folder + "/dist/sub/linked is a link", "--binary", "dist/sub/linked/*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"out/*", "dist/*.exe", "dist/agent/*", "**/nothing", "dist/s[ub]"})
  void a_pattern_that_no_file_fits_is_no_yes(String pattern) {
    assertFails(2, "no file fits " + pattern, "--binary", "dist/agent", "--binary", pattern);
  }

  @Test
  void no_binary_is_no_yes() {
    assertFails(2, "no binary was named, and none is no yes");
    assertFails(2, "--binary names no file", "--binary", "");
    assertFails(2, "--binary names no file", "--binary", "  ");
    scene.write("gate.toml", "schema = 1\n".getBytes(StandardCharsets.UTF_8));
    assertFails(2, "no binary was named", "--policy", "gate.toml");
    scene.write("gate.toml", "schema = 1\nbinary = []\n".getBytes(StandardCharsets.UTF_8));
    assertFails(2, folder + "/gate.toml:2:1: binary is not a list", "--policy", "gate.toml");
  }

  @Test
  void a_policy_file_says_the_same() {
    scene.write(
        "gate.toml",
        """
        schema = 1
        binary = ["dist/*"]
        minimum-operators = 2
        """
            .getBytes(StandardCharsets.UTF_8));
    assertSays(1, "gate: no: ", "--policy", "gate.toml");
    assertTrue(scene.out.contains("asked: at least 2"), scene.out);
    assertFails(
        2,
        "minimum-operators is given on the command line and in the policy file",
        "--policy",
        "gate.toml",
        "--minimum-operators",
        "1");
    assertFails(2, "cannot read the policy ", "--policy", "absent.toml");
  }

  @Test
  void what_is_mistyped_is_a_usage_error() {
    String agent = "dist/agent";
    assertFails(2, "--minimum-operators is not from", "--binary", agent, "--minimum-operators=0");
    assertFails(2, "--maximum-age is not an age", "--binary", agent, "--maximum-age", "30");
    assertFails(2, "not an artifact name", "--binary", agent, "--name", "../x");
    assertFails(2, "not a channel name", "--binary", agent, "--channel", "a/b");
    assertFails(2, "Invalid value for option '--format'", "--binary", agent, "--format", "xml");
    assertFails(2, "Unknown option", "--binary", agent, "--minimum-operator", "1");
  }

  @Test
  void a_registry_or_trust_root_that_is_not_there_is_no_yes() throws IOException {
    assertFails(3, "no registry at ", "--binary", "dist/agent", "--registry", "elsewhere");
    Files.delete(folder.resolve("trust-root.json"));
    assertFails(2, "no trust root at ", "--binary", "dist/agent");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "json | {",
        "GITHUB | ::error file=hand-made,title=selfsame gate%3A unknown::unknown to the registry",
        "junit | <?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        "sarif | {",
        "gitlab | [",
        "text | gate: no: ",
      })
  void every_format_says_no(String format, String first) {
    assertSays(1, first, "--binary", "hand-made", "--format", format);
  }

  @Test
  void json_has_the_audit_and_the_checks() {
    assertEquals(1, gate("--binary", "dist/agent", "--minimum-operators=2", "--format=json"));
    var json = Json.tree(scene.out.getBytes(StandardCharsets.UTF_8));
    assertEquals("selfsame.gate/1", json.path("schema").asText());
    assertEquals("no", json.path("verdict").asText());
    assertEquals(1, json.path("exit").asInt());
    var binary = json.at("/binaries/0");
    assertEquals("dist/agent", binary.path("where").asText());
    assertEquals("promoted", binary.at("/audit/verdict").asText());
    assertEquals("operators", binary.at("/checks/1/check").asText());
    assertEquals("no", binary.at("/checks/1/answer").asText());
    assertEquals("1: alice", binary.at("/checks/1/seen").asText());
  }

  @Test
  void reports_are_written_beside_the_answer() throws IOException {
    int status =
        gate(
            "--binary=hand-made",
            "--junit=r/gate.xml",
            "--sarif=gate.sarif",
            "--code-quality=gate.json");
    assertEquals(1, status, scene.said());
    assertTrue(Files.readString(folder.resolve("r/gate.xml")).endsWith("</testsuites>\n"));
    assertTrue(Files.readString(folder.resolve("gate.sarif")).contains("\"2.1.0\""));
    assertEquals(
        1, Json.tree(Files.readAllBytes(folder.resolve("gate.json"))).size(), scene.said());
  }

  @ParameterizedTest
  @CsvSource({
    "3, could-not-tell, --registry elsewhere, dist/agent",
    "2, could-not-tell, --minimum-operators=0, dist/agent",
    "2, could-not-tell, --binary=out/*, out/*",
    "4, bad-evidence, --name=viworks/agent, dist/agent"
  })
  void yesterdays_reports_do_not_stay_where_nothing_could_be_asked(
      int status, String rule, String option, String place) throws IOException {
    List<String> reports = List.of("--junit=gate.xml", "--sarif=gate.sarif", "--code-quality=gl");
    List<String> words = new ArrayList<>(List.of("--binary=dist/agent"));
    words.addAll(reports);
    assertEquals(0, gate(words.toArray(String[]::new)), scene.said());
    if (status == 4) {
      scene.write("trust-root.json", "{}".getBytes(StandardCharsets.UTF_8));
    }
    words.addAll(List.of(option.split(" ")));
    assertEquals(status, gate(words.toArray(String[]::new)), scene.said());
    assertEquals("", scene.out);
    String junit = Files.readString(folder.resolve("gate.xml"));
    String element = rule.equals("bad-evidence") ? "failure" : "error";
    assertTrue(junit.contains("<%s type=\"%s\"".formatted(element, rule)), junit);
    assertTrue(junit.contains("name=\"%s\"".formatted(place)), junit);
    var sarif = Json.tree(Files.readAllBytes(folder.resolve("gate.sarif")));
    assertEquals(rule, sarif.at("/runs/0/results/0/ruleId").asText());
    assertEquals(status, sarif.at("/runs/0/invocations/0/exitCode").asInt());
    var quality = Json.tree(Files.readAllBytes(folder.resolve("gl")));
    assertEquals("selfsame-gate/" + rule, quality.at("/0/check_name").asText());
    words.removeAll(reports);
    words.add("--format=junit");
    assertEquals(status, gate(words.toArray(String[]::new)), scene.said());
    assertEquals(junit, scene.out);
  }

  @Test
  void reports_say_so_where_not_even_a_binary_was_named() throws IOException {
    assertEquals(2, gate("--policy=absent.toml", "--code-quality=gl"), scene.said());
    var quality = Json.tree(Files.readAllBytes(folder.resolve("gl")));
    assertEquals("selfsame gate", quality.at("/0/location/path").asText());
    assertTrue(
        quality.at("/0/description").asText().startsWith("cannot read the policy "),
        quality.toString());
  }

  @Test
  void a_report_that_cannot_be_written_is_no_yes_and_leaves_nothing_half() throws IOException {
    Files.createDirectory(folder.resolve("gate.xml"));
    assertEquals(3, gate("--binary=dist/agent", "--junit=gate.xml", "--sarif=gate.sarif"));
    assertTrue(scene.out.startsWith("gate: yes: "), scene.said());
    assertTrue(scene.err.startsWith("error: cannot write "), scene.said());
    assertTrue(Files.exists(folder.resolve("gate.sarif")));
    try (var files = Files.list(folder)) {
      assertFalse(files.anyMatch(file -> file.toString().endsWith(".tmp")));
    }
    assertEquals(3, gate("--binary=hand-made", "--junit=gate.xml"));
  }

  @Test
  @Needs(Component.UNSHARE)
  void a_full_disk_leaves_no_half_report() throws Exception {
    String script =
        """
        mount -t tmpfs -o size=4k none "$0/full" && echo x > "$0/full/f"
        "$@" ; s=$? ; ls -A "$0/full" ; exit $s
        """;
    Files.createDirectory(folder.resolve("full"));
    Process process =
        new ProcessBuilder(
                OwnJvm.mounted(
                    script,
                    folder,
                    OwnJvm.command(
                        Main.class,
                        "gate",
                        "--binary=" + folder.resolve("dist/agent"),
                        "--registry=" + folder.resolve("registry"),
                        "--trust-root=" + folder.resolve("trust-root.json"),
                        "--sarif=" + folder.resolve("full/gate.sarif"))))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(3, process.waitFor(), said);
    assertTrue(said.contains("error: cannot write "), said);
    assertTrue(said.endsWith("\nf\n"), said);
  }

  @Test
  void verify_and_gate_write_nothing_into_the_registry() throws IOException {
    List<String> before = listing();
    gate("--binary", "dist/agent");
    assertEquals(before, listing());
    FileTree.delete(folder.resolve("registry/blobs"));
    assertEquals(4, gate("--binary", "dist/agent"), scene.said());
  }

  private List<String> listing() throws IOException {
    try (var files = Files.walk(folder.resolve("registry"))) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  @Test
  void help_fits_a_screen_and_names_every_exit_code() {
    assertEquals(0, scene.run("gate", "--help"));
    assertTrue(scene.out.lines().count() <= 70, "lines: " + scene.out.lines().count());
    for (String code : List.of("0", "1", "2", "3", "4")) {
      assertTrue(scene.out.lines().anyMatch(line -> line.startsWith("  " + code + "  ")), code);
    }
  }
}
