package dev.selfsame.store.file;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.AuditLog;
import dev.selfsame.store.ChangeLog.Place;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The audit log as a {@link ChainedFile}. Entries are in the file when they are recorded, and are
 * flushed to the disk each second by one thread for all: the log of changes, which has each write
 * too, is the one that is flushed before an answer.
 */
public final class FileAuditLog implements AuditLog {
  private final ChainedFile lines;
  private final ReentrantLock writing = new ReentrantLock();
  private final Thread flusher;
  private final CountDownLatch closed = new CountDownLatch(1);
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

  @Override
  public void record(Entry entry) {
    // Before the lock: every answer of the deploy side waits for it.
    String fields = fields(entry);
    writing.lock();
    try {
      lines.append(fields);
      trouble = null;
    } catch (Failure e) {
      trouble = lines.trouble().orElse(String.valueOf(e.getMessage()));
      throw e;
    } finally {
      writing.unlock();
    }
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

  @Override
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
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
    try {
      flusher.join();
      lines.sync(lines.last().seq());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lines.close();
    }
  }
}
