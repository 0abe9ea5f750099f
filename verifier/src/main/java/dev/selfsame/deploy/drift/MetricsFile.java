package dev.selfsame.deploy.drift;

import static java.util.Objects.requireNonNull;

import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.status.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A file for the textfile collector of Prometheus' node exporter, which reads it at any moment: so
 * it is replaced whole.
 *
 * <p>Source: Prometheus, Exposition formats, Text-based format 0.0.4.
 *
 * @param file its name ends with {@code .prom}, or the collector does not read it
 */
public record MetricsFile(Path file) {
  private static final String KNOWN = "selfsame_status_known";
  private static final String KNOWN_HELP =
      "1 where what should run could be told; where 0, the rest is as it was seen last.";
  private static final String PROMOTION = "selfsame_status_promotion";
  private static final String TIME = "selfsame_status_time_seconds";
  private static final String TIME_HELP = "When it was looked at last, seconds since 1970.";

  public MetricsFile {
    requireNonNull(file);
  }

  /** Replaces the file. */
  public void write(Status status, Instant at) throws IOException {
    AtomicFile.write(file, text(status, at));
  }

  /**
   * Notes that what should run could not be told. What was seen last stays: an alarm of drift must
   * not end by that.
   */
  public void writeUnknown(Unknown unknown) throws IOException {
    String of = labels(unknown.name(), unknown.channel());
    StringBuilder text = new StringBuilder();
    gauge(text, KNOWN, KNOWN_HELP, of, 0);
    text.append(seenLast(of));
    gauge(text, TIME, TIME_HELP, of, unknown.at().getEpochSecond());
    AtomicFile.write(file, text.toString());
  }

  private String seenLast(String of) {
    try {
      String last = Files.readString(file);
      int from = last.indexOf("# HELP " + PROMOTION);
      int to = last.indexOf("# HELP " + TIME);
      return from < 0 || to < from || !last.contains("%s{%s} ".formatted(KNOWN, of))
          ? ""
          : last.substring(from, to);
    } catch (IOException e) {
      return ""; // There is none, or none that anybody could read.
    }
  }

  static String text(Status status, Instant at) {
    StringBuilder text = new StringBuilder();
    String of = labels(status.name(), status.channel());
    gauge(text, KNOWN, KNOWN_HELP, of, 1);
    Status.Should should = status.should();
    gauge(
        text,
        PROMOTION,
        "The promotion's place in the channel, 0 where nothing may run.",
        should == null ? of : "%s,artifact=\"%s\"".formatted(of, should.artifact()),
        should == null ? 0 : should.seq());
    each(
        text,
        "selfsame_status_drift",
        "1 where a target runs something else than it should, or it is unwell or set otherwise.",
        of,
        status,
        ExitCode.NO);
    each(
        text,
        "selfsame_status_unknown",
        "1 where a target could not be looked at.",
        of,
        status,
        ExitCode.UNDECIDED);
    gauge(text, TIME, TIME_HELP, of, at.getEpochSecond());
    return text.toString();
  }

  private static void each(
      StringBuilder text, String metric, String help, String of, Status status, ExitCode code) {
    family(text, metric, help);
    status
        .targets()
        .forEach(target ->
            text.append(
                "%s{%s,target=\"%s\",host=\"%s\"} %d\n"
                    .formatted(
                        metric,
                        of,
                        escaped(target.target()),
                        escaped(target.host() == null ? "" : target.host()),
                        status.code(target) == code ? 1 : 0)));
  }

  private static void gauge(
      StringBuilder text, String metric, String help, String labels, long value) {
    family(text, metric, help);
    text.append("%s{%s} %d\n".formatted(metric, labels, value));
  }

  private static String labels(String name, String channel) {
    return "name=\"%s\",channel=\"%s\"".formatted(escaped(name), escaped(channel));
  }

  private static void family(StringBuilder text, String metric, String help) {
    text.append("# HELP %s %s\n# TYPE %s gauge\n".formatted(metric, help, metric));
  }

  private static String escaped(String label) {
    return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
