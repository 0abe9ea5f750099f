package dev.selfsame.audit;

import dev.selfsame.where.ContainerState;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is known of the place that a binary was found in, for people. */
final class PlaceText {
  private static final int SHORT_ID = 12;

  private PlaceText() {}

  static void append(StringBuilder out, Audit.Subject subject) {
    Audit.Pulled image = subject.image();
    if (image != null) {
      AuditText.field(out, "pulled", "%s as %s".formatted(image.reference(), image.manifest()));
    }
    ContainerState container = subject.container();
    if (container != null) {
      container(out, container);
    }
    Running running = subject.running();
    if (running != null) {
      running(out, running);
    }
  }

  static void container(StringBuilder out, ContainerState container) {
    String id = container.id();
    AuditText.field(
        out,
        "container",
        "%s (%s, %s), %s%s"
            .formatted(
                container.name(),
                container.engine(),
                id.substring(0, Math.min(SHORT_ID, id.length())),
                container.state(),
                container.since().isEmpty() ? ", never started" : since(container)));
    AuditText.field(
        out,
        "image",
        "%s, %s%s"
            .formatted(
                container.image().isEmpty() ? "of no name" : container.image(),
                container.imageId().isEmpty() ? "of no digest" : container.imageId(),
                container.platform().isEmpty() ? "" : ", " + container.platform()));
    container.imageDigests().forEach(digest -> AuditText.field(out, "known as", digest));
    AuditText.field(
        out,
        "command",
        "%s as %s"
            .formatted(
                String.join(" ", container.command()),
                container.user().isEmpty() ? "the image's user" : "user " + container.user()));
    AuditText.field(
        out,
        "networks",
        or(
            container.networks().stream()
                .map(each -> String.join(" ", concat(each.name(), each.addresses())))
                .toList()));
    AuditText.field(out, "ports", or(container.ports()));
  }

  private static String since(ContainerState container) {
    return (container.isAlive() ? " since " : ", started last at ") + container.since();
  }

  private static List<String> concat(String first, List<String> rest) {
    return Stream.concat(Stream.of(first), rest.stream()).toList();
  }

  private static String or(List<String> words) {
    return words.isEmpty() ? "none" : String.join(", ", words);
  }

  static void running(StringBuilder out, Running running) {
    switch (running) {
      case Running.Runs runs -> {
        AuditText.field(
            out,
            "runs",
            "%s %s, started from %s%s"
                .formatted(
                    runs.pids().size() == 1 ? "as process" : "as processes",
                    runs.pids().stream().map(String::valueOf).collect(Collectors.joining(", ")),
                    runs.executable(),
                    runs.gone() ? ", which was deleted since" : ""));
        if (runs.advice() != null) {
          AuditText.field(out, "but", runs.advice());
        }
      }
      case Running.NotRun(String why) -> AuditText.field(out, "runs", "no: " + why);
      case Running.NotTold(String why) -> AuditText.field(out, "runs", "cannot be told: " + why);
    }
  }
}
