package dev.selfsame.compare.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.binary.bytes.Deadline;
import dev.selfsame.binary.bytes.OverdueException;
import dev.selfsame.outcome.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is read of trees is counted and timed, however it is read. */
class TreeTimeTest {
  private static final Duration LIMIT = Duration.ofHours(1);

  /** How often the clock was looked at, and how often before the time is over. */
  private int looks;

  private int most = Integer.MAX_VALUE;

  private Instant look() {
    looks++;
    return looks > most ? Instant.EPOCH.plus(LIMIT) : Instant.EPOCH;
  }

  private Deadline deadline() {
    looks = 0;
    return Deadline.in(LIMIT, this::look);
  }

  private static InputStream bytes(int size) {
    return new ByteArrayInputStream(new byte[size]);
  }

  @Test
  void what_is_passed_over_counts_as_what_is_read() throws IOException {
    Bounds small = new Bounds(1, 10, 1);
    InputStream enough = small.meter("A").metered(bytes(100));
    assertEquals(5, enough.skip(5));
    assertEquals(0, enough.read());
    assertEquals(4, enough.readNBytes(4).length);
    assertThrows(Failure.class, () -> enough.skip(1));
    assertThrows(Failure.class, () -> small.meter("A").metered(bytes(100)).skip(11));
    // What is not there is not counted.
    assertEquals(10, small.meter("A").metered(bytes(10)).skip(11));
  }

  @Test
  void passing_over_takes_time() {
    most = 1;
    InputStream in = deadline().during(() -> Bounds.USUAL.meter("A").metered(bytes(1 << 20)));
    assertThrows(OverdueException.class, () -> in.skip(1 << 20));
  }
}
