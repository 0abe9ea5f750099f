package dev.selfsame.where;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much of an image is looked through, by the size of its layers. */
class EffortTest {
  @TempDir private Path folder;

  @Test
  void a_small_layer_that_unpacks_without_end_is_given_up() throws IOException {
    Path small = Files.write(folder.resolve("small"), new byte[1 << 20]);
    Effort effort = Effort.of("image", List.of(small));
    effort.spend(Effort.LEAST);
    Failure failure = assertThrows(Failure.class, () -> effort.spend(1));
    assertEquals(ExitCode.UNDECIDED, failure.code());
  }

  @Test
  void all_passes_over_large_layers_are_allowed() throws IOException {
    Path large = folder.resolve("large");
    long size = 6L << 30;
    try (RandomAccessFile sparse = new RandomAccessFile(large.toFile(), "rw")) {
      sparse.setLength(size); // All of it a hole.
    }
    Effort effort = Effort.of("image", List.of(large, large));
    for (int pass = 0; pass < 4; pass++) {
      effort.spend(3 * 2 * size);
    }
  }
}
