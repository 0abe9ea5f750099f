package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.suites.OwnJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nobody needs any more does not stay in a server's memory. */
@Timeout(180)
final class SmallHeapTest {
  /** A lot of memory, so that nothing is collected for want of it. */
  private static final List<String> HEAP = List.of("-Xms64m", "-Xmn40m", "-Xmx2g");

  private static int old(String how) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(OwnJvm.command(OldGarbageMain.class, HEAP, how))
            .redirectErrorStream(true)
            .start();
    try {
      process.getOutputStream().close();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      assertEquals(0, process.waitFor(), said);
      return Integer.parseInt(said.split(" ")[0]);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void what_has_become_old_and_is_not_needed_goes_before_memory_runs_short() throws Exception {
    int watched = old("watched");
    assertTrue(watched <= OldGarbageMain.FEW, () -> watched + " MB");
  }

  /** Else the watch is for nothing. */
  @Test
  void the_collector_alone_keeps_it() throws Exception {
    int alone = old("alone");
    assertTrue(alone > OldGarbageMain.FEW, () -> alone + " MB");
  }
}
