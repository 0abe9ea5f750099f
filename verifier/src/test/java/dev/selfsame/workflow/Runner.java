package dev.selfsame.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.workflow.StepRun.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Takes a workflow job by job, step by step, in one workspace. */
final class Runner {
  private static final Set<String> STEP =
      Set.of(
          "name",
          "id",
          "if",
          "uses",
          "with",
          "env",
          "run",
          "shell",
          "working-directory",
          "continue-on-error",
          "timeout-minutes");
  private static final Set<String> JOB =
      Set.of("needs", "if", "runs-on", "timeout-minutes", "environment", "env", "outputs", "steps");

  private final Path workspace;
  private final Path temporary;
  private final Shells shells;
  private final Map<String, Object> given = new HashMap<>();
  private final Map<String, Map<String, Object>> environmentSecrets = new HashMap<>();
  private final Map<String, String> machine;
  private final Map<String, Tampering> tamperings = new HashMap<>();
  private final Map<String, List<String>> users = new HashMap<>();
  final List<StepRun> steps = new ArrayList<>();
  final Path artifacts;

  /** What somebody does before a step. */
  interface Tampering {
    void happens() throws Exception;
  }

  /**
   * @param machine the environment that the runner itself was started in
   */
  Runner(Path workspace, Path folder, Map<String, String> machine) throws IOException {
    this.workspace = workspace;
    this.temporary = Files.createDirectories(folder.resolve("temp"));
    this.artifacts = Files.createDirectories(folder.resolve("artifacts"));
    this.shells = new Shells(temporary);
    this.machine = Map.copyOf(machine);
    for (String context : List.of("inputs", "secrets", "vars")) {
      given.put(context, new TreeMap<String, Object>());
    }
    given.put("runner", Map.of("temp", temporary.toString(), "os", "Linux"));
    given.put(
        "github",
        new TreeMap<>(Map.of("workspace", workspace.toString(), "ref", "refs/heads/main")));
  }

  /** Sets {@code inputs.NAME}, {@code secrets.NAME}, {@code vars.NAME} or {@code github.NAME}. */
  @SuppressWarnings("unchecked")
  Runner with(String context, String name, String value) {
    ((Map<String, Object>) given.get(context)).put(name, value);
    return this;
  }

  /** Sets {@code secrets.NAME} for the jobs of an environment. */
  Runner secret(String environment, String name, String value) {
    environmentSecrets.computeIfAbsent(environment, each -> new TreeMap<>()).put(name, value);
    return this;
  }

  /** Has a job's scripts run as another user: words that come before theirs. */
  Runner as(String job, List<String> under) {
    users.put(job, under);
    return this;
  }

  /** Has something happen before a step, named by its path. */
  Runner before(String step, Tampering tampering) {
    tamperings.put(step, tampering);
    return this;
  }

  /** The run of a step; fails where there was none of that path. */
  StepRun step(String path) {
    return steps.stream()
        .filter(each -> each.path().equals(path))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no step %s in%n%s".formatted(path, log())));
  }

  /** Everything that was printed. */
  String log() {
    StringBuilder all = new StringBuilder();
    steps.forEach(
        each -> all.append("=== %s: %s%n%s".formatted(each.path(), each.outcome(), each.log())));
    return all.toString();
  }

  /** Runs every job in order; jobs whose needs failed, or whose {@code if} is not met, are not. */
  boolean workflow(Path file) throws Exception {
    JsonNode workflow = Yaml.read(file);
    Map<String, Object> done = new LinkedHashMap<>();
    for (String name : Yaml.names(workflow.path("jobs"))) {
      JsonNode job = workflow.at("/jobs/" + name);
      Yaml.requireKnown(job, JOB, "job " + name);
      List<String> needs = needs(job.path("needs"));
      Scope scope = new Scope(name, workspace, given);
      Map<String, Object> needed = new HashMap<>(done);
      needed.keySet().retainAll(needs);
      scope.contexts.put("needs", needed);
      scope.contexts.put("secrets", secrets(job.path("environment").asText("")));
      String condition = job.path("if").asText("success()");
      if (!Expression.condition(condition, scope.contexts, needed.size() == needs.size())) {
        continue;
      }
      scope.addEnvironment(workflow.path("env"));
      scope.addEnvironment(job.path("env"));
      if (steps(scope, job.path("steps"))) {
        done.put(name, Map.of("outputs", scope.evaluated(job.path("outputs"))));
      }
    }
    return done.size() == workflow.path("jobs").size();
  }

  /** One name, or a list. */
  private static List<String> needs(JsonNode needs) {
    List<String> names = new ArrayList<>();
    if (needs.isTextual()) {
      names.add(needs.asText());
    }
    needs.forEach(each -> names.add(each.asText()));
    return names;
  }

  /** The repository's, and those of the environment over them. */
  @SuppressWarnings("unchecked")
  private Map<String, Object> secrets(String environment) {
    Map<String, Object> all = new TreeMap<>((Map<String, Object>) given.get("secrets"));
    all.putAll(environmentSecrets.getOrDefault(environment, Map.of()));
    return all;
  }

  private boolean steps(Scope scope, JsonNode list) throws Exception {
    boolean successful = true;
    list.forEach(step -> scope.declare(step.path("id").asText("")));
    for (JsonNode step : list) {
      Yaml.requireKnown(step, STEP, "a step of " + scope.path);
      StepRun run = step(scope, step, successful);
      steps.add(run);
      scope.done(step.path("id").asText(""), run);
      successful &= !run.fails();
    }
    return successful;
  }

  private StepRun step(Scope scope, JsonNode step, boolean successful) throws Exception {
    String uses = step.path("uses").asText("");
    String path = scope.path + "/" + step.path("name").asText(uses.replaceFirst("@.*", ""));
    boolean continues = step.path("continue-on-error").asBoolean(false);
    String condition = step.path("if").asText("success()");
    if (!Expression.condition(condition, scope.contexts, successful)) {
      return new StepRun(path, Outcome.SKIPPED, continues, Map.of(), "", List.of(), "");
    }
    if (tamperings.containsKey(path)) {
      tamperings.get(path).happens();
    }
    if (uses.isEmpty()) {
      return script(scope, step, path, continues);
    }
    Map<String, String> with = scope.evaluated(step.path("with"));
    if (uses.startsWith("./")) {
      Scope inner = scope.within(path);
      inner.addEnvironment(step.path("env"));
      return composite(inner, workspace.resolve(uses), with, continues);
    }
    return new Foreign(workspace, artifacts, machine).run(uses, with, scope, path, continues);
  }

  private StepRun script(Scope scope, JsonNode step, String path, boolean continues)
      throws Exception {
    Map<String, String> environment = new TreeMap<>(machine);
    environment.putAll(
        Map.of(
            "CI", "true",
            "GITHUB_ACTIONS", "true",
            "GITHUB_WORKSPACE", workspace.toString(),
            "RUNNER_TEMP", temporary.toString(),
            "RUNNER_OS", "Linux"));
    environment.putAll(scope.environment);
    environment.putAll(scope.evaluated(step.path("env")));
    environment.put("PATH", scope.searchPath(machine.get("PATH")));
    if (scope.action != null) {
      environment.put("GITHUB_ACTION_PATH", scope.action.toString());
    }
    Path folder = workspace.resolve(step.path("working-directory").asText("."));
    String script = Expression.template(step.path("run").asText(), scope.contexts);
    List<String> under = users.getOrDefault(path.substring(0, path.indexOf('/')), List.of());
    Shells.Said said =
        shells.run(script, step.path("shell").asText(null), under, folder, environment, 20);
    scope.take(said);
    return new StepRun(
        path,
        said.status() == 0 ? Outcome.SUCCESS : Outcome.FAILURE,
        continues,
        said.outputs(),
        said.log(),
        said.annotations(),
        said.summary());
  }

  private StepRun composite(Scope scope, Path action, Map<String, String> with, boolean continues)
      throws Exception {
    JsonNode file = Yaml.read(action.resolve("action.yml"));
    Map<String, Object> inputs = new TreeMap<>();
    file.path("inputs")
        .properties()
        .forEach(each -> inputs.put(each.getKey(), each.getValue().path("default").asText("")));
    with.forEach((name, value) -> {
      if (inputs.put(name, value) == null) {
        throw new IllegalArgumentException("%s has no input %s".formatted(action, name));
      }
    });
    scope.contexts.put("inputs", inputs);
    // Neither is there within an action.
    scope.contexts.keySet().removeAll(Set.of("secrets", "vars", "needs"));
    scope.action = action;
    boolean successful = steps(scope, file.at("/runs/steps"));
    Map<String, String> outputs = new TreeMap<>();
    file.path("outputs")
        .properties()
        .forEach(each ->
            outputs.put(
                each.getKey(),
                Expression.template(each.getValue().path("value").asText(), scope.contexts)));
    return new StepRun(
        scope.path,
        successful ? Outcome.SUCCESS : Outcome.FAILURE,
        continues,
        outputs,
        "",
        List.of(),
        "");
  }
}
