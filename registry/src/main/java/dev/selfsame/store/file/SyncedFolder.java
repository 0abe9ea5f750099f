package dev.selfsame.store.file;

import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Interruption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Folders in which many threads give files their names. Linux tells once that a name did not reach
 * the disk, and says of the next sync of its folder that all is well. So a new name whose sync
 * failed is taken away again, or somebody would build on what is found there; and whoever gave a
 * name before that is told the same. A name that others have given too meanwhile stays until the
 * last of them has failed.
 */
final class SyncedFolder {
  /** Of the process: a sync is of what all its threads did. Few, for however many folders. */
  private static final List<SyncedFolder> ALL =
      Stream.generate(SyncedFolder::new).limit(64).toList();

  private final ReentrantLock naming = new ReentrantLock();
  private final ReentrantLock syncing = new ReentrantLock();

  /** New names that are not known to be on the disk; whoever names has it. */
  private final Map<Path, Unsynced> unsynced = new HashMap<>();

  /** How many syncs the disk has failed; whoever syncs adds to it. */
  private final AtomicInteger failures = new AtomicInteger();

  /** How many syncs have begun; whoever syncs adds to it. */
  private final AtomicLong begun = new AtomicLong();

  /** The last sync that went well; whoever syncs has it. */
  private @Nullable Sync last;

  private SyncedFolder() {}

  /**
   * A sync.
   *
   * @param folder which was synced
   * @param number how many had begun, with this one
   */
  private record Sync(Path folder, long number) {}

  /** A new name, which is not that of a file that is taken away and made anew. */
  private static final class Unsynced {
    /** How many have given it, and wait; whoever names may look at it. */
    private int waiting;
  }

  /** Gives a file its name, or finds that it has it. */
  @FunctionalInterface
  interface Naming {
    /** Whether nothing had that name. */
    boolean name() throws IOException;
  }

  /**
   * Gives a file on the disk a name. When this returns, the name survives a crash of the machine.
   *
   * @throws IOException where it may not; then the name is not there, or is of what was there
   *     before, or of the same; also what the naming throws
   */
  static void put(Path place, Naming naming) throws IOException {
    Path folder = place.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(place + " is in no folder");
    }
    ALL.get(Math.floorMod(folder.hashCode(), ALL.size())).put(folder, place, naming);
  }

  /**
   * One that has a name.
   *
   * @param failures how many syncs had failed before
   * @param begun how many syncs had begun when it had the name; of those that follow each has it
   * @param name the new name for which it counts among those that wait; null where it is not new
   */
  private record Named(int failures, long begun, @Nullable Unsynced name) {}

  private void put(Path folder, Path place, Naming file) throws IOException {
    Named named = name(place, file);
    Unsynced name = named.name();
    try {
      sync(folder, named);
    } catch (IOException e) {
      if (name != null) {
        takeBack(place, name, e);
      }
      throw e;
    }
    if (name != null) {
      naming.lock();
      try {
        unsynced.remove(place, name);
      } finally {
        naming.unlock();
      }
    }
  }

  private Named name(Path place, Naming file) throws IOException {
    naming.lock();
    try {
      int before = failures.get();
      if (file.name()) {
        // Whoever waits for an earlier one, which somebody has deleted, has no say in this one.
        unsynced.put(place, new Unsynced());
      }
      Unsynced name = unsynced.get(place);
      if (name != null) {
        name.waiting++;
      }
      return new Named(before, begun.get(), name);
    } finally {
      naming.unlock();
    }
  }

  /**
   * One at a time, or one thread is told of a failure and another that all is well. Of those that
   * waited meanwhile the first does it for all.
   */
  private void sync(Path folder, Named named) throws IOException {
    syncing.lock();
    try {
      if (failures.get() != named.failures()) {
        throw new IOException("a sync of its folder has failed");
      }
      Sync done = last;
      if (done != null && done.folder().equals(folder) && done.number() > named.begun()) {
        return;
      }
      try {
        // Counted before it begins: a name that was given later has seen this number.
        long number = begun.incrementAndGet();
        AtomicFile.syncFolder(folder);
        last = new Sync(folder, number);
      } catch (IOException e) {
        if (!Interruption.isBehind(e)) {
          failures.incrementAndGet();
        }
        throw e;
      }
    } finally {
      syncing.unlock();
    }
  }

  /** What another has synced since stays, and what another waits for. */
  private void takeBack(Path place, Unsynced name, IOException why) {
    naming.lock();
    try {
      name.waiting--;
      // Not one that was made there since.
      if (name.waiting == 0 && unsynced.remove(place, name)) {
        Files.deleteIfExists(place);
      }
    } catch (IOException stays) {
      why.addSuppressed(stays);
    } finally {
      naming.unlock();
    }
  }
}
