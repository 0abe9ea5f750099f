package dev.selfsame.machine;

import dev.selfsame.files.FileTree;
import dev.selfsame.suites.OwnJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A machine whose process 1 is the distribution's systemd, with this machine's programs, files and
 * network. It needs root. What is written there is gone when it is closed, but in its folder.
 */
public final class SystemdMachine implements AutoCloseable {
  private static final String FOLDER = "selfsame.machine.folder";
  private static final String STARTED = "machine ";

  private final Path folder;
  private final Path messages;
  private final Process process;
  private final String pid;

  private SystemdMachine(Path folder, Path messages, Process process, String pid) {
    this.folder = folder;
    this.messages = messages;
    this.process = process;
    this.pid = pid;
  }

  /**
   * What a command said there.
   *
   * @param text of both its outputs
   */
  public record Said(int status, String text) {}

  /** The folder in which both machines see the same files; known there too. */
  public static Path folder() {
    return Path.of(System.getProperty(FOLDER));
  }

  public static SystemdMachine start() throws IOException {
    Path folder = Files.createTempDirectory("selfsame-machine").toRealPath();
    Path script = folder.resolve("systemd-machine");
    try (InputStream in = SystemdMachine.class.getResourceAsStream("systemd-machine")) {
      Files.write(script, in.readAllBytes());
    }
    Path shared = Files.createDirectory(folder.resolve("shared"));
    Path messages = folder.resolve("messages");
    Process process =
        new ProcessBuilder("sh", script.toString(), shared.toString())
            .redirectError(messages.toFile())
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null || !line.startsWith(STARTED)) {
      process.destroy();
      throw new AssertionError("no machine with systemd: " + Files.readString(messages));
    }
    return new SystemdMachine(folder, messages, process, line.substring(STARTED.length()));
  }

  /** Runs a class's main method there, on this class path, for at most ten minutes. */
  Said java(Class<?> main, String... arguments) throws IOException, InterruptedException {
    List<String> command =
        OwnJvm.under(
            List.of("nsenter", "--target=" + pid, "--mount", "--pid", "--cgroup", "--ipc", "--uts"),
            OwnJvm.command(
                main, List.of("-D%s=%s".formatted(FOLDER, folder.resolve("shared"))), arguments));
    Path out = folder.resolve("out");
    Process run =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      run.getOutputStream().close();
      boolean ended = run.waitFor(10, TimeUnit.MINUTES);
      return new Said(ended ? run.exitValue() : -1, Files.readString(out));
    } finally {
      run.destroyForcibly();
    }
  }

  /** Ends all that runs there; it ends so too where this process is killed. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError("the machine does not end: " + Files.readString(messages));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    FileTree.delete(folder);
  }
}
