package dev.selfsame.deploy.host;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The system's service manager: a port. Units are named with {@code .service}. */
public interface Systemctl {
  /**
   * What is known of a unit (systemctl(1), show).
   *
   * @param load {@code loaded}, {@code not-found}, …
   * @param active whether it runs, such as {@code activating} or {@code failed}
   * @param mainPid its first process, 0 for none
   * @param restarts how often systemd has started it again since somebody started it
   * @param result {@code success}, {@code exit-code}, …
   * @param invocation which of its starts this is, 32 hex; empty where it was never started
   * @param sources what systemd has read of it
   */
  record State(
      String load,
      String active,
      long mainPid,
      long restarts,
      String result,
      String invocation,
      Sources sources) {
    /** Whether its process is there and is meant to be. */
    public boolean runs() {
      return active.equals("active") && mainPid > 0;
    }

    /** Whether there is no such unit. */
    public boolean isAbsent() {
      return load.equals("not-found");
    }
  }

  /**
   * The files that a unit is made of.
   *
   * @param file its own, absolute; empty for none
   * @param dropIns those that change it, absolute
   * @param old whether one of them was changed since systemd read it
   */
  record Sources(String file, List<String> dropIns, boolean old) {
    public Sources {
      dropIns = List.copyOf(dropIns);
    }
  }

  /**
   * Asks for a unit's state.
   *
   * @throws dev.selfsame.outcome.Failure (undecided) where the manager does not answer
   */
  State state(String unit) throws InterruptedException;

  /** Reads the unit files again. */
  void reload() throws InterruptedException;

  /** Forgets how often a unit has failed: one that failed too often is not started. */
  void forget(String unit) throws InterruptedException;

  /**
   * Starts a unit; returns when its program is executed.
   *
   * @param patience how long that may take, with all that the unit waits for
   * @throws dev.selfsame.outcome.Failure (no) where it could not be, or not in time; then the start
   *     may still be under way
   */
  void start(String unit, Duration patience) throws InterruptedException;

  /**
   * Stops a unit; returns when its processes have ended.
   *
   * @param grace how long they may take before they are killed
   */
  void stop(String unit, Duration grace) throws InterruptedException;

  /** Starts it with the machine from now on. */
  void enable(String unit) throws InterruptedException;

  /** Starts it with the machine no more. */
  void disable(String unit) throws InterruptedException;

  /**
   * What a unit wrote, and what was written about it: at most the last 20 lines; empty where that
   * is not kept.
   *
   * @param since to the microsecond
   */
  List<String> lastLines(String unit, Instant since) throws InterruptedException;
}
