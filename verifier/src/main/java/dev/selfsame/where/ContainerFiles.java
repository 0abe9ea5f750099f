package dev.selfsame.where;

import java.nio.file.Path;

/** Takes files out of containers: a port, for whichever engine runs them. */
public interface ContainerFiles {

  /**
   * Copies one file, through symbolic links.
   *
   * @throws dev.selfsame.outcome.Failure (undecided) where the engine cannot be reached, there is
   *     no such container or file, or it is no regular file
   */
  Path copy(Where.Container from, Scratch into) throws InterruptedException;
}
