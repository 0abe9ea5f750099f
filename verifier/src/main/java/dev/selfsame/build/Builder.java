package dev.selfsame.build;

import dev.selfsame.binary.BinaryReader;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.ImageRoot;
import dev.selfsame.pins.Pin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Builds a project from its commit, several times, and records what was seen.
 *
 * <p>The steps: package the source, read {@code selfsame.toml} and {@code Cargo.lock} from the
 * package, provide the root and the crates, ask Cargo whether all fits, build, compare, write the
 * result. Every step leaves the machine as it was when it fails or is interrupted.
 */
public final class Builder {
  private final BuildHost host;
  private final Preparation preparation;

  public Builder(BuildHost host) {
    this.host = host;
    this.preparation = new Preparation(host);
  }

  /**
   * Builds. The result is written also where the builds differ: then with the bytes of each.
   *
   * @throws Failure (usage) where the project does not allow a build, (undecided) where a build
   *     failed, (bad evidence) where a crate's bytes are not those of Cargo.lock
   * @throws InterruptedException when the calling thread was interrupted; nothing is left
   */
  public BuildResult build(BuildRequest request) throws InterruptedException {
    return Interruptible.run(() -> {
      try (OutputFolder out = claim(request.out());
          WorkFolder work = WorkFolder.make(host.cache().resolve("work"))) {
        return build(request, out, work);
      }
    });
  }

  /**
   * Builds once the way a person would by hand: no check, no remapped path, other places. It shows
   * what becomes of the same source and crates without a recipe.
   *
   * @throws Failure as {@link #build}
   * @throws InterruptedException as {@link #build}
   */
  public HandMade.Result build(HandMade request) throws InterruptedException {
    return Interruptible.run(() -> {
      try (OutputFolder out = claim(request.out());
          WorkFolder work = WorkFolder.make(host.cache().resolve("work"))) {
        return prepare(request, out, work).run();
      }
    });
  }

  /** What came of a build as recorded and of one by hand. */
  public record Pair(BuildResult recorded, HandMade.Result byHand) {}

  /**
   * Builds, and builds by hand beside it: where one alone waits for its last crate, the other has
   * the CPUs. One build by hand that failed beside is made again alone. On one CPU they take turns.
   *
   * @throws Failure as {@link #build(BuildRequest)}
   * @throws InterruptedException as {@link #build(BuildRequest)}
   */
  public Pair build(BuildRequest request, HandMade byHand) throws InterruptedException {
    if (HostFacts.cpus() < 2) {
      return new Pair(build(request), build(byHand));
    }
    return Interruptible.run(() -> {
      try (OutputFolder out = claim(byHand.out());
          WorkFolder work = WorkFolder.make(host.cache().resolve("work"))) {
        // Prepared before the other begins: both take crates and root from one cache.
        HandMade.Ready ready = prepare(byHand, out, work);
        try (Beside<HandMade.Result> other = Beside.start("by-hand", ready.halved()::run)) {
          BuildResult recorded = build(request);
          return new Pair(recorded, orAgain(other, ready));
        }
      }
    });
  }

  private HandMade.Result orAgain(Beside<HandMade.Result> other, HandMade.Ready ready)
      throws InterruptedException {
    try {
      return other.result();
    } catch (Failure failed) {
      host.progress().note("the build by hand failed beside another: again, alone");
      return ready.run();
    }
  }

  private HandMade.Ready prepare(HandMade request, OutputFolder out, WorkFolder work)
      throws InterruptedException {
    Prepared prepared = preparation.prepare(BuildRequest.of(request.folder(), request.out()), work);
    BuildStage stage = new BuildStage(host.engine(), prepared, work);
    int crates = preparation.preflight(stage, prepared).crates();
    return new HandMade.Ready(request, stage, prepared, out, host.progress(), crates);
  }

  private OutputFolder claim(Path out) {
    return OutputFolder.claim(out, host.cache().resolve("locks"));
  }

  private BuildResult build(BuildRequest request, OutputFolder out, WorkFolder work)
      throws InterruptedException {
    Instant started = now();
    Prepared asked = preparation.prepare(request, work);
    Preflight.Found found =
        preparation.preflight(new BuildStage(host.engine(), asked, work), asked);
    String target = Preflight.target(found.toolchain().rustc());
    Prepared prepared = asked.with(asked.recipe().withTarget(target));
    Trials trials =
        new Trials(
            new BuildStage(host.engine(), prepared, work),
            prepared,
            host.progress(),
            found.crates(),
            request.jobs(),
            HostFacts.cpus());
    BuildRecord.Reproducibility seen = trials.run(request.checks());
    BuildRecord record = record(prepared, found, trials, seen, started);
    refuseFailed(trials, record, out, work);
    out.replace(folder -> write(folder, record, trials.trials(), work));
    return new BuildResult(record, request.out());
  }

  private BuildRecord record(
      Prepared prepared,
      Preflight.Found found,
      Trials trials,
      BuildRecord.Reproducibility seen,
      Instant started) {
    Pin pin = prepared.pin();
    boolean image = pin.root() instanceof ImageRoot;
    List<BuildRecord.Output> outputs = outputs(trials.trials().getFirst());
    tellOfSymbols(prepared.recipe(), outputs);
    return new BuildRecord(
        BuildRecord.SCHEMA,
        prepared.project().name(),
        prepared.packed().source(),
        prepared.recipe(),
        found.toolchain(),
        new BuildRecord.EnvironmentPin(
            pin.id(),
            image ? "image" : "debs",
            pin.fileDigest(),
            prepared.root().diffId(),
            host.roots().imageOf(pin).orElse(null),
            host.roots().manifestOf(pin).orElse(null)),
        prepared.lock().crates(),
        prepared.lock().digest(),
        HostFacts.of(host.engine()),
        trials.runs(),
        found.log(),
        seen,
        outputs,
        prepared.project().image(),
        started,
        now());
  }

  private static List<BuildRecord.Output> outputs(Trials.Trial first) {
    List<BuildRecord.Output> outputs = new ArrayList<>();
    if (first.compiled() instanceof Compiled.Built built) {
      for (Map.Entry<String, Path> binary : built.binaries().entrySet()) {
        var facts = BinaryReader.read(binary.getValue());
        outputs.add(
            new BuildRecord.Output(
                binary.getKey(),
                facts.size(),
                facts.sha256(),
                facts.fact("strip").value(),
                facts.facts()));
      }
    }
    return outputs;
  }

  /**
   * Cargo forgets that a package is to be stripped where its profile has settings for that package:
   * seen with 1.85.
   */
  private void tellOfSymbols(Recipe recipe, List<BuildRecord.Output> outputs) {
    String asked = recipe.profileOverrides().getOrDefault("strip", "");
    if (!asked.equals("symbols") && !asked.equals("true")) {
      return;
    }
    for (BuildRecord.Output output : outputs) {
      if (List.of("full", "debug-stripped").contains(output.stripState())) {
        host.progress()
            .note(
                "note: %s is to be stripped of symbols, and is %s: where Cargo.toml has [profile.%s.package.…] for it,"
                        .formatted(output.name(), output.stripState(), recipe.profile())
                    + " Cargo forgets that; put its settings into the profile");
      }
    }
  }

  /**
   * A build that failed leaves its logs and record beside the place of the result. Of two it is the
   * later that names a factor: the one before it had all of them varied.
   */
  private static void refuseFailed(
      Trials trials, BuildRecord record, OutputFolder out, WorkFolder work) {
    for (Trials.Trial trial : trials.trials().reversed()) {
      if (trial.compiled() instanceof Compiled.Failed(Failure why, var _, var _, Path log, var _)) {
        out.replaceFailed(folder -> write(folder, record, trials.trials(), work));
        Path kept = out.failedPlace().resolve("logs").resolve(trial.label() + ".log");
        boolean together = trial.plan().kind() == BuildRecord.RunKind.VARIED;
        throw new Failure(
            why.code(),
            why.getMessage() + (together ? "; with one factor varied at a time it is built" : ""),
            why.hint() + "; log: " + kept);
      }
    }
  }

  private static void write(
      Path folder, BuildRecord record, List<Trials.Trial> trials, WorkFolder work)
      throws IOException {
    Files.write(folder.resolve(OutputFolder.RECORD), Json.write(record));
    Path logs = Files.createDirectories(folder.resolve("logs"));
    Trials.Trial first = trials.getFirst();
    copy(first, folder);
    Files.copy(work.at("logs").resolve("prepare.log"), logs.resolve("prepare.log"));
    for (Trials.Trial trial : trials) {
      Files.copy(trial.compiled().log(), logs.resolve(trial.label() + ".log"));
      if (!trial.same(first) && first.compiled() instanceof Compiled.Built) {
        copy(trial, folder.resolve("dissent").resolve(trial.label()));
      }
    }
  }

  private static void copy(Trials.Trial trial, Path folder) throws IOException {
    if (trial.compiled() instanceof Compiled.Built built) {
      Files.createDirectories(folder);
      for (Map.Entry<String, Path> binary : built.binaries().entrySet()) {
        Path file = folder.resolve(binary.getKey());
        Files.copy(binary.getValue(), file);
        file.toFile().setExecutable(true, false);
        file.toFile().setReadable(true, false);
      }
    }
  }

  private Instant now() {
    return host.clock().instant().truncatedTo(ChronoUnit.SECONDS);
  }
}
