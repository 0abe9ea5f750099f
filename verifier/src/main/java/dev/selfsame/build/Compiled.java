package dev.selfsame.build;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** What came of one build. */
sealed interface Compiled {
  Duration wall();

  Path log();

  /** Whether the source's folders listed their files by the order that they were made in. */
  boolean listedAsMade();

  /**
   * It gave every binary.
   *
   * @param binaries files by name
   * @param digests SHA-256 by name
   */
  record Built(
      Map<String, Path> binaries,
      Map<String, Digest> digests,
      Duration wall,
      Path log,
      boolean listedAsMade)
      implements Compiled {
    public Built {
      binaries = Collections.unmodifiableMap(new TreeMap<>(binaries));
      digests = Collections.unmodifiableMap(new TreeMap<>(digests));
      requireNonNull(wall);
      requireNonNull(log);
    }
  }

  /**
   * It failed.
   *
   * @param starved whether it was stopped for want of time, memory, disk or processes: alone on the
   *     machine it might have ended well
   */
  record Failed(Failure why, boolean starved, Duration wall, Path log, boolean listedAsMade)
      implements Compiled {
    public Failed {
      requireNonNull(why);
      requireNonNull(wall);
      requireNonNull(log);
    }
  }
}
