package dev.selfsame.store.jdbi;

import dev.selfsame.outcome.Failure;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/** The one connection that holds the right to write: where it is lost, nothing more is written. */
final class HeldConnection implements Connections, AutoCloseable {
  private final PostgresAddress address;
  private final Handle handle;
  private final ReentrantLock turn = new ReentrantLock();

  HeldConnection(PostgresAddress address, Handle handle) {
    this.address = address;
    this.handle = handle;
  }

  @Override
  public <T> T with(Function<Handle, T> work) {
    turn.lock();
    try {
      if (handle.isClosed()) {
        throw new IllegalStateException("the right to write was given back");
      }
      return work.apply(handle);
    } catch (JdbiException e) {
      throw lostOr(e);
    } finally {
      turn.unlock();
    }
  }

  private Failure lostOr(JdbiException e) {
    return PostgresTrouble.isUnreachable(e)
        ? Failure.undecided(
            "the right to write was lost with the connection to PostgreSQL at " + address,
            "run the command again when the server is back",
            e)
        : PostgresTrouble.of(address, e);
  }

  @Override
  public void close() {
    turn.lock();
    try {
      handle.close();
    } catch (JdbiException e) {
      return; // The server ends the right with the connection, whoever closed it.
    } finally {
      turn.unlock();
    }
  }
}
