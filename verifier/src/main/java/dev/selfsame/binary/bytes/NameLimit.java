package dev.selfsame.binary.bytes;

/**
 * Reads names of a string table that are kept: no more of them together than such a table can have
 * without a trick. In what a linker writes, a name stands there once, or is the end of another one;
 * in a crafted file of 8 MB, a hundred thousand names may all be one run of 4 KB, and take 2 GB.
 */
public final class NameLimit {
  /** Short names are shared by many: a hundred thousand sections may be called {@code .text}. */
  private static final int SHARED = 1 << 21;

  private final ByteView names;
  private long left;

  /** For the names of this table. */
  public NameLimit(ByteView names) {
    this.names = names;
    this.left = SHARED + 2 * names.size();
  }

  /** Whether the table has no byte. */
  public boolean empty() {
    return names.size() == 0;
  }

  /**
   * As {@link ByteView#text}.
   *
   * @throws MalformedInputException where no NUL follows, or what was read before is more than the
   *     table can have
   */
  public String text(long offset, int limit) {
    require();
    return kept(names.text(offset, limit));
  }

  /**
   * A name that was read in another way.
   *
   * @throws MalformedInputException as {@link #text}
   */
  public String kept(String name) {
    require();
    left -= name.length();
    return name;
  }

  private void require() {
    if (left < 0) {
      throw names.malformed(0, "names that are more together than their table can have");
    }
  }
}
