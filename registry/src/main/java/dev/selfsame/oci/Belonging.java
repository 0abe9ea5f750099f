package dev.selfsame.oci;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.ArtifactName;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What belongs to a name, so that one small question does not have all of its history read. It is
 * kept until the name has something else, and for some seconds in any case: what could not be read
 * may have been put right since.
 */
final class Belonging {
  private static final Duration AGAIN = Duration.ofSeconds(10);
  private static final int MOST = 256;
  private static final int LOCKS = 64;

  private final ConcurrentMap<ArtifactName, Kept> kept = new ConcurrentHashMap<>();
  private final ReentrantLock[] locks =
      Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(ReentrantLock[]::new);

  /**
   * What belongs to a name.
   *
   * @param bundles the signed records themselves
   * @param all these, and what they speak of and rest on
   */
  record Known(Set<Digest> bundles, Set<Digest> all) {
    Known {
      bundles = Set.copyOf(bundles);
      all = Set.copyOf(all);
    }
  }

  /**
   * @param same whether the name has what it had
   */
  private record Kept(Known known, BooleanSupplier same, long since) {
    boolean holds() {
      return System.nanoTime() - since < AGAIN.toNanos() && same.getAsBoolean();
    }
  }

  /**
   * What belongs to a name now.
   *
   * @param look taken before the name is read; empty where it cannot be told later whether the name
   *     has what it had
   * @param reader reads the name
   */
  Known of(ArtifactName name, Supplier<Optional<BooleanSupplier>> look, Supplier<Known> reader) {
    Kept last = kept.get(name);
    if (last != null && last.holds()) {
      return last.known();
    }
    ReentrantLock lock = locks[Math.floorMod(name.hashCode(), LOCKS)];
    lock.lock();
    try {
      // Who waited finds what the other has just read.
      Kept now = kept.get(name);
      return now != null && now.holds() ? now.known() : read(name, look, reader);
    } finally {
      lock.unlock();
    }
  }

  private Known read(
      ArtifactName name, Supplier<Optional<BooleanSupplier>> look, Supplier<Known> reader) {
    kept.remove(name);
    long since = System.nanoTime();
    Optional<BooleanSupplier> same = look.get();
    Known known = reader.get();
    if (same.isPresent()) {
      if (kept.size() >= MOST) {
        kept.clear();
      }
      kept.put(name, new Kept(known, same.get(), since));
    }
    return known;
  }
}
