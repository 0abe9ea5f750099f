package dev.selfsame.store.jdbi;

import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.AuditMark;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.Changes;
import dev.selfsame.store.Registry;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.RowsCheck;
import dev.selfsame.store.jdbi.PostgresStart.Absent;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * All of a registry but its blobs, in a PostgreSQL database that any number of servers share.
 *
 * <p>What was committed there survives a crash, and a database that is set up to forget it is
 * refused, at the start and at each change. Nothing is cached between two requests.
 */
public final class PostgresStore implements AutoCloseable {
  private final PostgresAddress address;
  private final String name;
  private final PooledConnections connections;
  private final PostgresBlobLocks locks;
  private final PostgresWrites writes;
  private final Repositories repositories;

  private PostgresStore(
      PostgresAddress address, String name, Clock clock, Supplier<Optional<AuditMark>> audited) {
    this.address = address;
    this.name = name;
    this.connections = new PooledConnections(address);
    this.locks = new PostgresBlobLocks(address);
    this.writes = PostgresWrites.start(address, connections, clock, audited);
    this.repositories = new PostgresRepositories(connections, writes, locks);
  }

  /**
   * Opens a database, and makes its schema or brings it up to date.
   *
   * @param patience how long to wait for a server that does not answer, is starting up, or is a
   *     standby; zero for not at all
   * @param clock dates the changes
   * @param progress told when it is waited for
   * @throws Failure exit 3 where it cannot be reached in that time, lets the user not in, has no
   *     such database, is of a later version, or does not keep what it commits
   */
  public static PostgresStore open(
      PostgresAddress address, Duration patience, Clock clock, Progress progress) {
    return open(address, patience, clock, Optional::empty, progress);
  }

  /**
   * As the other, for a server with an audit log.
   *
   * @param audited where the audit log ends on its disk, which is noted beside changes; empty where
   *     there is nothing in it
   */
  public static PostgresStore open(
      PostgresAddress address,
      Duration patience,
      Clock clock,
      Supplier<Optional<AuditMark>> audited,
      Progress progress) {
    String name = new PostgresStart(address, Absent.MAKE, patience, progress).run();
    return new PostgresStore(address, name, clock, audited);
  }

  /**
   * As {@link #open}, for upkeep: a database that holds no registry is refused, and stays as it is.
   *
   * @throws Failure as the other, and exit 3 where there is no registry
   */
  public static PostgresStore existing(
      PostgresAddress address, Duration patience, Clock clock, Progress progress) {
    String name = new PostgresStart(address, Absent.REFUSE, patience, progress).run();
    return new PostgresStore(address, name, clock, Optional::empty);
  }

  /** The registry's lasting name, the same for all who share the database. */
  public String name() {
    return name;
  }

  /**
   * The id of the bucket's bytes that go with this database; empty where none was noted.
   *
   * @throws Failure exit 3 where the database does not answer
   */
  public Optional<String> bucket() {
    return connections.with(handle -> noted(handle, Place.BUCKET));
  }

  /**
   * The lasting name of the folder whose blobs go with this database; empty where none was noted.
   *
   * @throws Failure exit 3 where the database does not answer
   */
  public Optional<String> folder() {
    return connections.with(handle -> noted(handle, Place.FOLDER));
  }

  /**
   * Notes which bucket's bytes go with this database, for good.
   *
   * @throws Failure exit 3 where others do, or the database does not answer
   */
  public void noteBucket(String id) {
    note(Place.BUCKET, id, "check s3.bucket, s3.prefix and database.url");
  }

  /**
   * Notes which folder's blobs go with this database, for good.
   *
   * @throws Failure exit 3 where others do, or the database does not answer
   */
  public void noteFolder(String name) {
    note(Place.FOLDER, name, "check data and database.url");
  }

  /** Where blobs are, by the column that has which. */
  private enum Place {
    BUCKET,
    FOLDER;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static Optional<String> noted(Handle handle, Place place) {
    return handle
        .createQuery("select %1$s from registry where %1$s is not null".formatted(place.word()))
        .mapTo(String.class)
        .findFirst();
  }

  private void note(Place place, String id, String hint) {
    Optional<String> noted =
        connections.with(handle -> {
          // Of several that start at once, the first notes it.
          handle.execute(
              "update registry set %s = ? where bucket is null and folder is null"
                  .formatted(place.word()),
              id);
          return noted(handle, place);
        });
    if (!noted.equals(Optional.of(id))) {
      throw Failure.undecided(
          "the blobs of %s are in another %s, %s"
              .formatted(address, place.word(), noted.orElse("or elsewhere")),
          hint);
    }
  }

  /** The server's repositories. Closed together with this. */
  public Repositories repositories() {
    return repositories;
  }

  /** The registry with these blobs, for those who read; who writes takes {@link #write}. */
  public Registry registry(Blobs blobs) {
    return new Registry(
        name, blobs, new PostgresEvidenceIndex(connections), new PostgresChannels(connections));
  }

  /** The catalogue, for those who read; who writes takes {@link #write}. */
  public Catalogue catalogue() {
    return new PostgresCatalogue(connections);
  }

  /** Every change of the repositories. */
  public Changes changes() {
    return new PostgresChanges(address, connections);
  }

  /** What the changes say of the audit log of the server whose folder has that lasting name. */
  public AuditMark.Marks auditMarks(String folder) {
    return new PostgresAuditMarks(address, folder);
  }

  /** Sets the rows of the repositories against those changes, while servers go on. */
  public RowsCheck rowsCheck() {
    return new PostgresRowsCheck(address, connections);
  }

  /**
   * Waits for the right to write evidence: to submit and to promote.
   *
   * @param patience how long to wait for another who has it
   * @throws Failure exit 3 where another still has it after that, or the database is not there
   */
  public PostgresWriting write(Duration patience, Progress progress) {
    return PostgresWriting.take(address, name, patience, progress);
  }

  /**
   * Whether the database answers now, for a check of health.
   *
   * @throws Failure exit 3 where it does not
   */
  public void check() {
    connections.with(handle -> handle.createQuery("select 1").mapTo(Integer.class).one());
  }

  /** How its connections are used, by the names of Prometheus. */
  public Map<String, DoubleSupplier> gauges() {
    return connections.gauges();
  }

  @Override
  public void close() {
    writes.close();
    locks.close();
    connections.close();
  }
}
