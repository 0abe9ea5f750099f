package dev.selfsame.audit;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.selfsame.where.ContainerState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An answer that is not the one before it, or the first.
 *
 * @param at when it was found
 */
@JsonPropertyOrder({"schema", "at", "audit"})
public record Change(Instant at, Checked audit) {
  /** The value of {@code schema}; the number changes when a reader must. */
  public static final String SCHEMA = "selfsame.audit-change/1";

  /** {@link #SCHEMA}. */
  @JsonProperty("schema")
  public String schema() {
    return SCHEMA;
  }

  /** One line with the time; where the answer itself is as before, with what else has changed. */
  public String line(Checked before) {
    String head = CheckedText.headline(audit);
    List<String> changed = new ArrayList<>();
    if (head.equals(CheckedText.headline(before))) {
      Map<String, String> old = aspects(before);
      aspects(audit)
          .forEach((name, value) -> {
            if (!Objects.equals(old.get(name), value)) {
              changed.add(name + " " + value);
            }
          });
    }
    return AuditText.oneLine(
        changed.isEmpty()
            ? "%s  %s".formatted(at, head)
            : "%s  %s; now: %s".formatted(at, head, String.join(", ", changed)));
  }

  private static Map<String, String> aspects(Checked checked) {
    Map<String, String> aspects = new LinkedHashMap<>();
    if (checked instanceof Checked.Told(String _, Audit audit)) {
      Audit.Subject subject = audit.subject();
      aspects.put("bytes", subject.digest().toString());
      ContainerState container = subject.container();
      if (container != null) {
        aspects.put("container", container.id());
        aspects.put("state", container.state());
        aspects.put("started at", container.since());
        aspects.put("image", container.imageId());
        aspects.put("networks", container.networks().toString());
        aspects.put("ports", container.ports().toString());
      }
      if (subject.running() instanceof Running.Runs runs) {
        aspects.put("processes", runs.pids().toString());
        aspects.put("file", runs.gone() ? "deleted" : "there");
      } else {
        aspects.put("processes", "none that is seen");
      }
    }
    return aspects;
  }
}
