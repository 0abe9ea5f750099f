package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

/**
 * A difference between two targets, split by a third build of the same source that shares the
 * operating system and format with one side and the instruction set with the other.
 *
 * @param third what was read of the third file
 * @param instructionSet bytes of the size difference between the two files of one format
 * @param system bytes of the size difference between the two files of one instruction set: format,
 *     operating system and its libraries
 */
public record Split(BinaryFacts third, long instructionSet, long system) {
  public Split {
    requireNonNull(third);
  }
}
