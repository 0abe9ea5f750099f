package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ProgressLineTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  private ProgressLine line(boolean moves) {
    return new ProgressLine(new PrintStream(written, true, StandardCharsets.UTF_8), moves);
  }

  private String written() {
    return written.toString(StandardCharsets.UTF_8);
  }

  @Test
  void steps_that_count_at_the_same_time_share_the_moving_line() throws Exception {
    ProgressLine line = line(true);
    try (Progress.Step one = line.begin("control build 2 of 2", 104, Progress.Unit.ITEMS);
        Progress.Step two = line.begin("build with all varied", 104, Progress.Unit.ITEMS)) {
      two.advance(7);
      one.advance(40);
      Thread.sleep(150);
      one.now("compiling serde v1.0.0");
    }
    assertTrue(
        written().contains("build with all varied 7/104 · control build 2 of 2 40/104  0."),
        written());
  }

  @Test
  void a_step_within_another_hides_it() throws Exception {
    ProgressLine line = line(true);
    try (Progress.Step outer = line.begin("outer", 0, Progress.Unit.NONE);
        Progress.Step inner = line.begin("inner", 9, Progress.Unit.ITEMS)) {
      Thread.sleep(150);
      outer.now("something");
      inner.advance(1);
    }
    assertFalse(written().contains("something"), written());
    assertTrue(written().contains("inner 1/9"), written());
  }

  @Test
  void without_a_terminal_each_step_has_plain_lines_of_its_own() {
    ProgressLine line = line(false);
    try (Progress.Step one = line.begin("one", 2, Progress.Unit.ITEMS);
        Progress.Step two = line.begin("two", 2, Progress.Unit.ITEMS)) {
      one.advance(1);
      two.advance(2);
    }
    String text = written().replaceAll("\\d+\\.\\d s", "N s");
    assertEquals("one …\ntwo …\ntwo 2/2  N s\none 1/2  N s\n", text);
  }
}
