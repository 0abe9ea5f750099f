package dev.selfsame.deploy.drift;

import static java.util.Objects.requireNonNull;

import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.status.Status;
import java.io.IOException;
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
  private static final String KNOWN_HELP = "1 where what should run could be told.";
  private static final String TIME = "selfsame_status_time_seconds";
  private static final String TIME_HELP = "When it was looked at last, seconds since 1970.";

  public MetricsFile {
    requireNonNull(file);
  }

  /** Replaces the file. */
  public void write(Status status, Instant at) throws IOException {
    AtomicFile.write(file, text(status, at));
  }

  /** Notes that what should run could not be told; nothing else is known then. */
  public void writeUnknown(Instant at) throws IOException {
    StringBuilder text = new StringBuilder();
    gauge(text, KNOWN, KNOWN_HELP, "", 0);
    gauge(text, TIME, TIME_HELP, "", at.getEpochSecond());
    AtomicFile.write(file, text.toString());
  }

  static String text(Status status, Instant at) {
    StringBuilder text = new StringBuilder();
    String of =
        "name=\"%s\",channel=\"%s\"".formatted(escaped(status.name()), escaped(status.channel()));
    gauge(text, KNOWN, KNOWN_HELP, "", 1);
    Status.Should should = status.should();
    gauge(
        text,
        "selfsame_status_promotion",
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
    gauge(text, TIME, TIME_HELP, "", at.getEpochSecond());
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
    text.append(metric)
        .append(labels.isEmpty() ? "" : "{" + labels + "}")
        .append(' ')
        .append(value)
        .append('\n');
  }

  private static void family(StringBuilder text, String metric, String help) {
    text.append("# HELP %s %s\n# TYPE %s gauge\n".formatted(metric, help, metric));
  }

  private static String escaped(String label) {
    return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
