package dev.selfsame.deploy.drift;

import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.status.Running;
import dev.selfsame.status.Status;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tells others of drift. The webhook hears of each change once: of drift when it begins or becomes
 * another, and when it is over; of blindness likewise. What could not be delivered is tried again
 * the next time. An alarm that fails is told and ends nothing.
 */
public final class Alarms {
  /** A process's number, as the looks write one. */
  private static final Pattern PROCESS = Pattern.compile("(\\bprocess )\\d+");

  private final Optional<Webhook> webhook;
  private final Optional<MetricsFile> metrics;
  private final Told told;

  /**
   * @param told what the webhook heard last
   */
  public Alarms(Optional<Webhook> webhook, Optional<MetricsFile> metrics, Told told) {
    this.webhook = webhook;
    this.metrics = metrics;
    this.told = told;
  }

  /** Whether something that was seen is not what it should be; the rest may be unknown. */
  public static boolean hasDrift(Status status) {
    return status.should() == null
        || status.targets().stream().anyMatch(target -> status.code(target) == ExitCode.NO);
  }

  /**
   * Tells of a status.
   *
   * @return what could not be told, a line each
   */
  public List<String> tell(Status status, Instant at) throws InterruptedException {
    List<String> failed = new ArrayList<>();
    try {
      if (metrics.isPresent()) {
        metrics.get().write(status, at);
      }
    } catch (IOException e) {
      failed.add(unwritten(e));
    }
    String state = status.code() == ExitCode.YES ? "" : state(status);
    failed.addAll(post(state, Json.write(status)));
    return failed;
  }

  /** As the other, where what should run could not be told. */
  public List<String> tellUnknown(Unknown unknown) throws InterruptedException {
    List<String> failed = new ArrayList<>();
    try {
      if (metrics.isPresent()) {
        metrics.get().writeUnknown(unknown);
      }
    } catch (IOException e) {
      failed.add(unwritten(e));
    }
    failed.addAll(post("unknown, exit " + unknown.exit(), Json.write(unknown)));
    return failed;
  }

  private List<String> post(String state, byte[] json) throws InterruptedException {
    List<String> failed = new ArrayList<>();
    if (webhook.isEmpty() || isTold(state, failed)) {
      return failed;
    }
    Optional<String> why = webhook.get().post(json);
    if (why.isPresent()) {
      failed.add(why.get());
      return failed;
    }
    try {
      told.write(state);
    } catch (IOException e) {
      failed.add("the webhook will hear it again, cannot write %s: %s".formatted(told.file(), e));
    }
    return failed;
  }

  /** Where that cannot be read, it is told once more rather than not at all. */
  private boolean isTold(String state, List<String> failed) {
    try {
      return told.is(state);
    } catch (IOException e) {
      failed.add("cannot read what the webhook heard last: " + e);
      return false;
    }
  }

  private static String unwritten(IOException e) {
    return "cannot write the metrics: " + e.getMessage();
  }

  /** A program that is started again and again is the same drift for ever. */
  private static List<String> withoutNumbers(List<String> changes) {
    return changes.stream().map(line -> PROCESS.matcher(line).replaceAll("$1")).toList();
  }

  /** The same text for as long as nothing changes but times and numbers of processes. */
  private static String state(Status status) {
    StringBuilder state = new StringBuilder(String.valueOf(status.should()));
    status
        .targets()
        .forEach(target ->
            state
                .append('\n')
                .append(target.target())
                .append(' ')
                .append(status.code(target))
                .append(
                    target.look() instanceof Running.Runs runs
                        ? " %s %s %s %s"
                            .formatted(
                                runs.artifact(),
                                withoutNumbers(runs.changes()),
                                runs.instance().health().code(),
                                Status.settings(target, runs).code())
                        : ""));
    return state.toString();
  }
}
