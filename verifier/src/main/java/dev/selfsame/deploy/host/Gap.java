package dev.selfsame.deploy.host;

import dev.selfsame.deploy.DeployFile;
import dev.selfsame.files.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long nobody answers: two programs cannot have a port at once, so the old one ends before the
 * new one begins. Each deployment notes how long that was, for the plan of the next one.
 */
final class Gap {
  static final String FILE = Making.OWN + "gap";

  private Gap() {}

  /** The old one is about to be told to end. */
  static void begins(Path deployment) throws IOException {
    AtomicFile.write(deployment.resolve(FILE), Instant.now() + "\n");
  }

  /** The new one has answered; says how long it was, where it had begun. */
  static Optional<String> ends(Path deployment) throws IOException {
    Optional<String> began = read(deployment);
    try {
      if (began.isPresent()) {
        Duration was = Duration.between(Instant.parse(began.get()), Instant.now());
        AtomicFile.write(deployment.resolve(FILE), was + "\n");
        return Optional.of("nobody answered for %d ms".formatted(was.toMillis()));
      }
    } catch (DateTimeException e) {
      // It has ended before.
    }
    return Optional.empty();
  }

  /**
   * What a plan says of it.
   *
   * @param old the deployment that ends
   */
  static String remark(Path old, DeployFile settings) throws IOException {
    return "requests are refused from the old one's end (at most stop-grace, %d ms) until the new"
            .formatted(settings.stopGrace().toMillis())
        + " one listens; "
        + length(old)
            .map(last -> "it took %d ms the last time".formatted(last.toMillis()))
            .orElse("how long that takes is measured, and told next time");
  }

  private static Optional<Duration> length(Path deployment) throws IOException {
    try {
      return read(deployment).map(Duration::parse);
    } catch (DateTimeException unfinished) {
      return Optional.empty();
    }
  }

  private static Optional<String> read(Path deployment) throws IOException {
    try {
      return Optional.of(
          Files.readString(deployment.resolve(FILE), StandardCharsets.UTF_8).strip());
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }
}
