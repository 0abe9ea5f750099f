package dev.selfsame.access;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * So many requests a second for each caller, with twice that at once after a pause (token bucket).
 * Its memory is bounded: whoever was not seen for longest is forgotten.
 */
public final class RateLimit {
  private static final int MOST_CALLERS = 10_000;

  private final double perSecond;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > MOST_CALLERS;
        }
      };

  private record Bucket(double tokens, long at) {}

  /**
   * @param perSecond 0 for no limit
   */
  public RateLimit(int perSecond) {
    this.perSecond = perSecond;
  }

  /** Takes one request of a caller; false where it has to wait. */
  public boolean take(String caller, long nanos) {
    if (perSecond == 0) {
      return true;
    }
    synchronized (buckets) {
      Bucket last = buckets.get(caller);
      double most = 2 * perSecond;
      double tokens =
          last == null
              ? most
              : Math.min(most, last.tokens() + (nanos - last.at()) / 1e9 * perSecond);
      boolean taken = tokens >= 1;
      buckets.put(caller, new Bucket(taken ? tokens - 1 : tokens, nanos));
      return taken;
    }
  }
}
