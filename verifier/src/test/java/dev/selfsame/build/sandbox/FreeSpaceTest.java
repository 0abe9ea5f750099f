package dev.selfsame.build.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreeSpaceTest {
  private static final Path FOLDER = Path.of("/dev/shm");

  @ParameterizedTest
  @CsvSource({
    // A disk keeps a twentieth, and 512 MB of a large one.
    "false, 1_000_000, 50_000",
    "false, 100_000_000_000, 536_870_912",
    // Memory keeps half, all but 1 GB, or three quarters of a large one.
    "true, 1_000_000, 500_000",
    "true, 4_000_000_000, 2_926_258_176",
    "true, 10_000_000_000, 7_500_000_000",
  })
  void what_a_build_leaves_of_the_free_space_is_bounded(
      boolean inMemory, String before, String reserve) {
    long least = number(reserve);
    AtomicLong free = new AtomicLong(number(before));
    FreeSpace space = FreeSpace.of(FOLDER, inMemory, _ -> free.get());
    assertEquals(Optional.empty(), space.tooLittle());
    free.set(least);
    assertEquals(Optional.empty(), space.tooLittle());
    free.set(least - 1);
    assertTrue(space.tooLittle().orElseThrow().startsWith("only "));
  }

  private static long number(String text) {
    return Long.parseLong(text.replace("_", ""));
  }

  @Test
  void what_was_lost_is_counted_from_the_last_mark() {
    AtomicLong free = new AtomicLong(1_000);
    FreeSpace space = FreeSpace.of(FOLDER, false, _ -> free.get());
    free.set(400);
    assertEquals(600, space.lost());
    space.mark();
    assertEquals(0, space.lost());
    free.set(700);
    assertEquals(0, space.lost());
  }

  @Test
  void what_cannot_be_told_stops_nothing() {
    FreeSpace space =
        FreeSpace.of(
            FOLDER,
            false,
            _ -> {
              throw new IOException("gone");
            });
    assertEquals(Optional.empty(), space.tooLittle());
    assertEquals(0, space.lost());
  }
}
