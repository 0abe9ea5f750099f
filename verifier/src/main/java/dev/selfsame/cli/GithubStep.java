package dev.selfsame.cli;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The step of a GitHub workflow that the program runs in, as its environment tells it. Its files
 * belong to all that the step runs: they are added to, never replaced.
 */
final class GithubStep {
  private final Map<String, String> environment;
  private final Path workFolder;
  private final RandomGenerator random;

  /**
   * @param random one whose numbers nobody can guess
   */
  GithubStep(Surroundings surroundings, RandomGenerator random) {
    this.environment = surroundings.environment();
    this.workFolder = surroundings.workFolder();
    this.random = random;
  }

  /** Whether the runner reads workflow commands in what is printed. */
  boolean isRunning() {
    return "true".equals(environment.get("GITHUB_ACTIONS"));
  }

  /** Where the step's summary goes; empty outside of a step. */
  Optional<Path> summary() {
    return file("GITHUB_STEP_SUMMARY");
  }

  /** Where the step's outputs go; empty outside of a step. */
  Optional<Path> outputs() {
    return file("GITHUB_OUTPUT");
  }

  private Optional<Path> file(String variable) {
    String name = environment.getOrDefault(variable, "");
    return name.isEmpty() ? Optional.empty() : Optional.of(workFolder.resolve(name));
  }

  /** 32 hex digits that nobody can guess: a line that ends a value or a pause. */
  String secret() {
    return "%016x%016x".formatted(random.nextLong(), random.nextLong());
  }

  /**
   * Text in which the runner takes nothing for a command: {@code ##[…} counts anywhere in a line.
   */
  String quoted(String text) {
    String token = "selfsame-" + secret();
    return "::stop-commands::%s\n%s::%s::\n".formatted(token, text, token);
  }

  /** Bytes that a file has by now. */
  static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Adds to a file, on a line of its own whatever stands before. */
  static void append(Path file, String text) {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long end = channel.size();
      ByteBuffer last = ByteBuffer.allocate(1);
      boolean open = end > 0 && channel.read(last, end - 1) == 1 && last.get(0) != '\n';
      ByteBuffer bytes =
          ByteBuffer.wrap(((open ? "\n" : "") + text).getBytes(StandardCharsets.UTF_8));
      for (long at = end; bytes.hasRemaining(); ) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static Failure unwritable(Path file, IOException e) {
    return Failure.undecided(
        "cannot write %s: %s".formatted(file, e.getMessage()),
        "look at the runner's disk and at GITHUB_STEP_SUMMARY and GITHUB_OUTPUT",
        e);
  }
}
