package dev.selfsame.cli;

import dev.selfsame.suites.OwnJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program in a process of its own, with no folders but those of one home. */
final class OwnProcess {
  private static final Pattern PORT =
      Pattern.compile("listening on http://127\\.0\\.0\\.1:(\\d+),");

  /** A server that is well starts in seconds, on a crowded machine in tens of them. */
  private static final Duration SILENT = Duration.ofMinutes(5);

  private OwnProcess() {}

  static ProcessBuilder of(Path home, String... words) {
    return at(home, OwnJvm.command(Main.class, words));
  }

  /** A server of a registry's folder, at a port of its own: see {@link #port}. */
  static ProcessBuilder serving(Path home, Path data) {
    return at(
            home,
            OwnJvm.command(
                Main.class,
                List.of("-Xmx200m", "--enable-native-access=ALL-UNNAMED"),
                "serve",
                "--data",
                data.toString(),
                "--listen",
                "127.0.0.1:0"))
        .redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  private static ProcessBuilder at(Path home, List<String> command) {
    ProcessBuilder program = new ProcessBuilder(command).directory(home.toFile());
    program.environment().put("HOME", home.toString());
    program.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
    return program;
  }

  /**
   * Where a server listens, once it does. One that says nothing for minutes is ended: no interrupt
   * ends the reading of a pipe, but that does.
   */
  static int port(Process server) throws IOException, InterruptedException {
    FutureTask<String> first = new FutureTask<>(() -> firstLine(server));
    Thread.ofPlatform().daemon().start(first);
    String line;
    try {
      line = first.get(SILENT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      server.destroyForcibly();
      throw new AssertionError("the server said nothing for " + SILENT, e);
    } catch (ExecutionException e) {
      throw new IOException("reading what the server says", e);
    }
    Matcher told = PORT.matcher(String.valueOf(line));
    if (!told.find()) {
      throw new AssertionError("the server said: " + line);
    }
    return Integer.parseInt(told.group(1));
  }

  private static String firstLine(Process server) throws IOException {
    return new BufferedReader(
            new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))
        .readLine();
  }

  /**
   * As {@link #of}, and it hears {@link #interrupt}: what a shell starts in the background ignores
   * it, with all that is started from there.
   */
  static ProcessBuilder hearing(Path home, String... words) {
    ProcessBuilder program = of(home, words);
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.addAll(program.command());
    return program.command(command);
  }

  /** What Ctrl-C at a terminal sends. */
  static void interrupt(Process process) throws IOException, InterruptedException {
    List<String> kill = List.of("sh", "-c", "kill -INT " + process.pid());
    int status = new ProcessBuilder(kill).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IOException("kill ended with " + status);
    }
  }

  /** The exit code where it is told to end once it has said so much. */
  static int terminated(ProcessBuilder program, Path out, String until)
      throws IOException, InterruptedException {
    Process process = program.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      while (process.isAlive() && !Files.readString(out).contains(until)) {
        Thread.sleep(50);
      }
      process.destroy();
      return process.waitFor();
    } finally {
      process.destroyForcibly();
    }
  }
}
