package dev.selfsame.deploy.host;

import java.nio.file.Path;

/** Where it is kept how a target of this machine stands: with it, for whoever deploys there. */
public final class HostState {
  private HostState() {}

  /**
   * The folder of a target's lock and journal.
   *
   * @param root of the target, absolute
   * @throws dev.selfsame.outcome.Failure (usage) where others may write to the target
   */
  public static Path folder(Path root) {
    OwnFolder.require(new Place(root));
    return root.resolve(".selfsame");
  }
}
