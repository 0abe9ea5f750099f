package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.deploy.Landmarks;
import dev.selfsame.suites.OwnJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A process that deploys, stops for ever at one place, and is killed there. */
final class KilledChild {
  private static final int SIGKILLED = 128 + 9;

  private KilledChild() {}

  /** What the child passes, until it is at that place. */
  static Landmarks stopAt(String place) {
    return here -> {
      if (here.equals(place)) {
        System.out.println("at " + here);
        try {
          Thread.sleep(Duration.ofMinutes(5));
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    };
  }

  /** Starts a main class with arguments, of which the last is the place, and kills it there. */
  static void at(String place, Class<?> main, String... args)
      throws IOException, InterruptedException {
    List<String> command = OwnJvm.command(main, args);
    command.add(place);
    Process child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader lines = child.inputReader()) {
      assertEquals("at " + place, lines.readLine());
      child.destroyForcibly();
      assertEquals(SIGKILLED, child.waitFor(), place);
    } finally {
      child.destroyForcibly().waitFor();
    }
  }
}
