package dev.selfsame.binary.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private static final Duration LIMIT = Duration.ofSeconds(1);

  /** No loop over a file is shorter than what is to be ended. */
  private static final int LONG = 10_000;

  private boolean over;
  private final InstantSource clock = () -> Instant.EPOCH.plusSeconds(over ? 1 : 0);

  private interface Work {
    void on(ByteView view) throws IOException;
  }

  @Test
  void a_loop_ends_whatever_it_asks_a_view_for() throws IOException {
    List<Work> all =
        List.of(
            view -> view.u8(0),
            view -> view.u16(0),
            view -> view.u32(0),
            view -> view.i64(0),
            view -> view.count(0, 1, 8),
            view -> view.slice(1, 2),
            view -> view.slice(1, 7).slice(1, 4).u8(0),
            view -> view.in(ByteOrder.BIG_ENDIAN).u16(0),
            view -> view.alone().u8(0),
            view -> view.text(0, 8),
            view -> view.copy(0, 4),
            view -> view.copyInto(new byte[4], 0, 4),
            view -> view.startsWith(0, new byte[] {1}),
            view -> view.zero(),
            view -> view.indexOf("x", 0),
            view -> view.stream().read(),
            view -> view.stream().readAllBytes(),
            view -> view.mismatch(view));
    for (Work work : all) {
      over = false;
      ByteView view =
          Deadline.in(LIMIT, clock).during(() -> ByteView.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 0}));
      for (int i = 0; i < LONG; i++) {
        work.on(view);
      }
      over = true;
      assertThrows(
          OverdueException.class,
          () -> {
            for (int i = 0; i < LONG; i++) {
              work.on(view);
            }
          },
          "number " + all.indexOf(work));
    }
  }

  @Test
  void one_long_step_is_seen_at_its_end() {
    Deadline deadline = Deadline.in(LIMIT, clock);
    ByteView view = deadline.during(() -> ByteView.of(new byte[1 << 20]));
    over = true;
    assertThrows(OverdueException.class, () -> view.copy(0, 1 << 20));
    // As what was unpacked is.
    assertThrows(
        OverdueException.class, () -> deadline.during(() -> ByteView.of(new byte[1 << 20])));
  }

  @Test
  void it_holds_for_what_is_made_under_it_alone() {
    ByteView before = ByteView.of(new byte[8]);
    Deadline deadline = Deadline.in(LIMIT, clock);
    over = true;
    for (int i = 0; i < LONG; i++) {
      deadline.during(() -> before.u8(0));
    }
    assertEquals(Long.MAX_VALUE, Deadline.current().look());
    assertThrows(OverdueException.class, () -> deadline.during(() -> Deadline.current().look()));
  }

  @Test
  void it_tells_how_long_there_is_still() {
    Deadline deadline = Deadline.in(LIMIT, clock);
    assertEquals(1000, deadline.look());
    over = true;
    assertThrows(OverdueException.class, deadline::look);
  }

  @Test
  void each_file_is_named_once_the_outer_first() {
    OverdueException e = new OverdueException().in("b").in("a").in("b");
    assertEquals(List.of("a", "b"), e.files());
    assertEquals(List.of(), new OverdueException().files());
  }
}
