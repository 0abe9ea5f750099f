package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.audit.report.RunnerFile;
import dev.selfsame.scenes.Records;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gate where GITHUB_ACTIONS and its files are set. */
class GateInActionsTest {
  @TempDir Path folder;
  private RegistryScene scene;
  private Path summary;
  private Path outputs;
  private final Records records = Records.of("the promoted binary");

  @BeforeEach
  void release() {
    scene = new RegistryScene(folder);
    scene.stage.release(records);
    scene.write("agent", records.binary);
    scene.write("hand-made", "hand-made".getBytes(StandardCharsets.UTF_8));
    summary = folder.resolve("summary.md");
    outputs = folder.resolve("outputs");
    scene.environment =
        Map.of(
            "GITHUB_ACTIONS",
            "true",
            "GITHUB_STEP_SUMMARY",
            summary.toString(),
            "GITHUB_OUTPUT",
            outputs.toString());
  }

  private int gate(String... words) {
    List<String> all = new ArrayList<>(List.of("gate"));
    all.addAll(List.of(words));
    return scene.run(all.toArray(String[]::new));
  }

  private Map<String, String> read() throws IOException {
    return RunnerFile.read(Files.readString(outputs));
  }

  @Test
  void a_yes_is_an_output_a_summary_and_a_notice() throws IOException {
    assertEquals(0, gate("--binary", "agent"), scene.said());
    assertEquals(
        Map.of(
            "verdict",
            "yes",
            "exit-code",
            "0",
            "digest",
            records.artifact().toString(),
            "promotion",
            "1"),
        read());
    assertTrue(Files.readString(summary).startsWith("## selfsame gate: yes\n"));
    assertTrue(scene.out.contains("\n::notice file=agent,title=selfsame gate%3A promoted::"));
  }

  @Test
  void a_no_is_an_output_a_summary_and_an_error() throws IOException {
    assertEquals(1, gate("--binary", "hand-made"), scene.said());
    assertEquals("no", read().get("verdict"));
    assertEquals("1", read().get("exit-code"));
    assertTrue(Files.readString(summary).startsWith("## selfsame gate: no\n"));
    assertTrue(scene.out.contains("\n::error file=hand-made,title=selfsame gate%3A unknown::"));
  }

  @Test
  void what_could_not_be_asked_is_told_too() throws IOException {
    assertEquals(3, gate("--binary", "agent", "--registry", "elsewhere"), scene.said());
    assertEquals("could-not-tell", read().get("verdict"));
    assertEquals("3", read().get("exit-code"));
    assertTrue(scene.out.startsWith("::error title=selfsame gate::no registry at "), scene.out);
    assertEquals(2, scene.err.lines().count(), scene.err);
    assertEquals(2, gate("--binary", "dist/*"), scene.said());
    assertEquals("2", read().get("exit-code"));
    String said = Files.readString(summary);
    assertEquals(2, said.lines().filter("## selfsame gate: could-not-tell"::equals).count(), said);
  }

  @Test
  void text_is_quoted_so_that_no_name_in_it_is_a_command() {
    scene.write("x ##[error]forged", new byte[1]);
    assertEquals(1, gate("--binary", "x ##[error]forged"), scene.said());
    List<String> lines = scene.out.lines().toList();
    String stop = lines.getFirst();
    assertTrue(stop.matches("::stop-commands::selfsame-[0-9a-f]{32}"), stop);
    String resume = "::" + stop.substring("::stop-commands::".length()) + "::";
    int end = lines.indexOf(resume);
    assertTrue(end > 1, scene.out);
    for (String line : lines.subList(end + 1, lines.size())) {
      assertTrue(line.startsWith("::error ") || line.startsWith("::notice "), line);
    }
    gate("--binary", "hand-made");
    assertNotEquals(stop, scene.out.lines().findFirst().orElseThrow());
  }

  @Test
  void documents_on_stdout_stay_whole_and_annotations_go_beside_them() {
    gate("--binary", "hand-made", "--format", "json");
    assertTrue(scene.out.startsWith("{") && !scene.out.contains("::error"), scene.out);
    assertTrue(scene.err.startsWith("::error file=hand-made,"), scene.err);
    gate("--binary", "hand-made", "--format", "github");
    assertTrue(scene.out.startsWith("::error file=hand-made,"), scene.out);
    assertEquals("", scene.err);
  }

  @Test
  void files_are_added_to_and_lines_of_others_stay_theirs() throws IOException {
    Files.writeString(summary, "# Mine");
    Files.writeString(outputs, "mine=1");
    gate("--binary", "agent");
    gate("--binary", "hand-made");
    assertTrue(Files.readString(summary).startsWith("# Mine\n## selfsame gate: yes\n"));
    assertTrue(Files.readString(summary).contains("## selfsame gate: no\n"));
    assertEquals("1", read().get("mine"));
    assertEquals("no", read().get("verdict"));
  }

  @Test
  void a_summary_never_grows_beyond_what_the_runner_takes() throws IOException {
    for (int room : new int[] {0, 100, 600, 5000}) {
      Files.writeString(summary, "x".repeat((1 << 20) - room));
      assertEquals(1, gate("--binary", "hand-made"), scene.said());
      assertTrue(Files.size(summary) <= 1 << 20, "room " + room + ": " + Files.size(summary));
      assertEquals(3, gate("--binary", "agent", "--registry", "elsewhere"));
      assertTrue(Files.size(summary) <= 1 << 20, "room " + room + ": " + Files.size(summary));
    }
    assertTrue(Files.readString(summary).contains("## selfsame gate: no"));
  }

  @Test
  void outputs_that_cannot_be_written_are_no_yes() throws IOException {
    Files.createDirectory(outputs);
    assertEquals(3, gate("--binary", "agent"), scene.said());
    assertTrue(scene.err.startsWith("error: cannot write "), scene.err);
  }

  @Test
  void a_report_that_cannot_be_written_is_no_yes_for_the_steps_after_it() throws IOException {
    Files.createDirectory(folder.resolve("gate.xml"));
    assertEquals(3, gate("--binary", "agent", "--junit", "gate.xml"), scene.said());
    assertEquals("could-not-tell", read().get("verdict"));
    assertEquals("3", read().get("exit-code"));
    Files.createDirectory(summary.resolveSibling("s"));
    Map<String, String> other = new HashMap<>(scene.environment);
    other.put("GITHUB_STEP_SUMMARY", folder.resolve("s").toString());
    scene.environment = other;
    assertEquals(3, gate("--binary", "agent"), scene.said());
    assertEquals("could-not-tell", read().get("verdict"));
  }

  @Test
  void without_a_step_there_are_no_commands_and_no_files() {
    scene.environment = Map.of();
    gate("--binary", "agent");
    assertFalse(scene.out.contains("::"), scene.out);
    assertFalse(Files.exists(summary) || Files.exists(outputs));
  }
}
