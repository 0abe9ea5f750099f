package dev.selfsame.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.outcome.ExitCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class BadnessTest {
  @Test
  void the_worst_speaks_for_all_in_whatever_order_they_come() {
    List<ExitCode> best =
        List.of(
            ExitCode.YES,
            ExitCode.NO,
            ExitCode.UNDECIDED,
            ExitCode.BAD_EVIDENCE,
            ExitCode.USAGE,
            ExitCode.BUG);
    for (int i = 0; i < best.size(); i++) {
      List<ExitCode> some = new ArrayList<>(best.subList(0, i + 1));
      assertEquals(best.get(i), Badness.worst(some));
      Collections.reverse(some);
      assertEquals(best.get(i), Badness.worst(some));
    }
  }

  @Test
  void no_answer_is_no_yes() {
    assertEquals(ExitCode.UNDECIDED, Badness.worst(List.of()));
    assertThrows(IllegalArgumentException.class, () -> new Audits(List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Checked.Untold("x", ExitCode.YES, "failed", "try again"));
  }
}
