package dev.selfsame.oci;

import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Channels;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What was proven of names lately, so that a signature is not verified for each request anew.
 *
 * <p>It holds for the very trust root and channels that it was proven by, both of which are looked
 * at each time, and until the first moment at which a key or a record comes to its end; the clock
 * may not go back either. So whatever is taken back counts with the next request, whichever server
 * took it. What is proven of bytes stays true of them; that they are still on the disk as they were
 * is asked again every second.
 */
final class Proofs<T> {
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final int MOST = 1024;
  private static final int LOCKS = 64;

  private final Clock clock;
  private final ConcurrentMap<ArtifactName, Kept<T>> kept = new ConcurrentHashMap<>();
  private final ReentrantLock[] locks =
      Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(ReentrantLock[]::new);

  Proofs(Clock clock) {
    this.clock = clock;
  }

  /**
   * What was found.
   *
   * @param value which is the same until {@code end} if nobody changes anything
   * @param end the first moment at which it may be another; empty where it may be at any
   */
  record Found<T>(T value, Optional<Instant> end) {}

  /** What was found, and what it hangs on. */
  private record Kept<T>(
      T value, EvidenceAtHand by, Instant from, Instant end, long since, Channels.Look look) {

    boolean holds(EvidenceAtHand evidence, Instant at) {
      return by.root().equals(evidence.root())
          && by.registry().equals(evidence.registry())
          && !at.isBefore(from)
          && at.isBefore(end)
          && System.nanoTime() - since < AGAIN.toNanos()
          && look.isSame();
    }
  }

  /** What is proven of a name now, by these means for the moment where it was not lately. */
  T of(ArtifactName name, EvidenceAtHand evidence, Function<Instant, Found<T>> proof) {
    Kept<T> last = kept.get(name);
    if (last != null && last.holds(evidence, clock.instant())) {
      return last.value();
    }
    ReentrantLock lock = locks[Math.floorMod(name.hashCode(), LOCKS)];
    lock.lock();
    try {
      // Who waited finds what the other has just proven.
      Kept<T> now = kept.get(name);
      return now != null && now.holds(evidence, clock.instant())
          ? now.value()
          : proven(name, evidence, proof);
    } finally {
      lock.unlock();
    }
  }

  private T proven(ArtifactName name, EvidenceAtHand evidence, Function<Instant, Found<T>> proof) {
    kept.remove(name);
    Instant from = clock.instant();
    long since = System.nanoTime();
    // Before the channels are read: what changes meanwhile shows at the next request.
    Optional<Channels.Look> look = evidence.registry().channels().look(name);
    Found<T> found = proof.apply(from);
    if (look.isPresent() && found.end().isPresent()) {
      if (kept.size() >= MOST) {
        kept.clear();
      }
      kept.put(
          name, new Kept<>(found.value(), evidence, from, found.end().get(), since, look.get()));
    }
    return found.value();
  }
}
