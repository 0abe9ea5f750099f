package dev.selfsame.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.keys.KeyFile;
import dev.selfsame.source.Repositories;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.eclipse.jgit.api.Git;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as it is at a terminal; elsewhere it is what all other suites see. */
@Needs(Component.SCRIPT)
@Timeout(300)
class TerminalIT {
  private static final Pattern COLOUR = Pattern.compile("\u001b\\[\\d+m");

  /** Drawn where the line begins, and taken away again. */
  private static final Pattern MOVING =
      Pattern.compile("\r\u001b\\[Kpackaging source {2}[.\\d]+ s\r\u001b\\[K");

  @TempDir private Path folder;

  @Test
  void a_passphrase_is_not_shown_and_ctrl_c_leaves_the_terminal_as_it_was() throws Exception {
    String script =
        """
        trap : INT
        before=$(stty -g)
        "$1" keys generate --out first.key; echo "first ended with $?"
        "$1" keys generate --out second.key; echo "second ended with $?"
        [ "$(stty -g)" = "$before" ] && echo "as it was"
        """;
    try (AtTerminal terminal = new AtTerminal(folder, script, DemoRun.launcher().toString())) {
      terminal.await("New passphrase for ");
      terminal.type("open sesame\n");
      terminal.await("The same again: ");
      terminal.type("open sesame\n");
      terminal.await("first ended with 0");
      terminal.await("New passphrase for ");
      terminal.type("half a word\u0003");
      terminal.await("error: interrupted");
      terminal.await("second ended with 3");
      terminal.await("as it was");
      assertEquals(0, terminal.ended(), terminal.shown());
      assertFalse(terminal.shown().contains("sesame"), terminal.shown());
      assertFalse(terminal.shown().contains("half"), terminal.shown());
    }
    KeyFile.read(folder.resolve("first.key"), of -> "open sesame".toCharArray());
    assertFalse(Files.exists(folder.resolve("second.key")));
  }

  @Test
  @Needs(Component.BWRAP)
  void colours_and_a_moving_line_are_for_the_terminal_alone() throws Exception {
    Path project = Files.createDirectory(folder.resolve("project"));
    Repositories.write(project, "README", "not built so");
    try (Git git = Repositories.init(project)) {
      Repositories.commitAll(git);
    }
    String script =
        """
        "$1" inspect /proc/self/exe
        "$1" build project
        "$1" build project 2>lines
        """;
    try (AtTerminal terminal = new AtTerminal(folder, script, DemoRun.launcher().toString())) {
      assertEquals(2, terminal.ended(), terminal.shown());
      assertTrue(COLOUR.matcher(terminal.shown()).find(), terminal.shown());
      assertTrue(MOVING.matcher(terminal.shown()).find(), terminal.shown());
    }
    String lines = Files.readString(folder.resolve("lines"));
    assertTrue(lines.contains("packaging source …\n"), lines);
    assertFalse(lines.contains("\u001b"), lines);
  }
}
