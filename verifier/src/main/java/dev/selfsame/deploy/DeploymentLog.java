package dev.selfsame.deploy;

/** Where it is written down for good how deployments ended: a port. */
@FunctionalInterface
public interface DeploymentLog {
  /** Nobody asked for it. */
  DeploymentLog NOWHERE = outcome -> "no record was signed: no --key";

  /**
   * Writes down an outcome, whichever it is.
   *
   * @return one line that says where
   * @throws dev.selfsame.outcome.Failure where it cannot be written down
   */
  String record(Outcome outcome);
}
