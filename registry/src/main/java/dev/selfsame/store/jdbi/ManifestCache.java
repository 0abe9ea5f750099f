package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.Repositories.Referrers;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Manifests, and lists of what refers to one, that were read lately. Every write to a repository
 * ends all that was kept of it, so that nothing here outlives a delete. Only for a database that no
 * other process writes to.
 */
final class ManifestCache {
  private static final int MOST = 4096;
  private static final int LARGEST_BYTES = 8 << 10;

  /** Making a list of a thousand from rows takes ten times as long as sending it. */
  private static final int MOST_LISTS = 16;

  private static final int LONGEST_LIST = 1 << 20;

  /**
   * By two to the power of how many slots it is known what was asked for once. What is kept at the
   * first time, by somebody who asks for each of a million once, makes the collector move it twice
   * for nothing.
   */
  private static final int ONCE_BITS = 13;

  private final AtomicIntegerArray once = new AtomicIntegerArray(1 << ONCE_BITS);
  private final ConcurrentMap<Key, Kept<StoredManifest>> kept = new ConcurrentHashMap<>();
  private final ConcurrentMap<ListKey, Kept<Referrers>> lists = new ConcurrentHashMap<>();
  private final ConcurrentMap<RepositoryName, Long> writes = new ConcurrentHashMap<>();
  private final LongAdder generation = new LongAdder();

  /** What a manifest was asked for by. */
  private record Key(RepositoryName repository, String reference) {}

  /**
   * What a list was asked for by.
   *
   * @param type null for every type
   * @param after null for the beginning
   */
  record ListKey(
      RepositoryName repository,
      Digest subject,
      @Nullable String type,
      @Nullable Digest after,
      int n) {}

  /** What was read, and how many writes the repository had seen before. */
  private record Kept<T>(T read, long writes) {}

  /** The manifest that is kept, or else the one that is read. */
  Optional<StoredManifest> get(
      RepositoryName repository, String reference, Supplier<Optional<StoredManifest>> read) {
    long before = seen(repository);
    Key key = new Key(repository, reference);
    Kept<StoredManifest> found = kept.get(key);
    if (found != null && found.writes() == before) {
      return Optional.of(found.read());
    }
    Optional<StoredManifest> fresh = read.get();
    fresh
        .filter(manifest ->
            manifest.bytes().length + manifest.descriptor().length() <= LARGEST_BYTES
                && isAgain(key))
        .ifPresent(manifest -> keep(kept, MOST, key, new Kept<>(manifest, before)));
    return fresh;
  }

  /** Whether this was asked for lately, by all that can be told. */
  private boolean isAgain(Key key) {
    int hash = key.hashCode() * 0x9E3779B9;
    return once.getAndSet(hash >>> (Integer.SIZE - ONCE_BITS), hash) == hash;
  }

  /** The list that is kept, or else the one that is read. */
  Referrers list(ListKey key, Supplier<Referrers> read) {
    long before = seen(key.repository());
    Kept<Referrers> found = lists.get(key);
    if (found != null && found.writes() == before) {
      return found.read();
    }
    Referrers fresh = read.get();
    if (fresh.referrers().stream().mapToLong(one -> one.descriptor().length()).sum()
        <= LONGEST_LIST) {
      keep(lists, MOST_LISTS, key, new Kept<>(fresh, before));
    }
    return fresh;
  }

  /** Grows with each write of a repository, and with each time that all is forgotten. */
  private long seen(RepositoryName repository) {
    return writes.getOrDefault(repository, 0L) + generation.sum();
  }

  private static <K, T> void keep(ConcurrentMap<K, Kept<T>> all, int most, K key, Kept<T> one) {
    if (all.size() >= most) {
      all.clear();
    }
    all.put(key, one);
  }

  /** Writes of any repository may have been made. What is being read now is not kept either. */
  void forget() {
    generation.increment();
    kept.clear();
    lists.clear();
  }

  /** A write has been made: to be called before anybody is told of it. */
  void wrote(RepositoryName repository) {
    writes.merge(repository, 1L, Long::sum);
  }
}
