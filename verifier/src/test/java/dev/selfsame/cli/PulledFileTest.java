package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
              () ->
                  new PulledFile(path, false)
                      .write(out -> {
                        try {
                          out.write(new byte[1 << 16]);
                        } catch (IOException e) {
                          throw new UncheckedIOException(e);
                        }
                        return 1 << 16;
                      }));
    } finally {
      Thread.interrupted();
    }
    assertEquals("interrupted while writing " + path, failure.getMessage());
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }
}
