package dev.selfsame.store.jdbi;

import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.Catalogue.Row;
import dev.selfsame.store.Registry;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * The right to write evidence, which one at a time has, whatever process or machine they are in.
 *
 * <p>It is the database's own, and ends with the connection that it was got on. What is written by
 * it goes through that same connection: who has lost the right without knowing can write nothing
 * more.
 */
public final class PostgresWriting implements AutoCloseable {
  private final String name;
  private final HeldConnection connection;
  private final Progress progress;

  private PostgresWriting(String name, HeldConnection connection, Progress progress) {
    this.name = name;
    this.connection = connection;
    this.progress = progress;
  }

  static PostgresWriting take(
      PostgresAddress address, String name, Duration patience, Progress progress) {
    Handle handle;
    try {
      handle = PostgresSession.jdbi(address.source()).open();
    } catch (JdbiException e) {
      throw PostgresTrouble.of(address, e);
    }
    try {
      handle.execute(PostgresSession.SETTINGS);
      // It waits for people and disks between two statements.
      handle.execute(
          "select set_config(name, '0', false) from pg_settings where name = 'idle_session_timeout'");
      await(handle, address, patience, progress);
      return new PostgresWriting(name, new HeldConnection(address, handle), progress);
    } catch (JdbiException e) {
      handle.close();
      throw PostgresTrouble.of(address, e);
    } catch (Failure e) {
      handle.close();
      throw e;
    }
  }

  private static void await(
      Handle handle, PostgresAddress address, Duration patience, Progress progress) {
    long deadline = System.nanoTime() + patience.toNanos();
    boolean said = false;
    while (!tryLock(handle)) {
      if (System.nanoTime() - deadline >= 0) {
        throw Failure.undecided(
            "another process is writing to the registry at " + address,
            "wait until it has ended, then run the command again");
      }
      if (!said) {
        progress.note("waiting for another process that is writing to " + address);
        said = true;
      }
      PostgresStart.sleep();
    }
  }

  private static boolean tryLock(Handle handle) {
    return handle
        .createQuery("select pg_try_advisory_lock(?, ?)")
        .bind(0, PostgresLock.CLASS)
        .bind(1, PostgresLock.WRITING)
        .mapTo(Boolean.class)
        .one();
  }

  /** The registry, to be written to for as long as this is open. */
  public Registry registry(Blobs blobs) {
    return new Registry(
        name, blobs, new PostgresEvidenceIndex(connection), new PostgresChannels(connection));
  }

  /**
   * The catalogue, in step with the evidence.
   *
   * @param evidence what it is made again from, where somebody left it behind
   */
  public Catalogue catalogue(Supplier<? extends Collection<? extends Row>> evidence) {
    PostgresCatalogue catalogue = new PostgresCatalogue(connection);
    catalogue.catchUp(evidence, progress);
    return catalogue;
  }

  /** Gives the right back. */
  @Override
  public void close() {
    connection.close();
  }
}
