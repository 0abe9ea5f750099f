package dev.selfsame.compare.experiment;

import dev.selfsame.build.BuildHost;
import dev.selfsame.build.RecipeBuilds;
import dev.selfsame.compare.BinaryComparison;
import dev.selfsame.compare.experiment.Rungs.Attempt;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Experiment;
import dev.selfsame.evidence.Experiment.Outcome;
import dev.selfsame.evidence.Experiment.Rung;
import dev.selfsame.evidence.Experiment.Unmeasured;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.evidence.Source;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Proves causes by building from the recipe of one binary towards that of another. */
public final class Experiments {
  private static final long CACHE_BYTES = 1L << 30;

  /** Of so many steps it is measured what each does alone, a build each. */
  private static final int ALONE = 6;

  private final Path cache;
  private final Clock clock;

  /**
   * @param cache such as {@code ~/.cache/selfsame}; what was built is kept below it
   */
  public Experiments(Path cache, Clock clock) {
    this.cache = cache;
    this.clock = clock;
  }

  /**
   * The comparison with what rebuilding shows. What cannot be built or told is said in it: the
   * verdict is that of the bytes, whatever the outcome.
   *
   * @param comparison of the request's two files, which are not identical
   * @param host asked for once, so that an engine that is absent is told in the result
   * @throws Failure (usage) where the project or a record is wrong; (bad evidence) where a crate's
   *     bytes are not those of Cargo.lock
   * @throws InterruptedException when the calling thread was interrupted; nothing is left
   */
  public Comparison prove(
      Comparison comparison, ExperimentRequest request, Supplier<BuildHost> host)
      throws InterruptedException {
    Digest digestA = comparison.a().sha256();
    Path fileA = request.recordA();
    Path fileB = request.recordB();
    @Nullable BuildRecord recordA = fileA == null ? null : Records.read(fileA, digestA, "A");
    @Nullable BuildRecord recordB =
        fileB == null ? null : Records.read(fileB, comparison.b().sha256(), "B");
    Instant started = clock.instant();
    Instant deadline = started.plus(request.budget());
    RungCache kept = new RungCache(cache.resolve("rungs"), clock, CACHE_BYTES);
    try {
      BuildHost there = host.get();
      Path sourceB = request.sourceB();
      try (RecipeBuilds builds = RecipeBuilds.open(there, request.source());
          @Nullable RecipeBuilds other =
              sourceB == null ? null : RecipeBuilds.open(there, sourceB)) {
        Rungs rungs = new Rungs(builds, kept, clock, deadline);
        @Nullable OtherSource moved =
            other == null ? null : new OtherSource(builds, new Rungs(other, kept, clock, deadline));
        return new Run(comparison, request, builds, rungs, moved, started, recordA, recordB)
            .prove();
      }
    } catch (Failure failure) {
      if (failure.code() != ExitCode.UNDECIDED) {
        throw failure;
      }
      return notReproduced(comparison, failure, recordB != null, started);
    }
  }

  private Comparison notReproduced(
      Comparison comparison, Failure failure, boolean recorded, Instant started) {
    Experiment experiment =
        new Experiment(
            Outcome.NOT_REPRODUCED,
            "nothing was built: %s (%s)".formatted(failure.getMessage(), failure.hint()),
            null,
            recorded,
            List.of(),
            List.of(),
            comparison.sizeDelta(),
            comparison.categories(),
            0,
            seconds(started));
    return comparison.with(experiment, comparison.causes(), comparison.guesses());
  }

  private double seconds(Instant started) {
    return Duration.between(started, clock.instant()).toMillis() / 1000.0;
  }

  /** One experiment. */
  private final class Run {
    private final Comparison comparison;
    private final ExperimentRequest request;
    private final RecipeBuilds builds;
    private final Rungs rungs;
    private final @Nullable OtherSource moved;
    private final Instant started;
    private final @Nullable BuildRecord recordA;
    private final @Nullable BuildRecord recordB;

    Run(
        Comparison comparison,
        ExperimentRequest request,
        RecipeBuilds builds,
        Rungs rungs,
        @Nullable OtherSource moved,
        Instant started,
        @Nullable BuildRecord recordA,
        @Nullable BuildRecord recordB) {
      this.comparison = comparison;
      this.request = request;
      this.builds = builds;
      this.rungs = rungs;
      this.moved = moved;
      this.started = started;
      this.recordA = recordA;
      this.recordB = recordB;
    }

    Comparison prove() throws InterruptedException {
      Recipe recipe = recordA == null ? builds.recipe() : recordA.recipe();
      return switch (rungs.build(recipe, "A as it was built")) {
        case Attempt.Built built -> {
          Optional<String> name = name(built);
          yield name.isPresent()
              ? climb(recipe, built, name.get())
              : without("A was not reproduced: " + otherBytes(built));
        }
        case Attempt.Failed(String why) -> without("the source does not build: " + why);
        case Attempt.OutOfTime() -> without("the time was up before A was built again");
      };
    }

    private Optional<String> name(Attempt.Built built) {
      try {
        for (Map.Entry<String, Path> binary : built.binaries().entrySet()) {
          if (Digest.sha256(binary.getValue()).equals(comparison.a().sha256())) {
            return Optional.of(binary.getKey());
          }
        }
        return Optional.empty();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** How what the recipe gives differs from a, by the binary of a's name or the only one. */
    private String otherBytes(Attempt.Built built) {
      String by = recordA == null ? "selfsame.toml" : "its build record";
      Path file =
          Optional.ofNullable(built.binaries().get(comparison.a().name()))
              .orElseGet(() -> built.binaries().values().iterator().next());
      Comparison away = BinaryComparison.of(request.a(), file);
      String why =
          away.causes().isEmpty() ? "" : "; first cause: " + away.causes().getFirst().sentence();
      return String.format(
          Locale.ROOT,
          "%s at commit %.12s gives %,d bytes with another SHA-256%s%s",
          by,
          builds.source().commit(),
          away.b().size(),
          otherSource(recordA, builds.source()).map(said -> "; " + said).orElse(""),
          why);
    }

    private static Optional<String> otherSource(@Nullable BuildRecord record, Source here) {
      return record == null || record.source().packageDigest().equals(here.packageDigest())
          ? Optional.empty()
          : Optional.of(
              "the record is of commit %.12s, the source here is %.12s"
                  .formatted(record.source().commit(), here.commit()));
    }

    private Comparison without(String conclusion) {
      return comparison.with(
          experiment(Outcome.NOT_REPRODUCED, conclusion, List.of(), List.of(), comparison),
          comparison.causes(),
          comparison.guesses());
    }

    private Comparison climb(Recipe recipe, Attempt.Built built, String name)
        throws InterruptedException {
      Step first =
          new Step(Optional.empty(), recipe, rungs, comparison, built.cached(), built.seconds());
      Ladder ladder = new Ladder(name, request.b(), first);
      List<Unmeasured> unmeasured = new ArrayList<>();
      if (moved != null) {
        ladder.climb(moved.crates().stream().toList());
        ladder.climb(List.of(moved.source(ladder.steps().getLast().rungs().builds())));
      }
      if (recordB == null) {
        ladder.climb();
      } else {
        Source here = moved == null ? builds.source() : moved.builds().source();
        otherSource(recordB, here)
            .ifPresent(said -> unmeasured.add(new Unmeasured(Proof.SOURCE, "B: " + said)));
        ladder.climb(
            OtherCrates.recorded(ladder.steps().getLast().rungs().builds().lock(), recordB.crates())
                .stream()
                .toList());
        Recipe from = ladder.steps().getLast().recipe();
        unmeasured.addAll(RecordedChanges.impossible(from, recordB.recipe()));
        ladder.climb(RecordedChanges.of(from, recordB.recipe()));
      }
      // What each step does alone is measured with the time that is left, and decides nothing.
      Outcome outcome = ladder.outcome();
      List<Rung> measured = rungs(ladder);
      unmeasured.addAll(ladder.unmeasured());
      Comparison last = ladder.steps().getLast().toB();
      Experiment experiment =
          experiment(outcome, conclusion(outcome, last), measured, unmeasured, last);
      return new Proof(comparison, experiment, last).comparison();
    }

    /** The rungs, with what the largest steps do alone as far as there is time. */
    private List<Rung> rungs(Ladder ladder) throws InterruptedException {
      List<Step> steps = ladder.steps();
      List<Rung> all = new ArrayList<>();
      for (int i = 0; i < steps.size(); i++) {
        all.add(steps.get(i).rung(i == 0 ? null : steps.get(i - 1)));
      }
      if (all.size() > 1) {
        // From a itself there is nothing that the first step could act together with.
        all.set(1, all.get(1).withAlone(all.get(1).bytes()));
      }
      List<Integer> largest = new ArrayList<>();
      for (int i = 2; i < all.size(); i++) {
        largest.add(i);
      }
      largest.sort(Comparator.comparingLong(i -> -Math.abs(all.get(i).bytes())));
      for (int i : largest.subList(0, Math.min(ALONE, largest.size()))) {
        Optional<Long> size = ladder.alone(steps.get(i));
        if (size.isPresent()) {
          all.set(i, all.get(i).withAlone(size.get() - comparison.a().size()));
        }
      }
      return all;
    }

    private String conclusion(Outcome outcome, Comparison last) {
      return switch (outcome) {
        case MET -> "the last build has B's SHA-256: the whole difference is proved";
        case OUT_OF_TIME ->
            String.format(
                Locale.ROOT,
                "the time was up; the last build is %,d bytes from B's size",
                Math.abs(last.sizeDelta()));
        case SHORT, NOT_REPRODUCED ->
            String.format(
                Locale.ROOT,
                "the last build is %,d bytes from B's size and has other bytes",
                Math.abs(last.sizeDelta()));
      };
    }

    private Experiment experiment(
        Outcome outcome,
        String conclusion,
        List<Rung> measured,
        List<Unmeasured> unmeasured,
        Comparison last) {
      return new Experiment(
          outcome,
          conclusion,
          builds.source(),
          recordB != null,
          measured,
          unmeasured,
          last.sizeDelta(),
          last.categories(),
          rungs.count() + (moved == null ? 0 : moved.rungs().count()),
          seconds(started));
    }
  }
}
