package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.BlobLocks;
import dev.selfsame.store.Change;
import dev.selfsame.store.ChangeLog;
import dev.selfsame.store.Needs;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import dev.selfsame.store.jdbi.RepositoryQueries.LinkState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The server's repositories in one H2 file, which one process holds at a time: what is asked of
 * {@link RepositoryQueries}, and what each write decides. {@link LoggedRows} is the file.
 */
public final class H2Repositories implements Repositories {
  /** A line takes several times its length while it is read. */
  private static final int LARGE_LINE = 256 << 10;

  private final Semaphore large = new Semaphore(2);
  private final ChangeLog log;
  private final ManifestCache cache;
  private final LoggedRows rows;
  private final BlobLocks locks = new BlobLocks();

  private H2Repositories(ChangeLog log, ManifestCache cache, LoggedRows rows) {
    this.log = log;
    this.cache = cache;
    this.rows = rows;
  }

  /**
   * Opens the file in a registry's folder, making it where it is absent or damaged.
   *
   * @param log closed together with the result, or where there is none
   * @throws Failure exit 2 where the folder's path cannot be written for H2; exit 3 where another
   *     process holds the file, or the file system refuses
   */
  public static H2Repositories open(Path folder, ChangeLog log, Progress progress) {
    ManifestCache cache = new ManifestCache();
    return new H2Repositories(log, cache, LoggedRows.open(folder, log, cache, progress));
  }

  @Override
  public boolean exists(RepositoryName repository) {
    return rows.read(handle -> RepositoryQueries.exists(handle, repository));
  }

  @Override
  public List<RepositoryName> names(@Nullable String after, int n) {
    return rows.read(handle -> RepositoryQueries.names(handle, after, n));
  }

  @Override
  public void link(RepositoryName repository, Digest blob) {
    rows.write(handle ->
        state(handle, repository, blob, Duration.ZERO) == LinkState.SETTLED
            ? List.of()
            : List.of(new Change.Link(repository, blob)));
  }

  @Override
  public boolean linked(RepositoryName repository, Digest blob) {
    return rows.read(handle -> RepositoryQueries.isLinked(handle, repository, blob));
  }

  @Override
  public boolean want(RepositoryName repository, Digest blob, Duration lately) {
    return switch (rows.read(handle -> state(handle, repository, blob, lately))) {
      case ABSENT -> false;
      case SETTLED -> true;
      case UNNEEDED -> {
        AtomicBoolean there = new AtomicBoolean();
        rows.write(handle -> {
          LinkState now = state(handle, repository, blob, lately);
          there.set(now != LinkState.ABSENT);
          return now == LinkState.UNNEEDED ? List.of(new Change.Link(repository, blob)) : List.of();
        });
        yield there.get();
      }
    };
  }

  private LinkState state(Handle handle, RepositoryName repository, Digest blob, Duration lately) {
    return RepositoryQueries.state(handle, repository, blob, log.now().minus(lately));
  }

  @Override
  public boolean unlink(RepositoryName repository, Digest blob) {
    return writeIf(
        handle -> RepositoryQueries.isLinked(handle, repository, blob),
        new Change.Unlink(repository, blob));
  }

  @Override
  public List<Unneeded> unneeded(
      RepositoryName repository, Instant before, @Nullable Digest after, int n) {
    return rows.read(handle -> RepositoryQueries.unneeded(handle, repository, before, after, n));
  }

  @Override
  public List<Unneeded> unlink(List<Unneeded> links, Instant before) {
    List<Unneeded> gone = new ArrayList<>();
    rows.write(handle -> {
      gone.clear();
      links.stream()
          .filter(link -> RepositoryQueries.isUnneeded(handle, link, before))
          .forEach(gone::add);
      return gone.stream()
          .<Change>map(link -> new Change.Unlink(link.repository(), link.blob()))
          .toList();
    });
    return gone;
  }

  @Override
  public <T> T keeping(Digest blob, Supplier<T> work) {
    return locks.keeping(blob, work);
  }

  @Override
  public <T> T removing(Digest blob, Supplier<T> work) {
    return locks.removing(blob, work);
  }

  @Override
  public <T> Optional<T> removingSoon(Digest blob, Supplier<T> work) {
    return locks.removingSoon(blob, work);
  }

  @Override
  public Optional<RepositoryName> anyWith(Digest blob) {
    return rows.read(handle -> RepositoryQueries.anyWith(handle, blob));
  }

  @Override
  public int links(Digest blob) {
    return rows.read(handle -> RepositoryQueries.links(handle, blob));
  }

  @Override
  public Optional<Digest> put(
      RepositoryName repository, StoredManifest manifest, List<TagName> tags) {
    Needs needs = Needs.of(manifest);
    List<Digest> missing = new ArrayList<>();
    rows.write(handle -> {
      missing.clear();
      needs.blobs().stream()
          .filter(blob -> !RepositoryQueries.isLinked(handle, repository, blob))
          .forEach(missing::add);
      needs.manifests().stream()
          .filter(child -> !RepositoryQueries.isManifest(handle, repository, child))
          .forEach(missing::add);
      return missing.isEmpty() ? List.of(new Change.Put(repository, manifest, tags)) : List.of();
    });
    return missing.stream().min(Comparator.naturalOrder());
  }

  @Override
  public Optional<StoredManifest> manifest(RepositoryName repository, Digest digest) {
    return cache.get(
        repository,
        digest.toString(),
        () ->
            rows.read(handle -> RepositoryQueries.manifest(handle, repository, digest))
                .map(this::inLog));
  }

  @Override
  public Optional<StoredManifest> manifest(RepositoryName repository, TagName tag) {
    return cache.get(
        repository,
        tag.value(),
        () ->
            rows.read(handle -> RepositoryQueries.manifest(handle, repository, tag))
                .map(this::inLog));
  }

  private StoredManifest inLog(RepositoryQueries.InLog found) {
    if (found.length() < LARGE_LINE) {
      return asServed(found);
    }
    large.acquireUninterruptibly();
    try {
      return asServed(found);
    } finally {
      large.release();
    }
  }

  /** What is read from the log has to be what the row says, in all that is served of it. */
  private StoredManifest asServed(RepositoryQueries.InLog found) {
    return log.manifest(found.digest(), found.mediaType(), found.place(), found.length());
  }

  @Override
  public boolean delete(RepositoryName repository, Digest manifest) {
    return writeIf(
        handle -> RepositoryQueries.isManifest(handle, repository, manifest),
        new Change.DeleteManifest(repository, manifest));
  }

  @Override
  public boolean delete(RepositoryName repository, TagName tag) {
    return writeIf(
        handle -> RepositoryQueries.isTag(handle, repository, tag),
        new Change.DeleteTag(repository, tag));
  }

  @Override
  public List<TagName> tags(RepositoryName repository, @Nullable String after, int n) {
    return rows.read(handle -> RepositoryQueries.tags(handle, repository, after, n));
  }

  @Override
  public Referrers referrers(
      RepositoryName repository,
      Digest subject,
      @Nullable String artifactType,
      @Nullable Digest after,
      int n) {
    ManifestCache.ListKey asked =
        new ManifestCache.ListKey(repository, subject, artifactType, after, n);
    return cache.list(asked, () -> rows.read(handle -> RepositoryQueries.referrers(handle, asked)));
  }

  @Override
  public Optional<String> trouble() {
    return log.trouble();
  }

  @Override
  public void close() {
    rows.close();
  }

  private boolean writeIf(Predicate<Handle> there, Change change) {
    AtomicBoolean was = new AtomicBoolean();
    rows.write(handle -> {
      was.set(there.test(handle));
      return was.get() ? List.of(change) : List.of();
    });
    return was.get();
  }
}
