package dev.selfsame.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinaryFileTest {
  @Test
  void an_interrupt_is_told_as_one(@TempDir Path folder) throws IOException {
    Path path = Files.writeString(folder.resolve("agent"), "x");
    Failure failure;
    try (BinaryFile file = BinaryFile.open(path)) {
      Thread.currentThread().interrupt();
      failure = assertThrows(Failure.class, file::digest);
    } finally {
      Thread.interrupted();
    }
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertEquals("interrupted while reading " + path, failure.getMessage());
  }
}
