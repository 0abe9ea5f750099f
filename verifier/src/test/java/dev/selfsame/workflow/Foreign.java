package dev.selfsame.workflow;

import dev.selfsame.workflow.StepRun.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Other people's actions, as far as a folder and a variable can have their effect. */
final class Foreign {
  private final Path workspace;
  private final Path artifacts;
  private final Map<String, String> machine;

  Foreign(Path workspace, Path artifacts, Map<String, String> machine) {
    this.workspace = workspace;
    this.artifacts = artifacts;
    this.machine = machine;
  }

  StepRun run(String uses, Map<String, String> with, Scope scope, String path, boolean continues)
      throws IOException {
    String action = uses.replaceFirst("@.*", "");
    boolean done =
        switch (action) {
          case "actions/checkout" -> checkout(with);
          case "actions/setup-java" -> java(with, scope);
          case "actions/upload-artifact" -> upload(with);
          default -> throw new IllegalArgumentException("unknown action " + uses);
        };
    return new StepRun(
        path, done ? Outcome.SUCCESS : Outcome.FAILURE, continues, Map.of(), "", List.of(), "");
  }

  private boolean checkout(Map<String, String> with) {
    require(with, Set.of("persist-credentials"));
    return Files.isDirectory(workspace.resolve(".git"));
  }

  private boolean java(Map<String, String> with, Scope scope) {
    require(with, Set.of("distribution", "java-version"));
    scope.environment.put("JAVA_HOME", machine.getOrDefault("SELFSAME_TEST_JDK", ""));
    return with.get("java-version").equals("25");
  }

  private boolean upload(Map<String, String> with) throws IOException {
    require(with, Set.of("name", "path", "if-no-files-found"));
    Path from = workspace.resolve(with.get("path"));
    if (!Files.exists(from)) {
      return !with.get("if-no-files-found").equals("error");
    }
    Path to = Files.createDirectories(artifacts.resolve(with.get("name")));
    try (var files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path base = Files.isDirectory(from) ? from : from.getParent();
        Path target = to.resolve(base.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
    return true;
  }

  private static void require(Map<String, String> with, Set<String> known) {
    if (!known.containsAll(with.keySet())) {
      throw new IllegalArgumentException("unknown inputs: " + with.keySet());
    }
  }
}
