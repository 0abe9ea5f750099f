package dev.selfsame.cli;

import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Writing;
import dev.selfsame.store.ChangeLog.Place;
import dev.selfsame.store.Registry;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.Uploads;
import dev.selfsame.store.file.FileAuditLog;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2Repositories;
import dev.selfsame.upkeep.Collector;
import dev.selfsame.upkeep.EvidenceNeeds;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** What a server keeps everything in: its folder alone, or a database and a bucket with others. */
final class Backing implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Registry registry;
  private final Uploads uploads;
  private final Repositories repositories;
  private final Writing writing;
  private final Collector.Stillness stillness;
  private final Clock clock;
  private final Map<String, DoubleSupplier> gauges;
  private final Runnable blobs;
  private final Opened opened;

  private Backing(
      Registry registry,
      Uploads uploads,
      Repositories repositories,
      Writing writing,
      Collector.Stillness stillness,
      Clock clock,
      Map<String, DoubleSupplier> gauges,
      Runnable blobs,
      Opened opened) {
    this.registry = registry;
    this.uploads = uploads;
    this.repositories = repositories;
    this.writing = writing;
    this.stillness = stillness;
    this.clock = clock;
    this.gauges = Map.copyOf(gauges);
    this.blobs = blobs;
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
    return open(how, folder, Optional.empty(), clock, progress);
  }

  /**
   * As the other.
   *
   * @param audit the server's audit log, whose end is noted beside changes
   */
  static Backing open(
      ServeSettings how,
      RegistryFolder folder,
      Optional<FileAuditLog> audit,
      Clock clock,
      Progress progress) {
    return how.database().isPresent()
        ? of(Shared.open(how, folder, audit, clock, progress), clock)
        : alone(folder, audit, clock, progress);
  }

  /** All of it in a folder, which no other server has open. */
  static Backing alone(RegistryFolder folder, Clock clock, Progress progress) {
    return alone(folder, Optional.empty(), clock, progress);
  }

  private static Backing alone(
      RegistryFolder folder, Optional<FileAuditLog> audit, Clock clock, Progress progress) {
    folder.requireRows();
    Supplier<Place> audited = () -> audit.map(FileAuditLog::synced).orElse(Place.START);
    H2Repositories rows =
        H2Repositories.open(folder.path(), folder.changes(clock, audited), progress);
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
        Map.of(),
        folder::requireThere,
        rows::close);
  }

  /** Closed together with the result. */
  static Backing of(Shared shared, Clock clock) {
    return new Backing(
        shared.rows().registry(shared.blobs()),
        shared.uploads(),
        shared.rows().repositories(),
        shared,
        shared,
        clock,
        shared.rows().gauges(),
        shared::requireBlobs,
        shared::close);
  }

  Registry registry() {
    return registry;
  }

  Uploads uploads() {
    return uploads;
  }

  /**
   * Sees that what holds the blobs is there.
   *
   * @throws dev.selfsame.outcome.Failure exit 3 where it is not
   */
  void requireBlobs() {
    blobs.run();
  }

  Repositories repositories() {
    return repositories;
  }

  /** What Prometheus is told of it, by name. */
  Map<String, DoubleSupplier> gauges() {
    return gauges;
  }

  /** The repositories that take pushes. */
  StagingRepositories staging() {
    return new StagingRepositories(registry.blobs(), uploads, repositories);
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

  /** What is to be closed. */
  private interface Opened {
    void close();
  }

  @Override
  public void close() {
    opened.close();
  }
}
