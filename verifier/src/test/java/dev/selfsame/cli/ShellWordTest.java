package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {
  @ParameterizedTest
  @ValueSource(strings = {"/tmp/a b", "it's", "$HOME", "a;b", "", "*", "~", "\\n", "/tmp/demo"})
  void a_shell_reads_the_very_word(String word) throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-c", "printf %s " + ShellWord.of(word))
            .redirectErrorStream(true)
            .start();
    shell.getOutputStream().close();
    assertEquals(word, new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    assertEquals(0, shell.waitFor());
  }

  @Test
  void usual_paths_stay_as_they_are() {
    assertEquals("/home/dev/demo-1/registry", ShellWord.of("/home/dev/demo-1/registry"));
  }
}
