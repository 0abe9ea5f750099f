package dev.selfsame.store.jdbi;

import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * Manifests that were read lately. Every write to a repository ends all that was kept of it, so
 * that nothing here outlives a delete. Only for a database that no other process writes to.
 */
final class ManifestCache {
  private static final int MOST = 4096;
  private static final int LARGEST_BYTES = 8 << 10;

  private final ConcurrentMap<Key, Kept> kept = new ConcurrentHashMap<>();
  private final ConcurrentMap<RepositoryName, Long> writes = new ConcurrentHashMap<>();

  /** What a manifest was asked for by. */
  private record Key(RepositoryName repository, String reference) {}

  /** A manifest, and how many writes the repository had seen before it was read. */
  private record Kept(StoredManifest manifest, long writes) {}

  /** The manifest that is kept, or else the one that is read. */
  Optional<StoredManifest> get(
      RepositoryName repository, String reference, Supplier<Optional<StoredManifest>> read) {
    long before = writes.getOrDefault(repository, 0L);
    Key key = new Key(repository, reference);
    Kept found = kept.get(key);
    if (found != null && found.writes() == before) {
      return Optional.of(found.manifest());
    }
    Optional<StoredManifest> fresh = read.get();
    fresh
        .filter(
            manifest -> manifest.bytes().length + manifest.descriptor().length() <= LARGEST_BYTES)
        .ifPresent(manifest -> {
          if (kept.size() >= MOST) {
            kept.clear();
          }
          kept.put(key, new Kept(manifest, before));
        });
    return fresh;
  }

  /** A write has been made: to be called before anybody is told of it. */
  void wrote(RepositoryName repository) {
    writes.merge(repository, 1L, Long::sum);
  }
}
