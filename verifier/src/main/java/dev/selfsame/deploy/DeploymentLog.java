package dev.selfsame.deploy;

/** Where it is written down for good how deployments ended: a port. */
@FunctionalInterface
public interface DeploymentLog {
  /**
   * Writes down how one ended, whichever way.
   *
   * @return one line that says where
   * @throws dev.selfsame.outcome.Failure where it cannot be written down
   */
  String record(Ended ended);
}
