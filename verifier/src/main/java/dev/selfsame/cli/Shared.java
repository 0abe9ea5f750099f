package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.promote.Restoration;
import dev.selfsame.promote.Writing;
import dev.selfsame.store.AuditMark;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.BlobsCheck;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.Registry;
import dev.selfsame.store.Uploads;
import dev.selfsame.store.file.FileAuditLog;
import dev.selfsame.store.file.FolderCheck;
import dev.selfsame.store.file.FolderOwnership;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.PostgresStore;
import dev.selfsame.store.jdbi.PostgresWriting;
import dev.selfsame.store.s3.S3Settings;
import dev.selfsame.store.s3.S3Storage;
import dev.selfsame.upkeep.Collector;
import dev.selfsame.upkeep.Examined;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A registry that several servers have in common: all of it in a database, but for blobs, which are
 * in a bucket or in the folder.
 *
 * @param folder this server's own, with its audit log
 */
record Shared(
    PostgresStore rows, Optional<S3Storage> bucket, RegistryFolder folder, Progress progress)
    implements Writing, Collector.Stillness, Examined.Alone, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * Opens it for a server, making what is not there.
   *
   * @param audit the server's audit log, whose end is noted beside changes
   * @throws dev.selfsame.outcome.Failure exit 3 where a part is not reachable, or is another
   *     registry's
   */
  static Shared open(
      ServeSettings how,
      RegistryFolder folder,
      Optional<FileAuditLog> audit,
      Clock clock,
      Progress progress) {
    PostgresStore rows =
        PostgresStore.open(
            how.database().orElseThrow(),
            how.patience(),
            clock,
            () -> audit.flatMap(log -> mark(folder, log)),
            progress);
    Optional<S3Storage> bucket = Optional.empty();
    try {
      requirePlace(how, rows);
      if (how.bucket().isEmpty()) {
        take(folder, rows);
      }
      bucket = how.bucket().map(each -> own(each, rows));
      // Or a command on the folder would take all that is pushed for unneeded.
      folder.noteRowsElsewhere();
      return new Shared(rows, bucket, folder, progress);
    } catch (RuntimeException e) {
      bucket.ifPresent(S3Storage::close);
      rows.close();
      throw e;
    }
  }

  private static Optional<AuditMark> mark(RegistryFolder folder, FileAuditLog log) {
    return Optional.of(AuditMark.at(folder.name(), log.synced())).filter(mark -> mark.seq() > 0);
  }

  /**
   * Opens it for upkeep, as it is.
   *
   * @throws dev.selfsame.outcome.Failure as the other, and exit 3 where there is no registry
   */
  static Shared existing(ServeSettings how, RegistryFolder folder, Clock clock, Progress progress) {
    PostgresStore rows =
        PostgresStore.existing(how.database().orElseThrow(), how.patience(), clock, progress);
    try {
      requirePlace(how, rows);
      if (how.bucket().isEmpty()) {
        new FolderOwnership(folder).require(rows.name(), rows.folder());
      }
      return new Shared(rows, how.bucket().map(each -> existing(each, rows)), folder, progress);
    } catch (RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  /** Blobs are found in one of the two alone, and in the other none would be. */
  private static void requirePlace(ServeSettings how, PostgresStore rows) {
    if (how.bucket().isEmpty() && rows.bucket().isPresent()) {
      throw Failure.undecided(
          "the blobs of registry %s are in a bucket, and none is named".formatted(rows.name()),
          "set [s3], as for the registry's other servers");
    }
    if (how.bucket().isPresent() && rows.folder().isPresent()) {
      throw Failure.undecided(
          "the blobs of registry %s are in the folder %s, and a bucket is named"
              .formatted(rows.name(), rows.folder().get()),
          "leave out [s3], or name another database");
    }
  }

  private static void take(RegistryFolder folder, PostgresStore rows) {
    rows.noteFolder(
        new FolderOwnership(folder)
            .take(rows.name(), rows.folder(), isUnused(rows, folder.registry().blobs())));
  }

  private static boolean isUnused(PostgresStore rows, Blobs blobs) {
    return rows.repositories().names(null, 1).isEmpty()
        && rows.registry(blobs).channels().names().isEmpty();
  }

  private static S3Storage own(S3Settings settings, PostgresStore rows) {
    S3Storage bucket = S3Storage.open(settings);
    try {
      rows.noteBucket(
          bucket.ownership().take(rows.name(), rows.bucket(), isUnused(rows, bucket.blobs())));
      return bucket;
    } catch (RuntimeException e) {
      bucket.close();
      throw e;
    }
  }

  private static S3Storage existing(S3Settings settings, PostgresStore rows) {
    S3Storage bucket = S3Storage.existing(settings);
    try {
      bucket.ownership().require(rows.name(), rows.bucket());
      return bucket;
    } catch (RuntimeException e) {
      bucket.close();
      throw e;
    }
  }

  Blobs blobs() {
    return bucket.<Blobs>map(S3Storage::blobs).orElseGet(() -> folder.registry().blobs());
  }

  /**
   * Sees that what holds the blobs is there.
   *
   * @throws dev.selfsame.outcome.Failure exit 3 where it is not
   */
  void requireBlobs() {
    bucket.ifPresentOrElse(S3Storage::requireThere, folder::requireThere);
  }

  Uploads uploads() {
    return bucket.<Uploads>map(S3Storage::uploads).orElseGet(folder::uploads);
  }

  /** What a check of it reads. */
  Examined examined() {
    FolderCheck files = new FolderCheck(folder);
    return new Examined(
        rows.registry(blobs()),
        bucket.<BlobsCheck>map(S3Storage::check).orElse(files),
        rows.rowsCheck(),
        files.audit(rows.auditMarks(folder.name())),
        this);
  }

  @Override
  public void during(Consumer<Registry> work) {
    try (PostgresWriting right = rows.write(PATIENCE, progress)) {
      work.accept(right.registry(blobs()));
    }
  }

  @Override
  public void during(Runnable work) {
    during(_ -> work.run());
  }

  @Override
  public void during(Digest blob, Runnable work) {
    during(_ ->
        rows.repositories()
            .removing(
                blob,
                () -> {
                  work.run();
                  return true;
                }));
  }

  @Override
  public <T> T exclusively(TrustRoot root, Work<T> work) {
    try (PostgresWriting right = rows.write(PATIENCE, progress)) {
      EvidenceAtHand evidence = new EvidenceAtHand(right.registry(blobs()), root);
      Restoration restoration = new Restoration(evidence, progress);
      try (Catalogue catalogue = right.catalogue(restoration::rows)) {
        return work.with(evidence, catalogue);
      }
    }
  }

  @Override
  public void close() {
    try (rows) {
      bucket.ifPresent(S3Storage::close);
    }
  }
}
