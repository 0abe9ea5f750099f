package dev.selfsame.workflow;

import dev.selfsame.audit.report.RunnerCommand;
import dev.selfsame.audit.report.RunnerFile;
import dev.selfsame.launcher.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs the scripts of steps as the runner does, with the files by which they answer. */
final class Shells {
  private final Path temporary;
  private int count;

  /**
   * @param temporary the runner's own folder, RUNNER_TEMP
   */
  Shells(Path temporary) {
    this.temporary = temporary;
  }

  /** What a script said, and how it ended. */
  record Said(
      int status,
      String log,
      List<RunnerCommand> annotations,
      Map<String, String> outputs,
      Map<String, String> variables,
      List<String> path,
      String summary) {}

  /**
   * Runs a script in an environment that has nothing else.
   *
   * @param shell {@code bash}, or null for the runner's own choice, which has no pipefail
   * @param under a program that it is started by, with its options; empty for none
   */
  Said run(
      String script,
      @Nullable String shell,
      List<String> under,
      Path folder,
      Map<String, String> environment,
      long minutes)
      throws IOException, InterruptedException {
    Path own = Files.createDirectory(temporary.resolve("step-" + ++count));
    Path file = Files.writeString(own.resolve("script.sh"), script);
    Map<String, String> variables = new TreeMap<>(environment);
    for (String each : List.of("OUTPUT", "ENV", "PATH", "STEP_SUMMARY", "STATE")) {
      variables.put("GITHUB_" + each, Files.createFile(own.resolve(each)).toString());
    }
    List<String> command = new ArrayList<>(under);
    command.addAll(command(shell, file));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(own.resolve("log").toFile());
    builder.environment().clear();
    builder.environment().putAll(variables);
    Process process = Shell.untilExit(builder.start());
    try {
      if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
        throw new IOException("hangs: " + script);
      }
    } finally {
      if (process.isAlive()) {
        Shell.kill(process);
      }
    }
    String log = Files.readString(own.resolve("log"), StandardCharsets.UTF_8);
    return new Said(
        process.exitValue(),
        log,
        annotations(log),
        RunnerFile.read(Files.readString(own.resolve("OUTPUT"))),
        RunnerFile.read(Files.readString(own.resolve("ENV"))),
        Files.readAllLines(own.resolve("PATH")),
        Files.readString(own.resolve("STEP_SUMMARY")));
  }

  /** Source: GitHub's workflow syntax, "jobs.&lt;job_id&gt;.steps[*].shell". */
  private static List<String> command(@Nullable String shell, Path script) {
    if (shell == null) {
      return List.of("bash", "-e", script.toString());
    }
    if (shell.equals("bash")) {
      return List.of("bash", "--noprofile", "--norc", "-eo", "pipefail", script.toString());
    }
    throw new IllegalArgumentException("unknown shell " + shell);
  }

  /** Commands count but between {@code ::stop-commands::TOKEN} and {@code ::TOKEN::}. */
  private static List<RunnerCommand> annotations(String log) {
    List<RunnerCommand> all = new ArrayList<>();
    String resume = null;
    for (String line : log.lines().toList()) {
      if (resume != null) {
        resume = line.strip().equals(resume) ? null : resume;
        continue;
      }
      RunnerCommand command = RunnerCommand.read(line).orElse(null);
      if (command != null && command.name().equals("stop-commands")) {
        resume = "::%s::".formatted(command.data());
      } else if (command != null
          && List.of("error", "warning", "notice").contains(command.name())) {
        all.add(command);
      } else if (command != null || line.contains("##[")) {
        throw new IllegalArgumentException("an unknown command: " + line);
      }
    }
    return all;
  }
}
