package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Evidence;
import dev.selfsame.promote.Restoration;
import dev.selfsame.promote.Writing;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.Registry;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.Uploads;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2Repositories;
import dev.selfsame.store.jdbi.PostgresStore;
import dev.selfsame.store.jdbi.PostgresWriting;
import dev.selfsame.store.s3.S3Storage;
import dev.selfsame.upkeep.Collector;
import dev.selfsame.upkeep.EvidenceNeeds;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What a server keeps everything in: its folder alone, or a database and a bucket with others. */
final class Backing implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Registry registry;
  private final Uploads uploads;
  private final Repositories repositories;
  private final Writing writing;
  private final Collector.Stillness stillness;
  private final Clock clock;
  private final Deque<AutoCloseable> opened;

  private Backing(
      Registry registry,
      Uploads uploads,
      Repositories repositories,
      Writing writing,
      Collector.Stillness stillness,
      Clock clock,
      Deque<AutoCloseable> opened) {
    this.registry = registry;
    this.uploads = uploads;
    this.repositories = repositories;
    this.writing = writing;
    this.stillness = stillness;
    this.clock = clock;
    this.opened = opened;
  }

  /**
   * Opens it.
   *
   * @param folder the server's own
   * @throws dev.selfsame.outcome.Failure exit 3 where a part is not reachable, or another server
   *     has the folder
   */
  static Backing open(ServeSettings how, RegistryFolder folder, Clock clock, Progress progress) {
    return how.database().isPresent()
        ? shared(how, folder, clock, progress)
        : alone(folder, clock, progress);
  }

  private static Backing alone(RegistryFolder folder, Clock clock, Progress progress) {
    H2Repositories rows = H2Repositories.open(folder.path(), folder.changes(clock), progress);
    return new Backing(
        folder.registry(),
        folder.uploads(),
        rows,
        new FolderWriting(folder, progress),
        work -> {
          try (var _ = folder.write(PATIENCE, progress)) {
            work.run();
          }
        },
        clock,
        new ArrayDeque<>(List.of(rows)));
  }

  private static Backing shared(
      ServeSettings how, RegistryFolder folder, Clock clock, Progress progress) {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      PostgresStore rows =
          PostgresStore.open(how.database().orElseThrow(), how.patience(), clock, progress);
      opened.push(rows);
      // Or a command on the folder would take all that is pushed for unneeded.
      folder.noteRowsElsewhere();
      Blobs blobs = folder.registry().blobs();
      Uploads uploads = folder.uploads();
      if (how.bucket().isPresent()) {
        S3Storage bucket = S3Storage.open(how.bucket().get());
        opened.push(bucket);
        blobs = bucket.blobs();
        uploads = bucket.uploads();
      }
      return new Backing(
          rows.registry(blobs),
          uploads,
          rows.repositories(),
          new DatabaseWriting(rows, blobs, progress),
          work -> {
            try (var _ = rows.write(PATIENCE, progress)) {
              work.run();
            }
          },
          clock,
          opened);
    } catch (RuntimeException e) {
      close(opened);
      throw e;
    }
  }

  /** Writing evidence to a registry in a database. */
  private record DatabaseWriting(PostgresStore rows, Blobs blobs, Progress progress)
      implements Writing {
    @Override
    public <T> T exclusively(TrustRoot root, Work<T> work) {
      try (PostgresWriting right = rows.write(PATIENCE, progress)) {
        Evidence evidence = new Evidence(right.registry(blobs), root);
        Restoration restoration = new Restoration(evidence, progress);
        try (Catalogue catalogue = right.catalogue(restoration::rows)) {
          return work.with(evidence, catalogue);
        }
      }
    }
  }

  Registry registry() {
    return registry;
  }

  Uploads uploads() {
    return uploads;
  }

  Repositories repositories() {
    return repositories;
  }

  Writing writing() {
    return writing;
  }

  /** What takes away what nobody needs. */
  Collector collector() {
    return new Collector(
        new Collector.Stores(registry.blobs(), uploads, repositories),
        () -> List.of(new EvidenceNeeds(registry)),
        stillness,
        clock);
  }

  @Override
  public void close() {
    close(opened);
  }

  private static void close(Deque<AutoCloseable> opened) {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (RuntimeException e) {
        close(opened);
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("none of them throws a checked one", e);
      }
    }
  }
}
