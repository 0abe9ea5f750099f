package dev.selfsame.where;

import java.nio.file.Path;

/**
 * A container that an engine was asked about. Of every method: (undecided) where the engine does
 * not answer, or answers what cannot be.
 */
public interface OpenContainer extends AutoCloseable {

  /** What the engine says of it now. */
  ContainerState state();

  /**
   * What tells a file from the one that may stand at its path later, as far as an engine tells.
   *
   * @param path where links had led to at the end, absolute
   * @param size bytes
   * @param modified when it was written last, as the engine writes it
   */
  record Stamp(String path, long size, String modified) {}

  /**
   * A copy of a file.
   *
   * @param file on this machine
   * @param stamp of the file that it was copied from
   */
  record Taken(Path file, Stamp stamp) {}

  /**
   * Copies a regular file, through links, which lead within the container's root.
   *
   * @param path absolute, within the container
   * @throws dev.selfsame.outcome.Failure (undecided) where there is none, or it is too large
   */
  Taken take(String path, Scratch into);

  /**
   * Looks at a regular file as {@link #take} does, without its bytes.
   *
   * @throws dev.selfsame.outcome.Failure (undecided) where there is none
   */
  Stamp stamp(String path);

  @Override
  void close();
}
