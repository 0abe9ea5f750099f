package dev.selfsame.build;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Cargo's log says. */
final class CargoLog {
  private static final int TAIL = 256 << 10;
  private static final Pattern COMPILING = Pattern.compile("^ +Compiling (\\S+ v\\S+).*");
  private static final Pattern TREE = Pattern.compile("^(\\S+ v[0-9]\\S*)(?: .*)?");
  private static final Pattern ERROR = Pattern.compile("^(?:error(?:\\[E\\d+])?: .*|Error: .*)");
  private static final Pattern SUMMARY =
      Pattern.compile("^error: (?:could not compile|aborting due to|build failed).*");
  private static final Pattern NETWORK =
      Pattern.compile(
          ".*(?:Could not resolve host|[Tt]emporary failure in name resolution"
              + "|Network is unreachable|failed to lookup address|[Nn]ame or service not known"
              + "|dns error|failed to resolve address|Could not connect to).*");
  private static final Pattern DISK =
      Pattern.compile(".*(?:No space left on device|Disk quota exceeded|os error 28).*");
  private static final Pattern CUSTOM_BUILD =
      Pattern.compile("^error: failed to run custom build command for `(\\S+ v\\S+)[^`]*`.*");

  private final List<String> lines;

  private CargoLog(List<String> lines) {
    this.lines = lines;
  }

  /** Reads a log's end, which is where it says why a build failed. */
  static CargoLog read(Path file) {
    try (var channel = Files.newByteChannel(file)) {
      channel.position(Math.max(0, channel.size() - TAIL));
      var in = java.nio.channels.Channels.newInputStream(channel);
      return of(new String(in.readNBytes(TAIL), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return of("");
    }
  }

  /**
   * Reads all of a log, of which a sandbox bounds the size.
   *
   * @throws Failure (undecided) where it cannot be read
   */
  static CargoLog whole(Path file) {
    try {
      return of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw Failure.undecided("reading %s: %s".formatted(file, e.getMessage()), "try again", e);
    }
  }

  static CargoLog of(String text) {
    return new CargoLog(text.lines().toList());
  }

  /** The crate that a line says is being compiled now. */
  static Optional<String> compiling(String line) {
    Matcher matcher = COMPILING.matcher(line);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Every line that is of {@code cargo tree}'s form: a crate each. */
  Set<String> treeCrates() {
    Set<String> crates = new LinkedHashSet<>();
    for (String line : lines) {
      Matcher matcher = TREE.matcher(line);
      if (matcher.matches()) {
        crates.add(matcher.group(1));
      }
    }
    return crates;
  }

  /** The line that says best why the build failed. */
  String lastError() {
    List<String> errors = new ArrayList<>();
    List<String> summaries = new ArrayList<>();
    for (String line : lines) {
      if (ERROR.matcher(line).matches()) {
        (SUMMARY.matcher(line).matches() ? summaries : errors).add(line);
      }
    }
    if (!errors.isEmpty()) {
      return errors.getLast();
    }
    if (!summaries.isEmpty()) {
      return summaries.getLast();
    }
    return lines.stream().filter(l -> !l.isBlank()).reduce((a, b) -> b).orElse("it said nothing");
  }

  /** The line that shows that something wanted the network. */
  Optional<String> network() {
    return lines.stream().filter(l -> NETWORK.matcher(l).matches()).reduce((a, b) -> b);
  }

  /** Whether the disk was full. */
  boolean diskFull() {
    return lines.stream().anyMatch(l -> DISK.matcher(l).matches());
  }

  /** The crate whose build script failed. */
  Optional<String> failedBuildScript() {
    return lines.stream()
        .map(CUSTOM_BUILD::matcher)
        .filter(Matcher::matches)
        .map(m -> m.group(1))
        .reduce((a, b) -> b);
  }

  /** Whether a line matches whole. */
  boolean says(Pattern line) {
    return lines.stream().anyMatch(l -> line.matcher(l).matches());
  }

  /** The first group of the first line that matches whole. */
  Optional<String> first(Pattern line) {
    return lines.stream()
        .map(line::matcher)
        .filter(Matcher::matches)
        .map(m -> m.group(1))
        .findFirst();
  }

  List<String> lines() {
    return lines;
  }
}
