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
  @TempDir private Path folder;

  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
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
            + " COMP_POINT=${#COMP_LINE}; _complete_selfsame; echo ${COMPREPLY[@]}";
    List<String> command =
        new ArrayList<>(
            List.of("bash", "--norc", "-c", script, "bash", completion("bash").toString()));
    command.addAll(words);
    assertTrue(List.of(run(command).split("\\s+")).contains(whole), () -> typed + " is not whole");
  }

  @Test
  @Needs(Component.BASH)
  void a_script_for_zsh_is_a_script() throws Exception {
    run(List.of("bash", "-n", completion("zsh").toString()));
    assertEquals(2, new Captured(folder).run("completion", "fish"));
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
