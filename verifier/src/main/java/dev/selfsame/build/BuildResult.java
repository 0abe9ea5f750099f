package dev.selfsame.build;

import static java.util.Objects.requireNonNull;

import dev.selfsame.evidence.BuildRecord;
import java.nio.file.Path;

/**
 * A build that came to an end.
 *
 * @param record what was observed
 * @param out the folder with {@code build-record.json}, the binaries and {@code logs/}
 */
public record BuildResult(BuildRecord record, Path out) {
  public BuildResult {
    requireNonNull(record);
    requireNonNull(out);
  }

  /** A binary of the first build. */
  public Path binary(String name) {
    return out.resolve(name);
  }
}
