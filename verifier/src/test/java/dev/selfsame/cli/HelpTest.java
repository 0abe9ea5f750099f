package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class HelpTest {
  private static final int SCREEN = 45;
  private static final int TOP_SCREEN = 45;

  /** What is told of a command, by its name. */
  record Told(String name, Manual manual) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Told> commands() {
    return told(new Main(Surroundings.ofProcess()).program());
  }

  private static Stream<Told> told(CommandLine line) {
    Told own =
        new Told(
            line.getCommandSpec().qualifiedName(" "), ManualReader.read(line.getCommandSpec()));
    return Stream.concat(
        Stream.of(own), line.getSubcommands().values().stream().flatMap(HelpTest::told));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_fits_a_screen_and_has_examples_and_exit_codes(Told told) {
    String help = HelpText.brief(told.manual());
    help.lines().forEach(line -> assertTrue(line.length() <= HelpText.WIDTH, line));
    int most = told.name().equals("selfsame") ? TOP_SCREEN : SCREEN;
    assertTrue(help.lines().count() <= most, () -> help.lines().count() + " lines:\n" + help);
    assertTrue(help.contains("\nExamples:\n"), help);
    assertTrue(help.contains("\nExit codes:\n"), help);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void all_that_is_said_fits_the_width_too(Told told) {
    HelpText.full(told.manual())
        .lines()
        .forEach(line -> assertTrue(line.length() <= HelpText.WIDTH, line));
    // picocli puts null in the place of a variable that it does not know; $$ is a dollar.
    assertFalse(HelpText.full(told.manual()).contains("null"), told.name());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void every_command_and_option_is_described(Told told) {
    Manual manual = told.manual();
    assertFalse(manual.summary().isBlank());
    Stream.of(manual.arguments(), manual.options(), manual.commands(), manual.exitCodes())
        .flatMap(List::stream)
        .forEach(item -> assertFalse(item.text().isBlank(), item.term()));
  }

  @Test
  void a_footer_is_taken_apart() {
    FooterReader parts =
        new FooterReader(
            List.of(
                "Examples:",
                "  one \\",
                "      --more",
                "  two",
                "",
                "A paragraph that",
                "goes on:",
                "  literal = 1",
                "  [table]",
                "and another.",
                "",
                "Exit codes:",
                "  0  yes",
                "  70  a bug,",
                "      really"));
    assertEquals(List.of(List.of("one \\", "--more"), List.of("two")), parts.examples());
    assertEquals(
        List.of(
            new Manual.Block.Paragraph("A paragraph that goes on:"),
            new Manual.Block.Literal(List.of("literal = 1", "[table]")),
            new Manual.Block.Paragraph("and another.")),
        parts.notes());
    assertEquals(
        List.of(new Manual.Item("0", "yes"), new Manual.Item("70", "a bug, really")),
        parts.exitCodes());
  }

  @Test
  void an_example_that_is_too_wide_breaks_before_an_option() {
    String wide = "selfsame verify --binary /opt/a/rather/long/path/agent --name viworks/agent";
    Manual manual =
        new Manual(
            "selfsame x",
            "does",
            List.of("Does."),
            "[OPTIONS]",
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(
                List.of(wide + " --json"), List.of(wide + " --registry \\", "reg"), List.of("a")),
            List.of(),
            List.of());
    assertTrue(
        HelpText.full(manual)
            .endsWith(
                """
                  selfsame verify --binary /opt/a/rather/long/path/agent --name viworks/agent \\
                      --json
                  selfsame verify --binary /opt/a/rather/long/path/agent --name viworks/agent \\
                      --registry reg
                  a
                """),
        HelpText.full(manual));
  }

  @Test
  void a_line_is_cut_at_a_clause_or_else_at_a_word() {
    assertEquals("Says it", HelpText.cut("Says it", 7));
    assertEquals("Says what it is", HelpText.cut("Says what it is, and then some more", 20));
    assertEquals("Says what it is …", HelpText.cut("Says what it is and then some more", 18));
  }

  @Test
  void a_text_is_cut_to_so_many_lines() {
    assertEquals("aa bb cc dd", HelpText.begin("aa bb cc dd", 5, 2));
    assertEquals("aa bb cc …", HelpText.begin("aa bb cc dd ee", 5, 2));
    assertEquals("aa …", HelpText.begin("aa bb cc dd ee", 5, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify", "pins lock", "trust add"})
  void help_of_a_command_is_asked_for_in_two_ways(String words) {
    Captured asked = new Captured(Path.of(""));
    assertEquals(0, asked.run((words + " --help").split(" ")), asked.err());
    assertTrue(asked.out().startsWith("Usage: selfsame " + words + " "), asked.out());
    Captured whole = new Captured(Path.of(""));
    assertEquals(0, whole.run(("help " + words).split(" ")), whole.err());
    assertTrue(whole.out().startsWith("Usage: selfsame " + words + " "), whole.out());
    assertTrue(whole.out().contains("\nEvery command takes:\n"), whole.out());
  }

  /** What is said of the largest file is what is done with one. */
  @ParameterizedTest
  @ValueSource(strings = {"inspect", "compare"})
  void limits_of_what_reads_binaries_are_in_its_help(String verb, @TempDir Path folder)
      throws Exception {
    Captured asked = new Captured(folder);
    assertEquals(0, asked.run(verb, "--help"), asked.err());
    String said = asked.out().replaceAll("\\s+", " ");
    assertTrue(said.contains(" Takes binaries below 2 GiB. "), said);
    assertTrue(said.contains(" --timeout limits reading"), said);

    Path large = folder.resolve("large");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(2L << 30); // the disk keeps nothing of what nobody wrote
    }
    String[] given =
        verb.equals("compare")
            ? new String[] {verb, large.toString(), large.toString()}
            : new String[] {verb, large.toString()};
    assertEquals(3, asked.run(given), asked.err());
    assertTrue(asked.err().contains("more than 2 GiB"), asked.err());
  }

  @Test
  void the_whole_help_of_compare_says_what_else_it_could_not_tell() {
    Captured asked = new Captured(Path.of(""));
    assertEquals(0, asked.run("help", "compare"), asked.err());
    String said = asked.out().replaceAll("\\s+", " ");
    for (String why :
        List.of("a name that leads out of it", "longer than --timeout", "no engine or registry")) {
      assertTrue(said.contains(why), said);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void help_of_all_says_what_the_commands_themselves_say(String option) {
    Captured asked = new Captured(Path.of(""));
    assertEquals(0, asked.run(option), asked.err());
    CommandLine whole = new Main(Surroundings.ofProcess()).program();
    assertEquals(HelpText.brief(ManualReader.read(whole.getCommandSpec())), asked.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--debug verify --help", "--help verify", "--debug --help"})
  void options_may_come_before_a_verb(String words) {
    Captured asked = new Captured(Path.of(""));
    assertEquals(0, asked.run(words.split(" ")), asked.err());
    assertTrue(asked.out().startsWith("Usage: selfsame "), asked.out());
  }

  @Test
  void arguments_may_stand_in_a_file(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("arguments"), "verify --help");
    Captured asked = new Captured(folder);
    assertEquals(0, asked.run("@" + folder.resolve("arguments")), asked.err());
    assertTrue(asked.out().startsWith("Usage: selfsame verify "), asked.out());
  }

  @Test
  void help_of_no_command_is_a_usage_error() {
    Captured asked = new Captured(Path.of(""));
    assertEquals(2, asked.run("help", "pins", "frobnicate"));
    assertTrue(asked.err().startsWith("error: selfsame pins has no command frobnicate\n"));
  }

  @Test
  void man_pages_are_the_same_every_time(@TempDir Path folder) throws Exception {
    for (String name : List.of("a", "b")) {
      assertEquals(0, new Captured(folder).run("man", name));
    }
    try (Stream<Path> pages = Files.list(folder.resolve("a"))) {
      List<Path> all = pages.sorted().toList();
      assertEquals(
          commands().map(told -> page(told.name())).sorted().toList(),
          all.stream().map(page -> page.getFileName().toString()).toList());
      for (Path page : all) {
        assertEquals(-1, Files.mismatch(page, folder.resolve("b").resolve(page.getFileName())));
        assertTrue(
            Files.readString(page, StandardCharsets.UTF_8).chars().allMatch(c -> c < 128),
            page.toString());
      }
    }
  }

  private static String page(String command) {
    return command.replace(' ', '-') + ".1";
  }

  @Test
  void man_pages_have_their_commands_names_and_refer_to_commands_alone() {
    List<Told> all = commands().toList();
    List<String> names = all.stream().map(told -> told.name().replace(' ', '-')).toList();
    for (Told told : all) {
      List<String> page = ManPage.of(told.manual()).replace("\\-", "-").lines().toList();
      String summary = page.get(page.indexOf(".SH \"NAME\"") + 1);
      assertTrue(summary.startsWith(told.name().replace(' ', '-') + " - "), summary);
      List<String> references =
          page.stream()
              .filter(line -> line.startsWith(".BR "))
              .map(line -> line.split(" ")[1])
              .toList();
      assertFalse(references.isEmpty(), told.name());
      assertTrue(names.containsAll(references), references::toString);
    }
  }
}
