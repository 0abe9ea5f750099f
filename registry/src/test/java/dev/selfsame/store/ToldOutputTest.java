package dev.selfsame.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToldOutputTest {
  @TempDir private Path folder;

  @Test
  void a_full_disk_is_told_with_the_file_that_could_not_be_written() throws IOException {
    Path full = Path.of("/dev/full");
    try (FileChannel channel = FileChannel.open(full, StandardOpenOption.WRITE)) {
      ToldOutput out = new ToldOutput(full, channel);
      Failure failure =
          assertThrows(
              Failure.class, () -> new ByteArrayInputStream(new byte[100_000]).transferTo(out));
      assertEquals(ExitCode.UNDECIDED, failure.code());
      assertTrue(
          String.valueOf(failure.getMessage()).startsWith("cannot write /dev/full: No space left"),
          failure.getMessage());
    }
  }

  @Test
  void what_is_written_arrives_and_the_channel_stays_open() throws IOException {
    Path file = folder.resolve("file");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ToldOutput out = new ToldOutput(file, channel);
      out.write(1);
      out.write(new byte[] {0, 2, 3, 0}, 1, 2);
      out.close();
      assertTrue(channel.isOpen());
    }
    assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(file));
  }
}
