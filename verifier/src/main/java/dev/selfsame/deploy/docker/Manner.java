package dev.selfsame.deploy.docker;

import static java.util.Objects.requireNonNullElse;

import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.HealthCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a program is started, looked at and ended beside its words, as a container or its image says.
 * No deployment sets any of it, so a container has what its image has.
 *
 * @param folder where it is started
 * @param signal by which it is told to end, without {@code SIG}
 * @param asked what its engine executes in it, again and again, to ask whether it is well
 */
record Manner(String folder, String signal, List<String> asked) {
  /** From 1 on; Podman tells their numbers (signal(7)). */
  private static final List<String> SIGNALS =
      List.of(
          ("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT"
                  + " STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS")
              .split(" "));

  /** The first that has no name of its own. */
  private static final int RTMIN = 34;

  private static final String USUAL_SIGNAL = "TERM";
  private static final List<String> NO_CHECK = List.of("NONE");

  Manner {
    asked = List.copyOf(asked);
  }

  /**
   * Reads it.
   *
   * @param written the same as the engine wrote it
   */
  static Manner of(ContainerConfig config, Map<String, Object> written) {
    String folder = requireNonNullElse(config.getWorkingDir(), "");
    HealthCheck check = config.getHealthcheck();
    List<String> asked =
        check == null ? List.of() : requireNonNullElse(check.getTest(), List.<String>of());
    return new Manner(
        folder.isEmpty() ? "/" : folder,
        signal(written.get("StopSignal")),
        asked.equals(NO_CHECK) ? List.of() : asked);
  }

  private static String signal(@Nullable Object named) {
    String text = named == null ? "" : String.valueOf(named).toUpperCase(Locale.ROOT);
    String word = text.replaceFirst("^SIG", "");
    if (!word.matches("[0-9]{1,2}")) {
      return word.isEmpty() ? USUAL_SIGNAL : word;
    }
    int number = Integer.parseInt(word);
    if (number > 0 && number <= SIGNALS.size()) {
      return SIGNALS.get(number - 1);
    }
    return number > RTMIN ? "RTMIN+" + (number - RTMIN) : word;
  }

  /** What is not as the image says, a phrase each. */
  List<String> differences(Manner image) {
    List<String> all = new ArrayList<>();
    if (!folder.equals(image.folder)) {
      all.add("it is started in another folder than its image's");
    }
    if (!signal.equals(image.signal)) {
      all.add("another signal ends it than its image's");
    }
    if (!asked.equals(image.asked)) {
      all.add(
          asked.isEmpty()
              ? "its engine does not ask it whether it is well, as its image says"
              : "its engine executes something in it that its image does not say");
    }
    return all;
  }
}
