package dev.selfsame.store.jdbi;

/**
 * The advisory locks, which are the database's own: two numbers that everybody who takes them
 * agrees on.
 */
final class PostgresLock {
  /** Ours, in the hope that no other program on the database has taken the same number. */
  static final int CLASS = 0x5e1f5a3e;

  /** For as long as the schema is made. */
  static final int SCHEMA = 1;

  /** For as long as evidence is written. */
  static final int WRITING = 2;

  /** The class of locks on blobs; the second number is the beginning of a digest. */
  static final int BLOBS = CLASS + 1;

  private PostgresLock() {}
}
