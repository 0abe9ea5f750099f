package dev.selfsame.cli;

import dev.selfsame.audit.Badness;
import dev.selfsame.deploy.drift.Alarms;
import dev.selfsame.deploy.drift.MetricsFile;
import dev.selfsame.deploy.drift.TimerUnits;
import dev.selfsame.deploy.drift.Told;
import dev.selfsame.deploy.drift.Unknown;
import dev.selfsame.deploy.drift.Webhook;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.status.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which {@code status} looks again and again, and tells of drift. */
final class StatusWatch {
  private static final long USUAL_SECONDS = 300;
  private static final String TIMER = "selfsame-status";

  /** systemd takes 255 characters for a unit's name. */
  private static final int LONGEST = 100;

  private final Surroundings surroundings;

  @Option(
      names = "--watch",
      paramLabel = "SECONDS",
      description =
          "Look again and again, until a signal ends it: the worst seen is its exit code.")
  private @Nullable Long watch;

  @Option(
      names = "--until-drift",
      description = "With --watch: end at the first drift, exit 1, or at bad evidence, exit 4.")
  private boolean untilDrift;

  @Option(
      names = "--webhook",
      paramLabel = "URL",
      description = "POST the status as JSON there whenever drift begins, changes or ends.")
  private @Nullable String webhook;

  @Option(
      names = "--webhook-file",
      paramLabel = "FILE",
      description = "The same, with the URL in a file of mode 0600: it often is a secret.")
  private @Nullable Path webhookFile;

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

  /**
   * What is looked at.
   *
   * @param arguments of this command line, for the timer's
   */
  record Question(String name, String channel, List<String> arguments) {
    Question {
      arguments = List.copyOf(arguments);
    }

    /** The same for every process that a timer starts. */
    String key(Path workFolder) {
      String text = workFolder + "\0" + String.join("\0", withoutTimer(arguments));
      return Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /** The timer's name: another question has another timer beside this one. */
    String timer(Path workFolder) {
      String of = "%s-%s".formatted(name, channel).replaceAll("[^A-Za-z0-9._-]", "-");
      return "%s-%s-%s"
          .formatted(
              TIMER,
              of.substring(0, Math.min(of.length(), LONGEST)),
              key(workFolder).substring(0, 8));
    }
  }

  /** Reads a status. */
  @FunctionalInterface
  interface Reading {
    Status read() throws InterruptedException;
  }

  /**
   * Looks once, or again and again.
   *
   * @param forTimer arguments that a timer's command line needs too
   */
  ExitCode run(Reading reading, Consumer<Status> printer, Question question, List<String> forTimer)
      throws InterruptedException {
    requireSense();
    Optional<Webhook> hook = webhook();
    Alarms alarms =
        new Alarms(hook, Optional.ofNullable(metrics).map(this::metricsFile), told(question, hook));
    if (timerUnit != null) {
      return writeTimer(timerUnit, question, forTimer);
    }
    if (watch == null) {
      return once(reading, printer, alarms, question);
    }
    Set<ExitCode> codes = EnumSet.noneOf(ExitCode.class);
    try {
      while (true) {
        boolean drift = again(reading, printer, alarms, question, codes);
        if (untilDrift && codes.contains(ExitCode.BAD_EVIDENCE)) {
          return ExitCode.BAD_EVIDENCE;
        }
        if (untilDrift && drift) {
          return ExitCode.NO;
        }
        Thread.sleep(Duration.ofSeconds(watch));
      }
    } catch (InterruptedException e) {
      // Ctrl-C or SIGTERM ends a watch as it is meant to end.
      return Badness.worst(codes);
    }
  }

  private ExitCode once(Reading reading, Consumer<Status> printer, Alarms alarms, Question question)
      throws InterruptedException {
    try {
      Status status = reading.read();
      tell(status, printer, alarms);
      return status.code();
    } catch (Failure e) {
      tellUnknown(alarms, question, e);
      throw e;
    }
  }

  private void tellUnknown(Alarms alarms, Question question, Failure failure)
      throws InterruptedException {
    Instant now = surroundings.clock().instant();
    warn(alarms.tellUnknown(Unknown.of(question.name(), question.channel(), failure, now)));
  }

  private Told told(Question question, Optional<Webhook> hook) {
    String of = question.key(surroundings.workFolder()) + hook.map(Webhook::address);
    return new Told(
        surroundings
            .folders()
            .data()
            .resolve("status")
            .resolve(Digest.sha256(of.getBytes(StandardCharsets.UTF_8)).hex()));
  }

  private Optional<Webhook> webhook() {
    if (webhookFile != null) {
      return Optional.of(Webhook.parse(secret(surroundings.workFolder().resolve(webhookFile))));
    }
    return Optional.ofNullable(webhook).map(Webhook::parse);
  }

  private static String secret(Path file) {
    try {
      boolean open =
          Files.getPosixFilePermissions(file).stream()
              .anyMatch(permission -> !permission.name().startsWith("OWNER_"));
      if (open) {
        throw Failure.usage("others may read " + file, "chmod 600 " + file);
      }
      return Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new Failure(
          ExitCode.USAGE, "cannot read the webhook's address: " + e, "check --webhook-file", e);
    }
  }

  private void requireSense() {
    if (webhook != null && webhookFile != null) {
      throw Failure.usage("--webhook and --webhook-file are the same", "give one of them");
    }
    if (webhook != null && timerUnit != null) {
      throw Failure.usage(
          "everybody can read a unit, and the webhook's address may be a secret",
          "put it into a file of mode 0600 and give --webhook-file");
    }
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
   * each time, unless the watch is to end at the first drift.
   *
   * @param codes takes the answer's
   * @return whether there is drift
   */
  private boolean again(
      Reading reading,
      Consumer<Status> printer,
      Alarms alarms,
      Question question,
      Set<ExitCode> codes)
      throws InterruptedException {
    Console console = surroundings.console();
    Instant now = surroundings.clock().instant();
    console.message("at: " + now);
    boolean drift = false;
    try {
      Status status = reading.read();
      codes.add(status.code());
      tell(status, printer, alarms);
      drift = Alarms.hasDrift(status);
    } catch (Failure e) {
      // What failed because it was to end is no answer.
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      codes.add(e.code());
      console.failure(e);
      tellUnknown(alarms, question, e);
    }
    if (!console.flush()) {
      throw Failure.undecided("stdout takes nothing more", "look at what it leads to");
    }
    return drift;
  }

  private ExitCode writeTimer(Path where, Question question, List<String> forTimer) {
    Path folder = surroundings.workFolder().resolve(where);
    String name = question.timer(surroundings.workFolder());
    List<String> arguments = new ArrayList<>(withoutTimer(question.arguments()));
    arguments.addAll(forTimer);
    TimerUnits units =
        new TimerUnits(
            name,
            OwnCommand.with(arguments),
            surroundings.workFolder(),
            Objects.requireNonNullElse(watch, USUAL_SECONDS));
    try {
      units.write(folder);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot write to %s: %s".formatted(folder, e.getMessage()), "check the folder", e);
    }
    Console console = surroundings.console();
    console.line("written: %s.service and %s.timer to %s".formatted(name, name, folder));
    console.line(
        "of this environment it has nothing: what it needs, such as SELFSAME_REGISTRY_TOKEN or"
            + " DOCKER_HOST, goes into %s, mode 0600".formatted(TimerUnits.ENVIRONMENT));
    console.line(
        "next: systemctl daemon-reload && systemctl enable --now %s.timer".formatted(name));
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
