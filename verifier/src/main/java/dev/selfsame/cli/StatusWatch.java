package dev.selfsame.cli;

import dev.selfsame.deploy.drift.Alarms;
import dev.selfsame.deploy.drift.MetricsFile;
import dev.selfsame.deploy.drift.TimerUnits;
import dev.selfsame.deploy.drift.Webhook;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.status.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which {@code status} looks again and again, and tells of drift. */
final class StatusWatch {
  private static final long USUAL_SECONDS = 300;
  private static final String TIMER = "selfsame-status";

  private final Surroundings surroundings;

  @Option(
      names = "--watch",
      paramLabel = "SECONDS",
      description = "Look again and again, until it is interrupted.")
  private @Nullable Long watch;

  @Option(names = "--until-drift", description = "With --watch: end at the first drift, exit 1.")
  private boolean untilDrift;

  @Option(
      names = "--webhook",
      paramLabel = "URL",
      description = "POST the status as JSON there whenever drift begins, changes or ends.")
  private @Nullable String webhook;

  @Option(
      names = "--metrics",
      paramLabel = "FILE",
      description = "Replace FILE (.prom) with metrics for Prometheus' textfile collector.")
  private @Nullable Path metrics;

  @Option(
      names = "--timer-unit",
      paramLabel = "DIR",
      description =
          "Only write a systemd service and timer there, which look every --watch seconds (300).")
  private @Nullable Path timerUnit;

  StatusWatch(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Reads a status. */
  @FunctionalInterface
  interface Reading {
    Status read() throws InterruptedException;
  }

  /**
   * Looks once, or again and again.
   *
   * @param arguments of this command line, for the timer's
   */
  ExitCode run(Reading reading, Consumer<Status> printer, List<String> arguments)
      throws InterruptedException {
    requireSense();
    Alarms alarms =
        new Alarms(
            Optional.ofNullable(webhook).map(Webhook::parse),
            Optional.ofNullable(metrics).map(this::metricsFile));
    if (timerUnit != null) {
      return writeTimer(timerUnit, arguments);
    }
    if (watch == null) {
      Status status = reading.read();
      tell(status, printer, alarms);
      return status.code();
    }
    while (true) {
      boolean drift = again(reading, printer, alarms);
      if (untilDrift && drift) {
        return ExitCode.NO;
      }
      Thread.sleep(Duration.ofSeconds(watch));
    }
  }

  private void requireSense() {
    if (watch != null && watch < 1) {
      throw Failure.usage("--watch is below 1", "give seconds");
    }
    if (untilDrift && watch == null) {
      throw Failure.usage("--until-drift needs --watch SECONDS", "add it");
    }
  }

  private MetricsFile metricsFile(Path file) {
    if (!file.toString().endsWith(".prom")) {
      throw Failure.usage(
          "the collector reads only files that end with .prom, not " + file, "name it so");
    }
    return new MetricsFile(surroundings.workFolder().resolve(file));
  }

  private void tell(Status status, Consumer<Status> printer, Alarms alarms)
      throws InterruptedException {
    printer.accept(status);
    warn(alarms.tell(status, surroundings.clock().instant()));
  }

  private void warn(List<String> failed) {
    failed.forEach(line -> surroundings.console().message("warning: " + line));
  }

  /**
   * A registry that is away for a while ends no watch; nor does evidence that is bad, which is told
   * each time.
   *
   * @return whether there is drift
   */
  private boolean again(Reading reading, Consumer<Status> printer, Alarms alarms)
      throws InterruptedException {
    Console console = surroundings.console();
    Instant now = surroundings.clock().instant();
    console.message("at: " + now);
    boolean drift = false;
    try {
      Status status = reading.read();
      tell(status, printer, alarms);
      drift = Alarms.hasDrift(status);
    } catch (Failure e) {
      console.failure(e);
      warn(alarms.tellUnknown(now));
    }
    if (!console.flush()) {
      throw Failure.undecided("stdout takes nothing more", "look at what it leads to");
    }
    return drift;
  }

  private ExitCode writeTimer(Path where, List<String> arguments) {
    Path folder = surroundings.workFolder().resolve(where);
    TimerUnits units =
        new TimerUnits(
            TIMER,
            OwnCommand.with(withoutTimer(arguments)),
            surroundings.workFolder(),
            Objects.requireNonNullElse(watch, USUAL_SECONDS));
    try {
      units.write(folder);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot write to %s: %s".formatted(folder, e.getMessage()), "check the folder", e);
    }
    Console console = surroundings.console();
    console.line("written: %s.service and %s.timer to %s".formatted(TIMER, TIMER, folder));
    console.line(
        "next: systemctl daemon-reload && systemctl enable --now %s.timer".formatted(TIMER));
    return ExitCode.YES;
  }

  /** The timer does the repeating. */
  private static List<String> withoutTimer(List<String> arguments) {
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--timer-unit") || argument.equals("--watch")) {
        i++;
      } else if (!argument.startsWith("--timer-unit=")
          && !argument.startsWith("--watch=")
          && !argument.equals("--until-drift")) {
        kept.add(argument);
      }
    }
    return kept;
  }
}
