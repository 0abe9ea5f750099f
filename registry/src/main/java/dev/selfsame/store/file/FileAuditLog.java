package dev.selfsame.store.file;

import dev.selfsame.outcome.Failure;
import dev.selfsame.store.AuditLog;
import dev.selfsame.store.ChangeLog.Place;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The audit log as a {@link ChainedFile}.
 *
 * <p>What changed something is in the file when {@link #record} returns, or it is known that it is
 * not. What was handed out is left to a thread of its own, which writes all that came within a
 * millisecond in their order and in one write: the deploy side has an entry for each answer. {@link
 * #trouble} waits for those too, and stands before whatever is written. A process that is killed
 * loses those that wait, as it loses those of answers that it was about to record; a machine that
 * crashes those of the last second, since one thread flushes for all: the log of changes, which has
 * each write too, is the one that is flushed before an answer. A line is there whole or not at all,
 * and none without those before it.
 */
public final class FileAuditLog implements AuditLog {
  /**
   * With more, whoever records writes them; where there is no room on the disk, no more are held.
   */
  private static final int MOST_WAITING = 1024;

  private static final int MOST_AT_ONCE = 256;

  /** How long what was handed out waits for more of its kind. */
  private static final long GATHER_NANOS = 1_000_000;

  private final ChainedFile lines;
  private final ConcurrentLinkedQueue<Entry> waiting = new ConcurrentLinkedQueue<>();

  /** How many wait, or more: each is counted before it comes. */
  private final AtomicInteger number = new AtomicInteger();

  /** What was taken to be written, in its order; whoever has the lock may look at it. */
  private final List<Entry> due = new ArrayList<>();

  /** Whoever has it writes. */
  private final ReentrantLock writing = new ReentrantLock();

  /** Whether nothing came for a while, so that the writer has to be woken. */
  private final AtomicBoolean resting = new AtomicBoolean();

  /** Writes what was handed out. */
  private final Thread writer;

  private final Thread flusher;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable String trouble;

  private FileAuditLog(ChainedFile lines) {
    this.lines = lines;
    this.writer = Thread.ofPlatform().daemon().name("audit").unstarted(this::writeHandedOut);
    this.flusher = Thread.ofVirtual().name("audit-flush").unstarted(this::flush);
  }

  /**
   * Opens the log, making it where it is absent.
   *
   * @throws Failure exit 4 where its last line was altered; exit 3 where it cannot be read or
   *     written, or another server has it open
   */
  public static FileAuditLog open(Path file, Clock clock) {
    FileAuditLog log = new FileAuditLog(ChainedFile.open(file, clock));
    log.writer.start();
    log.flusher.start();
    return log;
  }

  /**
   * {@inheritDoc}
   *
   * @throws Failure also where it was another's entry that could not be written
   */
  @Override
  public void record(Entry entry) {
    boolean isMuch = number.incrementAndGet() > MOST_WAITING;
    waiting.add(entry);
    // Asked after it was added: whoever closes the log then sees it.
    if (entry.isPull() && !isMuch && trouble == null && isOpen()) {
      wake();
      return;
    }
    Failure why = settled();
    if (why != null) {
      throw why;
    }
  }

  private boolean isOpen() {
    return closed.getCount() > 0;
  }

  private void wake() {
    // Under load it never rests, and there is nothing to be changed.
    if (resting.get() && resting.compareAndSet(true, false)) {
      LockSupport.unpark(writer);
    }
  }

  /** Writes what waits, until the log is closed. What fails is told to whoever records next. */
  private void writeHandedOut() {
    while (isOpen()) {
      if (waiting.isEmpty()) {
        rest();
      }
      settled();
      LockSupport.parkNanos(this, GATHER_NANOS);
    }
  }

  private void rest() {
    resting.set(true);
    // Looked at once more: who came before that could be seen wakes nobody.
    while (resting.get() && waiting.isEmpty() && isOpen()) {
      LockSupport.park(this);
    }
    resting.set(false);
  }

  /** Waits until all that was recorded before is in the file, or it is known that it is not. */
  private @Nullable Failure settled() {
    writing.lock();
    try {
      return writeAll();
    } finally {
      writing.unlock();
    }
  }

  /** Writes what could not be written before, then those that wait now. */
  private @Nullable Failure writeAll() {
    // Not all that come meanwhile: that might never end.
    int taken = 0;
    for (int count = number.get(); taken < count; taken++) {
      Entry entry = waiting.poll();
      if (entry == null) {
        break;
      }
      due.add(entry);
    }
    number.addAndGet(-taken);
    int most = MOST_AT_ONCE;
    while (!due.isEmpty()) {
      List<Entry> some = due.subList(0, Math.min(due.size(), most));
      try {
        lines.append(some, FileAuditLog::put);
        some.clear();
        trouble = null;
      } catch (Failure e) {
        if (some.size() == 1) {
          return failed(e);
        }
        most = 1; // Where there is no room for all, there may be for some.
      }
    }
    return null;
  }

  /** What has no room stays due, as long as it is not too much to be held. */
  private Failure failed(Failure why) {
    if (due.size() > MOST_WAITING) {
      due.subList(MOST_WAITING, due.size()).clear();
    }
    trouble = lines.trouble().orElse(String.valueOf(why.getMessage()));
    return why;
  }

  private static void put(Entry entry, LineBuffer line) {
    line.put("who", entry.who());
    entry.claimed().ifPresent(claimed -> line.put("claimed", claimed));
    line.put("address", entry.address());
    line.put("action", entry.action());
    line.put("place", entry.place());
    entry.reference().ifPresent(reference -> line.put("reference", reference));
    line.put("status", entry.status());
    entry.reason().ifPresent(reason -> line.put("reason", reason));
  }

  /**
   * {@inheritDoc} What was recorded before this is asked counts, and what had no room is tried
   * again.
   */
  @Override
  public Optional<String> trouble() {
    // In this order: what no longer waits was taken by who has the lock until it is written.
    if (trouble != null || !waiting.isEmpty() || writing.isLocked()) {
      settled();
    }
    // Of a disk that failed under a sync also where a write that was under way went well after it.
    return Optional.ofNullable(trouble).or(lines::trouble);
  }

  /** The last entry that survives a crash of the machine. */
  public Place synced() {
    return lines.synced();
  }

  private void flush() {
    try {
      // Not interrupted, which would close the file.
      while (!closed.await(1, TimeUnit.SECONDS)) {
        lines.sync(lines.last().seq());
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    } catch (Failure e) {
      trouble = lines.trouble().orElse(String.valueOf(e.getMessage()));
    }
  }

  /** Writes all that waits, also where this thread is interrupted: that is how a server ends. */
  @Override
  public void close() {
    closed.countDown();
    LockSupport.unpark(writer);
    // The file would be closed by the first write of an interrupted thread.
    boolean interrupted = Thread.interrupted();
    interrupted |= joined(writer);
    interrupted |= joined(flusher);
    try {
      Failure why = settled();
      lines.sync(lines.last().seq());
      if (why != null) {
        throw why;
      }
    } finally {
      lines.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits for the end of a thread; whether this one was interrupted meanwhile. */
  private static boolean joined(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
