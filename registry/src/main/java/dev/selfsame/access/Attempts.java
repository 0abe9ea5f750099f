package dev.selfsame.access;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Failed sign-ins by address: after some, that address has to wait. Its memory is bounded. */
final class Attempts {
  private static final int MOST_FAILURES = 10;
  private static final int MOST_ADDRESSES = 10_000;
  private static final long WINDOW = Duration.ofMinutes(1).toNanos();

  /** How often, since when. */
  private record Failures(int count, long since) {}

  private final Map<String, Failures> failures =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > MOST_ADDRESSES;
        }
      };

  /** Whether an address may try now. */
  synchronized boolean mayTry(String address, long nanos) {
    Failures found = failures.get(address);
    return found == null || nanos - found.since() > WINDOW || found.count() < MOST_FAILURES;
  }

  synchronized void failed(String address, long nanos) {
    Failures found = failures.get(address);
    if (found == null || nanos - found.since() > WINDOW) {
      failures.put(address, new Failures(1, nanos));
    } else {
      failures.put(address, new Failures(found.count() + 1, found.since()));
    }
  }
}
