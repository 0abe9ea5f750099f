package dev.selfsame.compare.experiment;

import static java.util.Objects.requireNonNull;

import dev.selfsame.build.RecipeBuilds;
import dev.selfsame.build.RecipeBuilds.Outcome;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Builds rungs, or takes them from the cache, until the time is up. */
final class Rungs {
  /** Less is not worth to begin a build. */
  private static final Duration LEAST = Duration.ofSeconds(1);

  private final RecipeBuilds builds;
  private final RungCache cache;
  private final Clock clock;
  private final Instant deadline;
  private final AtomicInteger count;

  Rungs(RecipeBuilds builds, RungCache cache, Clock clock, Instant deadline) {
    this(builds, cache, clock, deadline, new AtomicInteger());
  }

  private Rungs(
      RecipeBuilds builds, RungCache cache, Clock clock, Instant deadline, AtomicInteger count) {
    this.builds = builds;
    this.cache = cache;
    this.clock = clock;
    this.deadline = deadline;
    this.count = count;
  }

  /** The same, and counted together, of other inputs. */
  Rungs of(RecipeBuilds other) {
    return new Rungs(other, cache, clock, deadline, count);
  }

  /** What is built. */
  RecipeBuilds builds() {
    return builds;
  }

  /** What came of one. */
  sealed interface Attempt {
    /**
     * It is there.
     *
     * @param cached whether an earlier experiment had built it
     */
    record Built(Map<String, Path> binaries, boolean cached, double seconds) implements Attempt {
      public Built {
        binaries = Map.copyOf(binaries);
      }
    }

    /** It could not be built. */
    record Failed(String why) implements Attempt {
      public Failed {
        requireNonNull(why);
      }
    }

    /** The time was up. */
    record OutOfTime() implements Attempt {}
  }

  /** How many were asked for and came. */
  int count() {
    return count.get();
  }

  /** Builds to a recipe. */
  Attempt build(Recipe recipe, String title) throws InterruptedException {
    Optional<RungCache.Kept> kept = cache.find(builds.inputs(), recipe);
    if (kept.isPresent()) {
      count.incrementAndGet();
      return new Attempt.Built(kept.get().binaries(), true, kept.get().seconds());
    }
    Duration left = Duration.between(clock.instant(), deadline);
    if (left.compareTo(LEAST) < 0) {
      return new Attempt.OutOfTime();
    }
    return switch (builds.build(recipe, title, left)) {
      case Outcome.Built(Map<String, Path> binaries, double seconds) -> {
        count.incrementAndGet();
        RungCache.Kept now = cache.keep(builds.inputs(), recipe, seconds, binaries);
        yield new Attempt.Built(now.binaries(), false, seconds);
      }
      case Outcome.Failed(Failure why, boolean outOfTime) ->
          outOfTime && spent()
              ? new Attempt.OutOfTime()
              : new Attempt.Failed(String.valueOf(why.getMessage()));
    };
  }

  private boolean spent() {
    return Duration.between(clock.instant(), deadline).compareTo(LEAST) < 0;
  }
}
