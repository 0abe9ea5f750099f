package dev.selfsame.cli;

import dev.selfsame.deploy.Deployer;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.DeploymentLog;
import dev.selfsame.deploy.Ended;
import dev.selfsame.deploy.Journal;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Mark;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.OutcomeText;
import dev.selfsame.deploy.PendingRecords;
import dev.selfsame.deploy.Plan;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Standing;
import dev.selfsame.deploy.Target;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** One run of {@code deploy} at a target that it has locked: what was broken off, then its own. */
final class DeployRun {
  private final Surroundings surroundings;
  private final Optional<DeploymentLog> log;
  private final TargetName name;
  private final Target target;
  private final Path folder;
  private final PendingRecords pending;

  /**
   * @param log where it is recorded how it ended; empty for nowhere
   * @param folder where it is kept how far it is
   */
  DeployRun(
      Surroundings surroundings,
      Optional<DeploymentLog> log,
      TargetName name,
      Target target,
      Path folder) {
    this.surroundings = surroundings;
    this.log = log;
    this.name = name;
    this.target = target;
    this.folder = folder;
    this.pending = new PendingRecords(folder);
  }

  /**
   * Ends what a run before this one has begun, and says so. Then records what could not be recorded
   * when it ended; where that does not work now either, it waits for the next run.
   *
   * @param secrets the mark of those that are known now
   */
  void recover(Mark secrets) throws InterruptedException {
    Optional<Journal.Open> open = new Journal(folder).open();
    if (open.isPresent()) {
      // Also where this run has no key: the record waits for one that has.
      boolean recorded = log.isPresent() || open.get().toBeRecorded();
      Ending ending = new Ending(open.get().before().runs(), target.engine(), recorded);
      Optional<Outcome> ended = deployer(ending).recover(secrets);
      if (ended.isPresent()) {
        surroundings.console().message(OutcomeText.of(ended.get()).stripTrailing());
      }
    }
    pending.all().forEach(this::record);
  }

  private void record(Ended ended) {
    Console console = surroundings.console();
    String id = ended.outcome().deployment().id();
    if (log.isEmpty()) {
      console.message("no record of deployment %s yet: it waits for --key".formatted(id));
      return;
    }
    try {
      console.message("deployment %s: %s".formatted(id, log.get().record(ended)));
    } catch (Failure e) {
      console.message("no record of deployment %s yet: %s".formatted(id, e.getMessage()));
      return;
    }
    pending.forget(ended);
  }

  /**
   * Deploys, unless it stands there already.
   *
   * @param again also then
   * @param print shows the outcome, before it is recorded
   */
  Outcome deploy(Release release, Deployment deployment, boolean again, Consumer<Outcome> print)
      throws InterruptedException {
    Console console = surroundings.console();
    Optional<Standing> before = target.now();
    Optional<Outcome> stands = again ? Optional.empty() : Deployer.standing(before, deployment);
    if (stands.isPresent()) {
      print.accept(stands.get());
      console.message("no record: nothing was deployed");
      return stands.get();
    }
    Optional<Digest> runs = before.flatMap(Standing::runs);
    Plan plan = target.plan(release).withRuns(runs);
    console.message("plan: %s to %s".formatted(release.text(), name.text()));
    console.message(plan.text().stripTrailing());
    // Asked beforehand: the engine may be gone afterwards.
    Ending ending = new Ending(runs, target.engine(), log.isPresent());
    Outcome outcome = deployer(ending).deploy(deployment, plan, release);
    print.accept(outcome);
    if (log.isEmpty()) {
      console.message("no record was signed: no --key");
      return outcome;
    }
    console.message(recorded(log.get(), ending.of(outcome)));
    return outcome;
  }

  /** On disk until it is recorded, also one that has not ended: somebody may stop us here. */
  private String recorded(DeploymentLog log, Ended ended) {
    pending.keep(ended);
    try {
      String said = log.record(ended);
      pending.forget(ended);
      return said;
    } catch (Failure e) {
      throw new Failure(
          e.code(),
          "it ended as said, and the record of that is not kept yet: " + e.getMessage(),
          "%s; the next deployment to %s with --key keeps it".formatted(e.hint(), name.text()),
          e);
    }
  }

  private Deployer deployer(Ending ending) {
    return new Deployer(
        target,
        new Journal(folder, ending),
        Landmarks.UNWATCHED,
        surroundings.console().progress(),
        surroundings.clock());
  }

  /** Keeps what the record is made of, where there is to be one, before the journal forgets it. */
  private final class Ending implements Journal.Ending {
    private final Optional<Digest> previous;
    private final String engine;
    private final boolean recorded;

    private Ending(Optional<Digest> previous, String engine, boolean recorded) {
      this.previous = previous;
      this.engine = engine;
      this.recorded = recorded;
    }

    private Ended of(Outcome outcome) {
      return new Ended(outcome, previous.orElse(null), engine, surroundings.clock().instant());
    }

    @Override
    public void ended(Outcome outcome) {
      if (recorded) {
        pending.keep(of(outcome));
      }
    }

    @Override
    public boolean toBeRecorded() {
      return recorded;
    }
  }
}
