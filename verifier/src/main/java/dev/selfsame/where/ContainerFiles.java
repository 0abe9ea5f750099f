package dev.selfsame.where;

/** Looks into containers: a port, for whichever engine runs them. */
public interface ContainerFiles {

  /**
   * Opens a container, running or not.
   *
   * @throws dev.selfsame.outcome.Failure (undecided) where the engine cannot be reached, or there
   *     is no such container
   */
  OpenContainer open(Where.Container place) throws InterruptedException;
}
