package dev.selfsame.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program and keeps what it said. */
public final class Shell {
  private static final long MINUTES = 30;

  private Shell() {}

  /** What a program said and how it ended. */
  public record Result(int status, String out, String err) {}

  /**
   * Runs a program to its end.
   *
   * @param environment variables on top of this process's; an empty value takes one away
   */
  public static Result run(Path folder, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("selfsame-out", null);
    Path err = Files.createTempFile("selfsame-err", null);
    try {
      Process process = start(folder, environment, command, out, err);
      try {
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
          throw new IOException("hangs: " + command);
        }
      } finally {
        if (process.isAlive()) {
          kill(process);
        }
      }
      return new Result(process.exitValue(), read(out), read(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /**
   * A command that sees other mounts than this process, without being root outside.
   *
   * @param script what to mount; the words are {@code "$@"} to it
   */
  static List<String> mounted(String script, String... words) {
    List<String> command =
        new ArrayList<>(
            List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"));
    command.addAll(List.of(words));
    return command;
  }

  /** Starts a program with an empty standard input; it does not outlive this process. */
  public static Process start(
      Path folder, Map<String, String> environment, List<String> command, Path out, Path err)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    // What this user was shown before is not of the tests, nor the other way round.
    builder.environment().put("XDG_DATA_HOME", DemoRun.data().toString());
    environment.forEach((name, value) -> {
      if (value.isEmpty()) {
        builder.environment().remove(name);
      } else {
        builder.environment().put(name, value);
      }
    });
    return untilExit(builder.start());
  }

  /**
   * Has a program end with this process at the latest: tests that are broken off (SIGINT, SIGTERM)
   * never come to what they do after all.
   */
  public static Process untilExit(Process process) {
    Thread hook = new Thread(() -> kill(process));
    Runtime.getRuntime().addShutdownHook(hook);
    process.onExit().thenRun(() -> forget(hook));
    return process;
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hooks run already, and this one kills what has ended.
    }
  }

  /** Kills a program with all that it has started. */
  public static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
