package dev.selfsame.binary.rust;

import dev.selfsame.evidence.Fact.Evidence;

/**
 * A string found in a file.
 *
 * @param where the section
 * @param offset within the file, in bytes
 * @param text printable
 */
public record Mark(String where, long offset, String text) {
  private static final int SHOWN = 100;

  /** The mark as evidence, shortened for people. */
  public Evidence evidence() {
    return new Evidence(
        where, offset, text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…");
  }
}
