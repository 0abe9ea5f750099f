package dev.selfsame.store.jdbi;

import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVStore;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * The file of the server's repositories while it is open.
 *
 * <p>H2 by itself writes to its file what there is once a second, from a thread of its own. It
 * takes one table's state after the other meanwhile, as they are at that moment: what another
 * thread commits in between is in the file with its row of one table, and without that of another,
 * and with nothing that tells so. (Found by killing the server: a tag whose manifest was not
 * there.) So H2 is told to write nothing by itself, and {@link #store} is called while nobody
 * changes rows. What H2 writes for want of memory, it writes in the thread that makes a change: at
 * the end of it, or in the middle, and then its log of what is to be undone is in the file as well.
 */
final class H2Database {
  private static final String FILE = "repositories";
  private static final String AT_ONCE = "shutdown immediately";
  private static final int CONNECTIONS = 32;

  /** A connection keeps all its statements, and no statement what it last found. */
  private static final String KEPT = ";QUERY_CACHE_SIZE=64;OPTIMIZE_REUSE_RESULTS=0";

  /**
   * Of what was read, as H2 reckons, which has four times as much in the heap; left alone it takes
   * 16 MB. With 4 MB a row of 100,000 is found no sooner, and the collector moves what is read into
   * it and goes again; the system has the file in memory.
   */
  private static final int CACHED_KILOBYTES = 1 << 10;

  /** Of H2's delays; with 0 it would write after each change. */
  private static final int NEVER = -1;

  /** With less in use of what was written, it is moved. */
  private static final int LEAST_PERCENT = 40;

  /** A smaller file may be as empty as it likes. */
  private static final long SMALL = 4 << 20;

  /** What H2 may write while it moves, and more. */
  private static final long MOVED = 64 << 20;

  private static final int MOST_LOOKS = 100;
  private static final Duration LOOK = Duration.ofMillis(20);

  /** With less on the disk beside what is to be written, nothing is. */
  private static final long ROOM = 1 << 20;

  private final Jdbi jdbi;

  /**
   * Connections that nobody uses at this moment. (H2's own pool begins a session anew for each who
   * asks, which then reads its statements again: two thirds of what a read costs.)
   */
  private final Deque<Handle> idle = new ConcurrentLinkedDeque<>();

  private final Semaphore free = new Semaphore(CONNECTIONS);

  /**
   * H2 opens a file that is not open for whoever connects to it, as it was when it was last
   * written: nobody may, once this ends, and where H2 ended by itself, what comes is looked at.
   */
  private final ReadWriteLock ending = new ReentrantReadWriteLock();

  private boolean ended;

  /** The first connection, which keeps it open, and ends it without waiting for another. */
  private final Handle keeper;

  private final MVStore store;
  private final Path folder;

  private H2Database(Jdbi jdbi, Handle keeper, MVStore store, Path folder) {
    this.jdbi = jdbi;
    this.keeper = keeper;
    this.store = store;
    this.folder = folder;
  }

  /** Where H2 keeps it in a registry's folder. */
  static Path file(Path folder) {
    return folder.resolve(FILE + ".mv.db");
  }

  /**
   * Opens the one in a registry's folder, making it where it is absent.
   *
   * @param first what is done by the first connection, before there is another
   * @throws Failure exit 2 where the folder's path cannot be written for H2
   * @throws JdbiException where it cannot be opened, or that cannot be done; then it is closed
   */
  static H2Database open(Path folder, Consumer<Handle> first) {
    Jdbi jdbi = Jdbi.create(url(folder), "sa", "");
    Handle keeper = connected(jdbi);
    try {
      MVStore store = H2Inside.store(keeper.getConnection());
      store.setAutoCommitDelay(0); // Waits for the end of its thread.
      store.setAutoCommitDelay(NEVER);
      store.setCacheSize(CACHED_KILOBYTES);
      first.accept(keeper);
      return new H2Database(jdbi, keeper, store, folder);
    } catch (SQLException e) {
      end(keeper, AT_ONCE);
      throw new H2Trouble.Ended(e);
    } catch (RuntimeException e) {
      end(keeper, AT_ONCE);
      throw e;
    }
  }

  /** Once the one before has ended: H2 lets nobody in while it does. */
  private static Handle connected(Jdbi jdbi) {
    for (int times = 1; ; times++) {
      try {
        return jdbi.open();
      } catch (JdbiException e) {
        if (!H2Trouble.isEnding(e) || times == MOST_LOOKS) {
          throw e;
        }
        LockSupport.parkNanos(LOOK.toNanos());
      }
    }
  }

  private static String url(Path folder) {
    String path = folder.resolve(FILE).toString();
    if (path.contains(";")) {
      // H2 has no way to write it: what follows would be a setting.
      throw Failure.usage("the folder's path has a semicolon: " + folder, "name another folder");
    }
    return "jdbc:h2:file:" + path + ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0" + KEPT;
  }

  /**
   * Has a connection for some work, within one transaction or several; waits where all are in use.
   *
   * @throws IllegalStateException where it was closed
   * @throws JdbiException where it has ended
   */
  <T> T with(Function<Handle, T> work) {
    free.acquireUninterruptibly();
    try {
      Handle handle = taken();
      boolean isDone = false;
      try {
        T result = work.apply(handle);
        isDone = true;
        return result;
      } finally {
        putBack(handle, isDone);
      }
    } finally {
      free.release();
    }
  }

  private Handle taken() {
    ending.readLock().lock();
    try {
      if (ended) {
        throw new IllegalStateException("closed");
      }
      Handle kept = idle.poll();
      return kept == null ? opened() : kept;
    } finally {
      ending.readLock().unlock();
    }
  }

  private Handle opened() {
    Handle handle = jdbi.open();
    try {
      if (store.equals(H2Inside.store(handle.getConnection()))) {
        return handle;
      }
    } catch (SQLException e) {
      close(handle);
      throw new H2Trouble.Ended(e);
    }
    close(handle);
    throw new H2Trouble.Ended(new IllegalStateException("another has opened it since"));
  }

  /** What failed half-way is not for others. */
  private void putBack(Handle handle, boolean isDone) {
    ending.readLock().lock();
    try {
      if (isDone && !ended) {
        idle.push(handle);
        return;
      }
    } finally {
      ending.readLock().unlock();
    }
    close(handle);
  }

  private static void close(Handle handle) {
    try {
      handle.close();
    } catch (JdbiException e) {
      return; // Its database has ended.
    }
  }

  /**
   * Writes what there is to the file, for the system to bring to the disk. Nobody may change rows
   * meanwhile. Where the disk has no room, it is left: H2 would end.
   *
   * @return whether it was written
   * @throws JdbiException where it cannot be; then H2 has ended
   */
  boolean store() {
    if (room() < ROOM + 2L * store.getUnsavedMemory()) {
      return false;
    }
    try {
      store.commit();
      return true;
    } catch (RuntimeException e) {
      throw new H2Trouble.Ended(e);
    }
  }

  /**
   * Moves what is in use where that is little, so that the rest of the file can be written over; to
   * be called as {@link #store} is. The file is synced several times meanwhile.
   */
  void tidy() {
    FileStore<?> file = store.getFileStore();
    if (file.size() < SMALL || file.getChunksFillRate() >= LEAST_PERCENT || room() < MOVED) {
      return;
    }
    int retention = store.getRetentionTime();
    try {
      file.compactStore(0);
    } catch (RuntimeException e) {
      throw new H2Trouble.Ended(e);
    } finally {
      // H2 sets it to nothing, after which it would write over what the disk may still need.
      store.setRetentionTime(retention);
    }
  }

  private long room() {
    return folder.toFile().getUsableSpace();
  }

  /** Writes nothing more. */
  void drop() {
    end(AT_ONCE);
  }

  /** Closes the file. */
  void shutdown() {
    end("shutdown");
  }

  private void end(String how) {
    ending.writeLock().lock();
    try {
      ended = true;
      for (Handle kept = idle.poll(); kept != null; kept = idle.poll()) {
        close(kept);
      }
      end(keeper, how);
    } finally {
      ending.writeLock().unlock();
    }
  }

  private static void end(Handle keeper, String how) {
    try (keeper) {
      keeper.execute(how);
    } catch (JdbiException e) {
      // What was acknowledged is in the log; the file is only less tidy. Or it has ended before.
    }
  }

  /** What is said of it. */
  static Failure trouble(JdbiException e) {
    return H2Trouble.isHeld(e)
        ? Failure.undecided(
            "another process has the registry's repositories open",
            "end the other server, or name another folder with --data",
            e)
        : Failure.undecided(
            "the registry's repositories cannot be used: " + H2Trouble.phrase(e),
            "check free space and permissions of the registry's folder",
            e);
  }
}
