package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.BlobLocks;
import dev.selfsame.store.Repositories;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Who keeps a blob and who removes it, on any server: advisory locks of the database, all of a
 * server's on one connection. Within the server they would not exclude each other, so it has locks
 * of its own before them.
 *
 * <p>The locks end with the connection. Whoever finds theirs gone when their work is done says that
 * it failed: nothing is acknowledged that was not under its lock from beginning to end.
 */
final class PostgresBlobLocks implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int RETRY_MILLIS = 5;

  private final PostgresAddress address;
  private final Jdbi jdbi;
  private final BlobLocks own = new BlobLocks();

  /** One statement at a time is on its way. */
  private final ReentrantLock turn = new ReentrantLock();

  private @Nullable Handle handle;

  PostgresBlobLocks(PostgresAddress address) {
    this.address = address;
    this.jdbi = PostgresSession.jdbi(address.source());
  }

  <T> T keeping(Digest blob, Supplier<T> work) {
    return own.keeping(
        blob, () -> within(blob, "_shared", PATIENCE, work).orElseThrow(PostgresBlobLocks::held));
  }

  <T> T removing(Digest blob, Supplier<T> work) {
    return own.removing(
        blob, () -> within(blob, "", PATIENCE, work).orElseThrow(PostgresBlobLocks::held));
  }

  <T> Optional<T> removingSoon(Digest blob, Supplier<T> work) {
    return own.removingSoon(blob, () -> within(blob, "", Repositories.SOON, work))
        .flatMap(done -> done);
  }

  private static Failure held() {
    return Failure.undecided(
        "another server holds a blob for too long", "look whether it works still");
  }

  /** Empty where another server has it for longer than the patience. */
  private <T> Optional<T> within(Digest blob, String kind, Duration patience, Supplier<T> work) {
    int key = Integer.parseUnsignedInt(blob.hex().substring(0, 8), 16);
    Handle holder = take("pg_try_advisory_lock" + kind, key, patience);
    if (holder == null) {
      return Optional.empty();
    }
    String unlock = "pg_advisory_unlock" + kind;
    T result;
    try {
      result = work.get();
    } catch (RuntimeException e) {
      giveBack(holder, unlock, key);
      throw e;
    }
    if (!giveBack(holder, unlock, key)) {
      throw Failure.undecided(
          "the lock on a blob was lost with the connection to PostgreSQL at " + address,
          "do it again when the server is back");
    }
    return Optional.of(result);
  }

  private @Nullable Handle take(String function, int key, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      turn.lock();
      try {
        Handle connected = connected();
        if (ask(connected, function, key)) {
          return connected;
        }
      } catch (JdbiException e) {
        disconnect();
        throw PostgresTrouble.of(address, e);
      } finally {
        turn.unlock();
      }
      if (System.nanoTime() - deadline >= 0) {
        return null;
      }
      sleep();
    }
  }

  /** Whether it was held until now. */
  private boolean giveBack(Handle holder, String function, int key) {
    turn.lock();
    try {
      return holder.equals(handle) && ask(holder, function, key);
    } catch (JdbiException e) {
      disconnect();
      return false;
    } finally {
      turn.unlock();
    }
  }

  private static boolean ask(Handle handle, String function, int key) {
    return handle
        .createQuery("select " + function + "(?, ?)")
        .bind(0, PostgresLock.BLOBS)
        .bind(1, key)
        .mapTo(Boolean.class)
        .one();
  }

  private Handle connected() {
    Handle connected = handle;
    if (connected == null) {
      connected = jdbi.open();
      connected.execute(PostgresSession.SETTINGS);
      // It rests for as long as nobody pushes.
      connected.execute(
          "select set_config(name, '0', false) from pg_settings where name = 'idle_session_timeout'");
      handle = connected;
    }
    return connected;
  }

  private void disconnect() {
    Handle lost = handle;
    handle = null;
    if (lost != null) {
      try {
        lost.close();
      } catch (JdbiException e) {
        return; // It was lost before.
      }
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.undecided("stopped while waiting for the database", "run the command again", e);
    }
  }

  @Override
  public void close() {
    turn.lock();
    try {
      disconnect();
    } finally {
      turn.unlock();
    }
  }
}
