package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PulledFileTest {
  @TempDir private Path folder;

  @Test
  void an_interrupt_is_told_as_one_and_leaves_nothing() throws IOException {
    Path path = folder.resolve("agent");
    Thread.currentThread().interrupt();
    Failure failure;
    try {
      failure =
          assertThrows(
              Failure.class,
              () -> new PulledFile(path, false).write(out -> say("x".repeat(1 << 16), out)));
    } finally {
      Thread.interrupted();
    }
    assertEquals("interrupted while writing " + path, failure.getMessage());
    assertLeft();
  }

  /** The other one is quicker: it has its file in place before this one has all its bytes. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void of_two_at_once_one_is_refused_unless_forced_and_no_file_is_mixed(boolean force)
      throws IOException {
    Path path = folder.resolve("agent");
    PulledFile file = new PulledFile(path, force);
    file.requireFree();
    PulledFile.Source slower =
        out -> {
          file.write(other -> say("the other", other));
          return say("this one, which is longer", out);
        };
    if (force) {
      file.write(slower);
    } else {
      Failure told = assertThrows(Failure.class, () -> file.write(slower));
      assertEquals(ExitCode.USAGE, told.code());
      assertEquals(path + " is there already", told.getMessage());
    }
    assertEquals(force ? "this one, which is longer" : "the other", Files.readString(path));
    assertTrue(Files.isExecutable(path));
    assertLeft("agent");
  }

  private static long say(String text, OutputStream out) {
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      return text.length();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertLeft(String... names) throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(names), left.map(file -> file.getFileName().toString()).toList());
    }
  }
}
