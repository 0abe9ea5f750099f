package dev.selfsame.compare.experiment;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is to be proved by rebuilding.
 *
 * @param a the first binary, which the source is to give again
 * @param b the second binary
 * @param source a folder of a clean git work tree with selfsame.toml and Cargo.lock
 * @param sourceB b's source where it is another, such as a work tree at another commit; or null
 * @param recordA a's build record, or null: then selfsame.toml says how a was built
 * @param recordB b's build record, or null: then b's bytes say what may differ
 * @param budget how long all builds together may take
 */
public record ExperimentRequest(
    Path a,
    Path b,
    Path source,
    @Nullable Path sourceB,
    @Nullable Path recordA,
    @Nullable Path recordB,
    Duration budget) {
  /** The usual budget. */
  public static final Duration USUAL = Duration.ofMinutes(15);

  public ExperimentRequest {
    requireNonNull(a);
    requireNonNull(b);
    requireNonNull(source);
    requireNonNull(budget);
  }

  /** Both of one source. */
  public ExperimentRequest(
      Path a,
      Path b,
      Path source,
      @Nullable Path recordA,
      @Nullable Path recordB,
      Duration budget) {
    this(a, b, source, null, recordA, recordB, budget);
  }
}
