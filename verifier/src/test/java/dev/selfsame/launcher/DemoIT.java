package dev.selfsame.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.BuildRecord.Run;
import dev.selfsame.evidence.BuildRecord.RunKind;
import dev.selfsame.evidence.Json;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, and the lines that it prints to check again. */
@Needs(Component.BWRAP)
class DemoIT {
  @TempDir private Path elsewhere;

  @Test
  void ends_well_and_names_the_lines_to_check_again() throws Exception {
    var demo = DemoRun.once();
    assertEquals(0, demo.result().status(), demo.result().err());
    for (String file : List.of("promoted", "hand-made", "tampered")) {
      String line = "selfsame verify --binary " + demo.folder().resolve(file);
      assertTrue(demo.result().out().contains(line), demo.result().out());
    }
  }

  @Test
  void it_needs_no_root() throws Exception {
    var demo = DemoRun.once();
    assertEquals(0, demo.result().status(), demo.result().err());
    assertNotEquals("root", demo.owner());
  }

  @Test
  void it_says_how_they_differ_why_the_hand_made_one_may_not_pass_and_where_the_time_went()
      throws Exception {
    var demo = DemoRun.once();
    String out = demo.result().out();
    long recorded = Files.size(demo.folder().resolve("promoted"));
    long byHand = Files.size(demo.folder().resolve("hand-made"));
    assertTrue(
        out.contains(
            String.format(
                Locale.ROOT,
                "%,d bytes as recorded, %,d by hand: %+,d",
                recorded,
                byHand,
                byHand - recorded)),
        out);
    String refusal = out.substring(out.indexOf("may the hand-made binary pass?"));
    assertTrue(refusal.lines().anyMatch(line -> line.matches("   no +\\S+ .+")), out);
    assertTrue(refusal.contains("   hand-made: refused\n"), out);
    assertTrue(out.lines().anyMatch(line -> line.matches(" +[0-9.]+ s  in all")), out);
  }

  @Test
  void the_builds_gave_the_same_bytes_with_and_without_variation() throws Exception {
    Path folder = DemoRun.once().folder();
    BuildRecord record =
        Json.read(Files.readAllBytes(folder.resolve("build-record.json")), BuildRecord.class);
    assertEquals(
        List.of(RunKind.CONTROL, RunKind.CONTROL, RunKind.VARIED),
        record.runs().stream().map(Run::kind).toList());
    assertEquals(1, record.runs().stream().map(Run::outputs).distinct().count());
    assertTrue(record.reproducibility().reproducible());
    assertEquals(Digest.sha256(folder.resolve("promoted")), record.outputs().getFirst().digest());
    assertTrue(record.crates().size() > 50, "crates: " + record.crates().size());
  }

  @Test
  void the_lines_that_it_prints_tell_the_three_files_apart() throws Exception {
    String out = DemoRun.once().result().out();
    Path bin = Files.createDirectory(elsewhere.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("selfsame"), DemoRun.launcher());
    Map<String, String> environment = Map.of("PATH", bin + ":" + System.getenv("PATH"));
    List<Integer> statuses = new ArrayList<>();
    for (String line : out.lines().filter(line -> line.startsWith("  selfsame verify ")).toList()) {
      statuses.add(Shell.run(elsewhere, environment, List.of("sh", "-c", line)).status());
    }
    assertEquals(List.of(0, 1, 1), statuses, out);
  }

  @Test
  void the_hand_made_and_the_tampered_binary_are_not_the_promoted_one() throws Exception {
    Path folder = DemoRun.once().folder();
    byte[] promoted = Files.readAllBytes(folder.resolve("promoted"));
    byte[] tampered = Files.readAllBytes(folder.resolve("tampered"));
    assertEquals(promoted.length, tampered.length);
    int differing = 0;
    for (int i = 0; i < promoted.length; i++) {
      differing += promoted[i] == tampered[i] ? 0 : 1;
    }
    assertEquals(1, differing);
    assertNotEquals(promoted.length, Files.size(folder.resolve("hand-made")));
  }

  @Test
  void the_promoted_binary_runs() throws Exception {
    Path promoted = DemoRun.once().folder().resolve("promoted");
    var result = Shell.run(elsewhere, Map.of(), List.of(promoted.toString(), "--version"));
    assertEquals(0, result.status(), result.err());
    assertTrue(result.out().startsWith("selfsame-agent "), result.out());
  }

  @Test
  void the_report_stands_alone() throws Exception {
    String html = Files.readString(DemoRun.once().folder().resolve("report.html"));
    assertTrue(html.contains("<svg"), "no picture");
    assertTrue(!html.contains("<script") && !html.contains("src=\"http"), "needs something else");
  }

  @Test
  void it_leaves_what_its_help_names_and_nothing_else() throws Exception {
    Path folder = DemoRun.once().folder();
    List<String> promised =
        List.of(
            "build-record.json",
            "hand-made",
            "keys",
            "logs",
            "policy.toml",
            "promoted",
            "registry",
            "report.html",
            "tampered",
            "trust-root.json");
    try (var entries = Files.list(folder)) {
      assertEquals(
          promised, entries.map(entry -> entry.getFileName().toString()).sorted().toList());
    }
    assertTrue(Files.notExists(folder.resolveSibling(".demo.partial")));
    var help =
        Shell.run(elsewhere, Map.of(), List.of(DemoRun.launcher().toString(), "demo", "--help"));
    String names = help.out().substring(help.out().indexOf("DIR/ then holds "));
    for (String name : promised) {
      assertTrue(names.contains(name), name + " in " + help.out());
    }
  }

  @Test
  void a_moved_registry_still_answers() throws Exception {
    Path folder = DemoRun.once().folder();
    Path moved = elsewhere.resolve("moved");
    List<String> copy = List.of("cp", "-a", folder.toString(), moved.toString());
    assertEquals(0, Shell.run(elsewhere, Map.of(), copy).status());
    assertEquals(0, verify(moved, moved.resolve("promoted"), Map.of()).status());
  }

  @Test
  void no_registry_and_no_trust_root_are_no_yes() throws Exception {
    Path folder = DemoRun.once().folder();
    List<String> command = new ArrayList<>(command(folder, folder.resolve("promoted")));
    command.set(command.indexOf("--registry") + 1, elsewhere.resolve("absent").toString());
    assertEquals(3, Shell.run(elsewhere, Map.of(), command).status());
    command = new ArrayList<>(command(folder, folder.resolve("promoted")));
    command.set(command.indexOf("--trust-root") + 1, elsewhere.resolve("absent").toString());
    int status = Shell.run(elsewhere, Map.of(), command).status();
    assertEquals(2, status);
  }

  @Test
  void a_folder_with_something_in_it_is_left_alone() throws Exception {
    Path full = Files.createDirectory(elsewhere.resolve("full"));
    Files.writeString(full.resolve("mine"), "mine");
    var result =
        Shell.run(
            elsewhere, Map.of(), List.of(DemoRun.launcher().toString(), "demo", full.toString()));
    assertEquals(2, result.status(), result.err());
    assertEquals(2, result.err().lines().count(), result.err());
    try (var entries = Files.list(full)) {
      assertEquals(List.of(full.resolve("mine")), entries.toList());
    }
  }

  @Test
  @Needs(Component.UNSHARE)
  void a_mount_point_is_refused_before_anything_is_built() throws Exception {
    Path mounted = Files.createDirectory(elsewhere.resolve("mounted"));
    var result =
        Shell.run(
            elsewhere,
            Map.of(),
            Shell.mounted(
                "mount -t tmpfs none \"$2\" && exec \"$1\" demo \"$2\"",
                DemoRun.launcher().toString(),
                mounted.toString()));
    assertEquals(2, result.status(), result.err());
    assertTrue(result.err().contains("mount point"), result.err());
    assertEquals(2, result.err().lines().count(), result.err());
  }

  private Shell.Result verify(Path folder, Path binary, Map<String, String> environment)
      throws Exception {
    return Shell.run(elsewhere, environment, command(folder, binary));
  }

  private static List<String> command(Path folder, Path binary) {
    return List.of(
        DemoRun.launcher().toString(),
        "verify",
        "--binary",
        binary.toString(),
        "--registry",
        folder.resolve("registry").toString(),
        "--trust-root",
        folder.resolve("trust-root.json").toString());
  }
}
