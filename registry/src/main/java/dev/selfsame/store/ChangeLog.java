package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import java.time.Instant;
import java.util.Optional;

/**
 * Every change of the server's repositories, in order. What a database holds of them is a copy that
 * can be made again from here.
 */
public interface ChangeLog extends Changes, AutoCloseable {

  /**
   * A place in the log.
   *
   * @param seq 0 before the first change, and one more for each that follows
   * @param chain SHA-256 of everything up to here, by which two logs are told apart
   * @param end where the change ends, in bytes
   */
  record Place(long seq, String chain, long end) {
    /** Before the first change. */
    public static final Place START = new Place(0, "0".repeat(64), 0);
  }

  /** The time by the log's clock. */
  Instant now();

  /**
   * Adds a change. One thread at a time does so.
   *
   * @param at when it is made; kept in milliseconds
   * @throws dev.selfsame.outcome.Failure exit 3 where it cannot be written; then it is not there
   */
  Place append(Change change, Instant at);

  /**
   * Waits until everything up to there survives a crash of the machine. Many threads may wait, and
   * are served together.
   *
   * @throws dev.selfsame.outcome.Failure exit 3 where that cannot be had
   */
  void sync(long seq);

  /** Why no change can be added until the log is opened anew; empty where all is well. */
  Optional<String> trouble();

  /**
   * The manifest that a change brought.
   *
   * @param digest of its bytes, which are checked against it
   * @param mediaType what it is served as, likewise
   * @param end where the change ends, in bytes
   * @param length of the change, in bytes
   * @throws dev.selfsame.outcome.Failure exit 4 where that is not there; exit 3 where it cannot be
   *     read
   */
  StoredManifest manifest(Digest digest, String mediaType, long end, int length);

  /** Whether this log has that change in that place. */
  boolean holds(Place place);

  @Override
  void close();
}
