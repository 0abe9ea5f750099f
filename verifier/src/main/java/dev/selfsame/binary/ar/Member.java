package dev.selfsame.binary.ar;

/**
 * A member of an archive.
 *
 * @param name printable; as the archive writes it, without its end mark
 * @param kind what it is
 * @param header where its header begins in the file, in bytes
 * @param headerSize bytes of the header, a BSD long name behind it included
 * @param offset where its content begins in the file
 * @param size bytes of content; in a thin archive, of the file elsewhere
 * @param stored whether the content is in the archive
 * @param modified seconds since 1970; -1 where that is no number
 * @param owner numbers of user and group, such as {@code 0/0}
 */
public record Member(
    String name,
    Kind kind,
    long header,
    int headerSize,
    long offset,
    long size,
    boolean stored,
    long modified,
    String owner) {

  /** What a member is. */
  public enum Kind {
    /** Which member defines which symbol. */
    SYMBOL_INDEX,
    /** Names that do not fit into a header. */
    LONG_NAMES,
    /** Anything else. */
    FILE
  }
}
