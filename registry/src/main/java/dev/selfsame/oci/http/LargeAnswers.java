package dev.selfsame.oci.http;

import java.util.HashMap;
import java.util.Map;

/**
 * How much the answers take that are in memory whole while their clients take them, so that all of
 * them fit together. Nobody has to be fast: so one address has a part of it alone, and whoever
 * comes when it is taken is asked to come again. What was read for an answer that is refused is
 * held no longer than it takes to say so.
 */
final class LargeAnswers {
  private static final long LEAST = 64L << 20;
  private static final int PART = 4;

  /** What an answer was made of is held beside it: descriptors, rows. */
  private static final int COPIES = 2;

  private final long most;
  private final Map<String, Long> held = new HashMap<>();
  private long all;

  /**
   * @param most bytes of all together
   */
  LargeAnswers(long most) {
    this.most = most;
  }

  /** A quarter of the memory that there may be. */
  static LargeAnswers usual() {
    return new LargeAnswers(Math.max(LEAST, Runtime.getRuntime().maxMemory() / PART));
  }

  /** Takes room for an answer; false where there is none now. */
  synchronized boolean take(String address, long bytes) {
    long needed = COPIES * bytes;
    long own = held.getOrDefault(address, 0L);
    boolean tooMany = own > 0 && own + needed > most / PART;
    if (tooMany || all + needed > most) {
      return false;
    }
    all += needed;
    held.put(address, own + needed);
    return true;
  }

  /** Gives back what was taken. */
  synchronized void giveBack(String address, long bytes) {
    long needed = COPIES * bytes;
    all -= needed;
    held.computeIfPresent(address, (_, own) -> own == needed ? null : own - needed);
  }
}
