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
   * @param restarts how often it was started again by itself
   * @param result {@code success}, {@code exit-code}, …
   */
  record State(String load, String active, long mainPid, long restarts, String result) {
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
   * Asks for a unit's state.
   *
   * @throws dev.selfsame.outcome.Failure (undecided) where the manager does not answer
   */
  State state(String unit) throws InterruptedException;

  /** Reads the unit files again. */
  void reload() throws InterruptedException;

  /** Starts a unit; returns when its program is executed, or could not be. */
  void start(String unit) throws InterruptedException;

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

  /** What a unit wrote last, at most 20 lines; empty where that is not kept. */
  List<String> lastLines(String unit, Instant since) throws InterruptedException;
}
