package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.Fixtures;
import dev.selfsame.files.UserFolders;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    return run(out, args);
  }

  private int run(OutputStream stdout, String... args) {
    Console console =
        new Console(
            new PrintStream(stdout, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            false,
            false);
    Map<String, String> environment = Map.of("HOME", "/nonexistent");
    return new Main(
            new Surroundings(
                environment,
                Clock.systemUTC(),
                UserFolders.of(environment),
                Path.of("").toAbsolutePath(),
                console))
        .run(args);
  }

  @Test
  void no_verb_is_a_usage_error_of_two_lines() {
    assertEquals(2, run());
    assertEquals("error: no verb was given\nhint: selfsame --help shows how it is used\n", err());
    assertEquals("", out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void an_interrupt_that_the_jdk_calls_an_error_of_a_file_is_told_as_one() {
    Failure blamed =
        Failure.undecided("cannot read x: null", "free disk", new ClosedByInterruptException());
    assertEquals("interrupted", Main.told(blamed).getMessage());
    assertEquals(ExitCode.UNDECIDED, Main.told(blamed).code());
    Failure other = Failure.undecided("cannot read x: bad", "free disk", new IOException("bad"));
    assertEquals(other, Main.told(other));
  }

  @ParameterizedTest
  @ValueSource(strings = {"frobnicate", "--frobnicate", "verify\nerror: forged", ""})
  void an_unknown_word_is_a_usage_error_of_two_lines(String word) {
    assertEquals(2, run(word));
    assertEquals(2, err().lines().count(), err());
    assertTrue(err().startsWith("error: "), err());
  }

  @Test
  void help_names_every_exit_code() {
    assertEquals(0, run("--help"));
    String help = out.toString(StandardCharsets.UTF_8);
    for (String code : new String[] {"0", "1", "2", "3", "4", "70"}) {
      assertTrue(help.lines().anyMatch(line -> line.strip().startsWith(code + " ")), code);
    }
  }

  private static final String LOST =
      "error: the result could not be written to stdout\n"
          + "hint: look at what stdout leads to, then run the command again\n";

  @Test
  void a_result_that_could_not_be_written_is_neither_yes_nor_no() throws IOException {
    String a = Fixtures.path("bare-full").toString();
    String b = Fixtures.path("bare-symbols").toString();
    assertEquals(0, run("compare", a, a));
    assertEquals(1, run("compare", a, b));
    try (OutputStream full = new FileOutputStream("/dev/full")) {
      for (String[] command :
          new String[][] {
            {"--help"}, {"compare", a, a}, {"compare", a, b}, {"compare", "--json", a, b}
          }) {
        err.reset();
        assertEquals(3, run(full, command), err());
        assertEquals(LOST, err());
      }
    }
  }

  /** What is worse than no answer is told as it would be, and that it is not all. */
  @Test
  void a_failure_keeps_its_code_where_stdout_takes_nothing(@TempDir Path folder)
      throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path("hello-abort"));
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length / 2));
    try (OutputStream full = new FileOutputStream("/dev/full")) {
      assertEquals(3, run(full, "inspect", cut.toString()));
      assertTrue(err().startsWith("error: could not read all of " + cut), err());
      assertTrue(err().endsWith(LOST), err());
      assertEquals(4, err().lines().count(), err());
      err.reset();
      // Nothing was to be written.
      assertEquals(2, run(full, "compare", cut.toString()));
      assertEquals(2, err().lines().count(), err());
    }
  }

  @Test
  @Timeout(120)
  void the_program_ends_so_where_the_disk_is_full(@TempDir Path folder) throws Exception {
    Path said = folder.resolve("err");
    Process process =
        OwnProcess.of(
                folder,
                "compare",
                Fixtures.path("bare-full").toString(),
                Fixtures.path("bare-symbols").toString())
            .redirectOutput(new File("/dev/full"))
            .redirectError(said.toFile())
            .start();
    try {
      assertEquals(3, process.waitFor(), Files.readString(said));
    } finally {
      process.destroyForcibly();
    }
    assertEquals(LOST, Files.readString(said));
  }

  @Test
  void progress_on_a_terminal_is_one_moving_line_that_goes_away() {
    ProgressLine progress =
        new ProgressLine(new PrintStream(err, false, StandardCharsets.UTF_8), true);
    Progress.Step step = progress.begin("building", 0, Progress.Unit.NONE);
    assertTrue(err().startsWith("\r\u001b[Kbuilding  0."), err());
    step.close();
    assertTrue(err().endsWith("\r\u001b[K"), err());
  }

  @Test
  void progress_off_a_terminal_is_plain_lines() {
    Progress progress =
        new ProgressLine(new PrintStream(err, false, StandardCharsets.UTF_8), false);
    try (Progress.Step step = progress.begin("fetching packages", 2, Progress.Unit.ITEMS)) {
      step.advance(2);
    }
    assertTrue(err().startsWith("fetching packages …\nfetching packages 2/2"), err());
    assertTrue(!err().contains("\u001b") && !err().contains("\r"), err());
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
