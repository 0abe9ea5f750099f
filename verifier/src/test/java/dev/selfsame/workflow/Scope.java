package dev.selfsame.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the steps of one job, or of one use of an action, have in common. */
final class Scope {
  final String path;
  final Map<String, Object> contexts;
  final Map<String, String> environment;
  final List<String> folders;
  @Nullable Path action;
  private final Path workspace;

  Scope(String path, Path workspace, Map<String, Object> given) {
    this(path, workspace, new HashMap<>(given), new TreeMap<>(), new ArrayList<>());
  }

  private Scope(
      String path,
      Path workspace,
      Map<String, Object> contexts,
      Map<String, String> environment,
      List<String> folders) {
    this.path = path;
    this.workspace = workspace;
    this.contexts = contexts;
    this.environment = environment;
    this.folders = folders;
    contexts.put("env", environment);
    contexts.put("steps", new HashMap<String, Object>());
  }

  /** An action's: its steps and variables are its own, what it puts on PATH is the job's. */
  Scope within(String inner) {
    return new Scope(
        inner, workspace, new HashMap<>(contexts), new TreeMap<>(environment), folders);
  }

  void addEnvironment(JsonNode table) {
    environment.putAll(evaluated(table));
  }

  Map<String, String> evaluated(JsonNode table) {
    Map<String, String> values = new TreeMap<>();
    table
        .properties()
        .forEach(each ->
            values.put(each.getKey(), Expression.template(each.getValue().asText(), contexts)));
    return values;
  }

  /** A step of that id will come; until it has run it has put out nothing. */
  void declare(String id) {
    if (!id.isEmpty()) {
      stepContext().put(id, Map.of("outputs", Map.of()));
    }
  }

  void done(String id, StepRun run) {
    if (!id.isEmpty()) {
      String outcome = run.outcome().name().toLowerCase(Locale.ROOT);
      stepContext()
          .put(
              id,
              Map.of(
                  "outputs",
                  run.outputs(),
                  "outcome",
                  outcome,
                  "conclusion",
                  run.fails() ? "failure" : run.continues() ? "success" : outcome));
    }
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> stepContext() {
    return (Map<String, Object>) contexts.get("steps");
  }

  void take(Shells.Said said) {
    environment.putAll(said.variables());
    said.path().forEach(folder -> folders.addFirst(folder));
  }

  String searchPath(String machine) {
    return String.join(":", folders) + (folders.isEmpty() ? "" : ":") + machine;
  }
}
