package dev.selfsame.cli;

import dev.selfsame.attest.Signer;
import dev.selfsame.deploy.Deployer;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.DeploymentLog;
import dev.selfsame.deploy.Journal;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.OutcomeText;
import dev.selfsame.deploy.Plan;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Standing;
import dev.selfsame.deploy.Target;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.digest.Digest;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** One run of {@code deploy} at a target that it has locked: what was broken off, then its own. */
final class DeployRun {
  private final Surroundings surroundings;
  private final RegistryOptions registry;
  private final Optional<Signer> signer;
  private final TargetName name;
  private final Target target;
  private final Deployer deployer;

  /**
   * @param signer who signs how it ended; empty for nobody
   * @param folder where it is kept how far it is
   */
  DeployRun(
      Surroundings surroundings,
      RegistryOptions registry,
      Optional<Signer> signer,
      TargetName name,
      Target target,
      Path folder) {
    this.surroundings = surroundings;
    this.registry = registry;
    this.signer = signer;
    this.name = name;
    this.target = target;
    this.deployer =
        new Deployer(
            target,
            new Journal(folder),
            Landmarks.UNWATCHED,
            surroundings.console().progress(),
            surroundings.clock());
  }

  /** Ends what a run before this one has begun, and says so. */
  void recover() throws InterruptedException {
    Optional<Outcome> ended = deployer.recover();
    if (ended.isPresent()) {
      surroundings.console().message(OutcomeText.of(ended.get()).stripTrailing());
      surroundings.console().message(log(Optional.empty()).record(ended.get()));
    }
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
    // Made beforehand: it asks the engine, which may be gone afterwards.
    DeploymentLog log = log(before.flatMap(Standing::runs));
    Outcome outcome;
    if (stands.isPresent()) {
      outcome = stands.get();
    } else {
      Plan plan = target.plan(release);
      console.message("plan: %s to %s".formatted(release.text(), name.text()));
      console.message(plan.text().stripTrailing());
      outcome = deployer.deploy(deployment, plan, release);
    }
    print.accept(outcome);
    console.message(log.record(outcome));
    return outcome;
  }

  private DeploymentLog log(Optional<Digest> previous) throws InterruptedException {
    return signer.isEmpty()
        ? DeploymentLog.NOWHERE
        : new DeployRecord(surroundings, registry, signer.get(), name, target.engine(), previous);
  }
}
