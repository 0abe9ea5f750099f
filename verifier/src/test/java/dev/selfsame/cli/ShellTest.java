package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What shells and man make of what the program writes for them. */
class ShellTest {
  private static final String ZSHRC =
      """
      . ~/.selfsame.zsh
      note() {
        zle complete-word
        print -r -- "$BUFFER" >>~/completed
        BUFFER=
      }
      zle -N note
      bindkey '^I' note
      PS1='ready '
      """;

  /** Types lines into a terminal of zsh, and TAB behind each. */
  private static final String TYPING =
      """
      zmodload zsh/zpty && zpty shell zsh -i && zpty -r shell begun '*ready *' || exit
      for line; do zpty -w -n shell "$line"$'\t'; done
      zpty -w shell exit
      while zpty -r shell; do :; done
      """;

  @TempDir private Path folder;

  private static String run(List<String> command) throws IOException, InterruptedException {
    return run(new ProcessBuilder(command));
  }

  private static String run(ProcessBuilder command) throws IOException, InterruptedException {
    Process process = command.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said.strip();
  }

  private Path completion(String shell) throws IOException {
    Captured program = new Captured(folder);
    assertEquals(0, program.run("completion", shell), program.err());
    return Files.writeString(folder.resolve("completion"), program.out(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "selfsame ver, verify",
    "selfsame verify --bin, --binary",
    "selfsame pins lo, lock",
    "selfsame init --pri, --print"
  })
  @Needs(Component.BASH)
  void bash_completes_commands_and_options(String typed, String whole) throws Exception {
    List<String> words = new ArrayList<>(List.of(typed.split(" ")));
    String script =
        ". \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMP_LINE=\"$*\";"
            + " COMP_POINT=${#COMP_LINE}; how=$(complete -p selfsame); how=${how#*-F };"
            + " ${how%% *}; echo ${COMPREPLY[@]}";
    List<String> command =
        new ArrayList<>(
            List.of("bash", "--norc", "-c", script, "bash", completion("bash").toString()));
    command.addAll(words);
    assertTrue(List.of(run(command).split("\\s+")).contains(whole), () -> typed + " is not whole");
  }

  /** The keys are pressed in a terminal of a zsh that has read the script as the help says. */
  @Test
  @Needs(Component.ZSH)
  void zsh_completes_commands_and_options() throws Exception {
    Files.move(completion("zsh"), folder.resolve(".selfsame.zsh"));
    Files.writeString(folder.resolve(".zshrc"), ZSHRC);
    List<String> command =
        new ArrayList<>(List.of("timeout", "-k", "5", "120", "zsh", "-f", "-c", TYPING, "zsh"));
    command.addAll(
        List.of(
            "selfsame ver", "selfsame verify --bin", "selfsame pins lo", "selfsame init --pri"));
    ProcessBuilder zsh = new ProcessBuilder(command).directory(folder.toFile());
    zsh.environment().put("HOME", folder.toString());
    zsh.environment().remove("ZDOTDIR");
    String seen = run(zsh);
    assertEquals(
        List.of(
            "selfsame verify",
            "selfsame verify --binary",
            "selfsame pins lock",
            "selfsame init --print"),
        Files.readAllLines(folder.resolve("completed")).stream().map(String::strip).toList(),
        seen);
  }

  @Test
  void a_shell_without_a_script_is_refused() {
    Captured program = new Captured(folder);
    assertEquals(2, program.run("completion", "fish"));
    assertEquals("", program.out());
    assertTrue(program.err().contains("\nhint: "), program.err());
  }

  @Test
  @Needs(Component.GROFF)
  void groff_has_nothing_to_say_of_the_man_pages() throws Exception {
    assertEquals(0, new Captured(folder).run("man", "pages"));
    List<String> command = new ArrayList<>(List.of("groff", "-ww", "-man", "-Tutf8", "-z"));
    try (Stream<Path> pages = Files.list(folder.resolve("pages"))) {
      pages.map(Path::toString).sorted().forEach(command::add);
    }
    assertEquals("", run(command));
  }

  @Test
  @Needs(Component.GROFF)
  void a_man_page_reads_as_it_was_meant() throws Exception {
    assertEquals(0, new Captured(folder).run("man", "pages"));
    String page =
        run(
            List.of(
                "groff",
                "-man",
                "-Tutf8",
                "-P-cbou",
                folder.resolve("pages/selfsame-verify.1").toString()));
    assertTrue(page.contains("selfsame-verify - Tells whether"), page);
    assertTrue(page.contains("--binary"), page);
    assertTrue(page.contains("EXIT STATUS"), page);
  }
}
