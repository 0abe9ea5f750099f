package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.docker.SmallProgram;
import dev.selfsame.evidence.Json;
import dev.selfsame.scenes.Records;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify} of what processes of this machine execute. */
@Needs(Component.GCC)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class VerifyProcessTest {
  private byte[] promoted = new byte[0];
  private byte[] other = new byte[0];

  @TempDir Path folder;
  private RegistryScene scene;
  private List<Process> processes;

  @BeforeAll
  void programs(@TempDir Path built) throws Exception {
    promoted = SmallProgram.compile(built, "promoted");
    other = SmallProgram.compile(built, "other");
  }

  @BeforeEach
  void release() {
    scene = new RegistryScene(folder);
    Records records = Records.of("agent");
    records.binary = promoted;
    scene.stage.release(records);
    processes = new ArrayList<>();
  }

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
  }

  private Path program(String name, byte[] bytes) throws Exception {
    Path program = scene.write(name, bytes);
    assertTrue(program.toFile().setExecutable(true));
    return program;
  }

  /** Started and past its exec, as what it says shows. */
  private String start(Path program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).start();
    processes.add(process);
    assertEquals('u', process.getInputStream().read());
    return "pid:" + process.pid();
  }

  private void replace(Path program, byte[] bytes) throws Exception {
    Files.move(
        program("new", bytes),
        program,
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);
  }

  private void assertSays(int status, String first, String where) {
    assertEquals(status, scene.verify(where), scene.said());
    assertTrue(scene.out.startsWith(first), scene.said());
    assertEquals("", scene.err);
  }

  private void assertFails(String error, String where) {
    assertEquals(3, scene.verify(where), scene.said());
    assertTrue(scene.err.startsWith("error: " + error), scene.said());
    assertEquals("", scene.out);
  }

  @Test
  void a_process_that_executes_promoted_bytes_is_a_yes() throws Exception {
    Path agent = program("agent", promoted);
    String pid = start(agent);
    assertSays(0, "promoted: " + pid + " is viworks/agent", pid);
    assertTrue(
        scene.out.contains(
            "runs         as process %s, started from %s\n".formatted(pid.substring(4), agent)),
        scene.out);
    assertSays(1, "unknown to the registry: ", start(program("evil", other)));
  }

  @Test
  void a_file_that_was_replaced_since_is_never_a_yes() throws Exception {
    Path agent = program("agent", promoted);
    String pid = start(agent);
    replace(agent, other);
    assertSays(1, "other bytes run: " + pid + ": the running process ", pid);
    assertTrue(scene.out.contains("  runs         " + Digest.sha256(promoted)), scene.out);
    assertTrue(scene.out.contains("  file         " + Digest.sha256(other)), scene.out);
    assertEquals(1, scene.verify(pid, "--json"));
    JsonNode json = Json.tree(scene.out.getBytes());
    assertEquals("runs-other-bytes", json.path("verdict").asText());
    assertEquals("promoted", json.at("/running/verdict").asText());
    assertEquals("unknown", json.at("/file/verdict").asText());

    Path evil = program("evil", other);
    String old = start(evil);
    replace(evil, promoted);
    assertSays(1, "other bytes run: " + old, old);
  }

  @Test
  void the_same_bytes_in_another_file_are_a_yes() throws Exception {
    Path agent = program("agent", promoted);
    String pid = start(agent);
    replace(agent, promoted);
    assertSays(0, "promoted: ", pid);
  }

  @Test
  void a_deleted_program_is_read_from_the_process() throws Exception {
    Path agent = program("agent", promoted);
    String pid = start(agent);
    Files.delete(agent);
    assertSays(0, "promoted: ", pid);
    assertTrue(scene.out.contains(agent + ", which was deleted since\n"), scene.out);
    Files.createDirectory(agent);
    assertSays(0, "promoted: ", pid);
    assertTrue(scene.out.contains("which was deleted since"), scene.out);
  }

  @Test
  void a_name_that_ends_as_deleted_ones_do_is_a_name() throws Exception {
    String pid = start(program("agent (deleted)", promoted));
    assertSays(0, "promoted: ", pid);
    assertTrue(scene.out.contains("agent (deleted)\n"), scene.out);
  }

  @Test
  void what_is_no_process_with_a_program_is_no_answer() throws Exception {
    String pid = start(program("agent", promoted));
    processes.getFirst().destroyForcibly().waitFor();
    assertFails("there is no process ", pid);
    assertFails("there is no process 4194305", "pid:4194305");
  }

  /** As nobody, who may open every file here, and so start the program, but look at no process. */
  @Test
  @Needs(Component.ORDINARY_USER)
  void a_process_of_another_user_is_no_answer_for_whoever_is_not_root() throws Exception {
    long pid = ProcessHandle.current().pid();
    ProcessBuilder program =
        OwnProcess.of(
            folder,
            "verify",
            "--binary",
            "pid:" + pid,
            "--registry",
            "registry",
            "--trust-root",
            "trust-root.json");
    program
        .command()
        .addAll(
            0,
            List.of(
                "setpriv",
                "--reuid=nobody",
                "--regid=nogroup",
                "--clear-groups",
                "--inh-caps=-all,+dac_override",
                "--ambient-caps=-all,+dac_override"));
    Process process = program.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(3, process.waitFor(), said);
    assertTrue(
        said.endsWith(
            """
            error: cannot look at process %d: permission denied
            hint: run it as root, or as the user of that process
            """
                .formatted(pid)),
        said);
    assertFalse(said.contains("promoted: "), said);
  }

  @Test
  void an_unknown_binary_is_told_with_what_it_says_and_the_nearest_promoted_one() throws Exception {
    Records far = Records.of("far");
    far.name = "viworks/far";
    far.binary = Files.readAllBytes(Path.of(System.getProperty("java.home"), "lib/libnet.so"));
    scene.stage.release(far);
    scene.write("unknown", other);
    assertSays(1, "unknown to the registry: unknown", "unknown");
    assertTrue(scene.out.contains("  says itself  format ELF, machine "), scene.out);
    assertTrue(scene.out.contains(", rustc unknown, strip "), scene.out);
    assertTrue(scene.out.contains("  nearest      viworks/agent, promotion 1 ("), scene.out);
    assertEquals(1, scene.verify("unknown", "--json"));
    JsonNode json = Json.tree(scene.out.getBytes());
    assertEquals("ELF", json.at("/facts/format").asText());
    assertEquals("viworks/agent", json.at("/nearest/name").asText());
    assertEquals(other.length - promoted.length, json.at("/nearest/sizeDelta").asInt(), scene.out);
  }

  @Test
  void compare_takes_a_process_too() throws Exception {
    Path agent = program("agent", promoted);
    String pid = start(agent);
    Path copy = scene.write("copy", promoted);
    assertEquals(0, plain("compare", copy.toString(), pid), scene.said());
    Files.delete(agent);
    assertEquals(0, plain("compare", pid, copy.toString()), scene.said());
    assertEquals(1, plain("compare", pid, scene.write("o", other).toString()), scene.said());
  }

  private int plain(String... words) {
    return scene.runPlain(words);
  }

  @Test
  void standard_input_is_a_file_too() {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(promoted));
      assertSays(0, "promoted: - is viworks/agent", "-");
      System.setIn(new ByteArrayInputStream(new byte[0]));
      assertSays(1, "unknown to the registry: -", "-");
      assertEquals(2, scene.verify("-", "--binary", "-"), scene.said());
    } finally {
      System.setIn(before);
    }
  }
}
