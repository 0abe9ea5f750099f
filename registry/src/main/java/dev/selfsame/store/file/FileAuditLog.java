package dev.selfsame.store.file;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The audit log as a {@link ChainedFile}.
 *
 * <p>Entries that come while another thread writes wait for it and go out together, in their order
 * and in one write: the deploy side has one for each answer. Nobody waits for that, since an answer
 * has gone before it is recorded; but {@link #trouble} does, which stands before whatever is
 * written. A process that is killed loses those that wait, as it loses those of answers that it was
 * about to record; a machine that crashes those of the last second, since one thread flushes for
 * all: the log of changes, which has each write too, is the one that is flushed before an answer. A
 * line is there whole or not at all, and none without those before it.
 */
public final class FileAuditLog implements AuditLog {
  /**
   * With more, whoever records waits for their turn; where there is no room on the disk, no more
   * are held.
   */
  private static final int MOST_WAITING = 1024;

  private static final int MOST_AT_ONCE = 256;

  /** So often a thread writes what others have recorded meanwhile; it has a client, too. */
  private static final int MOST_TURNS = 4;

  /** Entries come close together where the last turn is no longer ago. */
  private static final long CLOSE_NANOS = 1_000_000;

  private final ChainedFile lines;
  private final ConcurrentLinkedQueue<String> waiting = new ConcurrentLinkedQueue<>();

  /** How many wait, or more: each is counted before it comes. */
  private final AtomicInteger number = new AtomicInteger();

  /** What was taken to be written, in its order; whoever has the lock may look at it. */
  private final List<String> due = new ArrayList<>();

  /** Whoever has it writes. */
  private final ReentrantLock writing = new ReentrantLock();

  private final Thread flusher;
  private final CountDownLatch closed = new CountDownLatch(1);
  private long lastTurn = System.nanoTime();
  private volatile @Nullable String trouble;

  private FileAuditLog(ChainedFile lines) {
    this.lines = lines;
    this.flusher = Thread.ofVirtual().name("audit").unstarted(this::flush);
  }

  /**
   * Opens the log, making it where it is absent.
   *
   * @throws Failure exit 4 where its last line was altered; exit 3 where it cannot be read or
   *     written, or another server has it open
   */
  public static FileAuditLog open(Path file, Clock clock) {
    FileAuditLog log = new FileAuditLog(ChainedFile.open(file, clock));
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
    String line = fields(entry);
    boolean isMuch = number.incrementAndGet() > MOST_WAITING;
    waiting.add(line);
    Failure why = isMuch ? settled() : writeWaiting();
    if (why != null) {
      throw why;
    }
  }

  /**
   * Writes what waits, unless another does, who then looks again before leaving. Who stands in line
   * for the turn is not overtaken, and writes as well.
   */
  private @Nullable Failure writeWaiting() {
    Failure why = null;
    for (int turn = 0; isLeft() && writing.tryLock(); turn++) {
      try {
        letOthersCome();
        why = later(why, writeAll());
      } finally {
        writing.unlock();
      }
      if (turn == MOST_TURNS) {
        Thread.startVirtualThread(this::writeWaiting);
        break;
      }
    }
    return why;
  }

  private boolean isLeft() {
    return !waiting.isEmpty() && !writing.hasQueuedThreads();
  }

  /** Waits until all that was recorded before is in the file, or it is known that it is not. */
  private @Nullable Failure settled() {
    Failure why;
    writing.lock();
    try {
      why = writeAll();
    } finally {
      writing.unlock();
    }
    return later(why, writeWaiting());
  }

  private static @Nullable Failure later(@Nullable Failure before, @Nullable Failure after) {
    return after == null ? before : after;
  }

  /**
   * Under load the other requests under way are let to where this one is: a write for all of them
   * costs as much as one for each did. A virtual thread comes back once each of them has run.
   */
  @SuppressWarnings("ThreadPriorityCheck") // Nothing hangs on it but the number of writes.
  private void letOthersCome() {
    long now = System.nanoTime();
    if (now - lastTurn < CLOSE_NANOS) {
      Thread.yield();
    }
    lastTurn = now;
  }

  /** Writes what could not be written before, then those that wait now. */
  private @Nullable Failure writeAll() {
    // Not all that come meanwhile: that might never end.
    int taken = 0;
    for (int count = number.get(); taken < count; taken++) {
      String line = waiting.poll();
      if (line == null) {
        break;
      }
      due.add(line);
    }
    number.addAndGet(-taken);
    int most = MOST_AT_ONCE;
    while (!due.isEmpty()) {
      List<String> some = List.copyOf(due.subList(0, Math.min(due.size(), most)));
      try {
        lines.append(some);
        due.subList(0, some.size()).clear();
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

  private static String fields(Entry entry) {
    StringBuilder json = new StringBuilder(256);
    put(json, "who", entry.who());
    entry.claimed().ifPresent(claimed -> put(json, "claimed", claimed));
    put(json, "address", entry.address());
    put(json, "action", entry.action());
    put(json, "place", entry.place());
    entry.reference().ifPresent(reference -> put(json, "reference", reference));
    json.append(",\"status\":").append(entry.status());
    entry.reason().ifPresent(reason -> put(json, "reason", reason));
    return json.toString();
  }

  private static void put(StringBuilder json, String name, String value) {
    json.append(json.isEmpty() ? "\"" : ",\"").append(name).append("\":\"");
    JsonStringEncoder.getInstance().quoteAsString(value, json);
    json.append('"');
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

  @Override
  public void close() {
    closed.countDown();
    // The file would be closed by the first write of an interrupted thread.
    boolean interrupted = Thread.interrupted();
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
