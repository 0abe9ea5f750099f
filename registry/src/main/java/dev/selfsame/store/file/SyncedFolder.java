package dev.selfsame.store.file;

import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Interruption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A folder in which many threads give files their names. Linux tells once that a name did not reach
 * the disk, and says of the next sync of its folder that all is well. So a new name whose sync
 * failed is taken away again, or somebody would build on what is found there; and whoever gave a
 * name before that is told the same.
 */
final class SyncedFolder {
  /** Of the process: a sync is of what all its threads did. */
  private static final ConcurrentMap<Path, SyncedFolder> ALL = new ConcurrentHashMap<>();

  private final Path folder;
  private final ReentrantLock naming = new ReentrantLock();
  private final ReentrantLock syncing = new ReentrantLock();

  /** New names that are not known to be on the disk; whoever names has it. */
  private final Set<Path> unsynced = new HashSet<>();

  /** How many syncs the disk has failed; whoever syncs adds to it. */
  private final AtomicInteger failures = new AtomicInteger();

  private SyncedFolder(Path folder) {
    this.folder = folder;
  }

  static SyncedFolder of(Path folder) {
    return ALL.computeIfAbsent(folder, SyncedFolder::new);
  }

  /**
   * Gives a file on the disk its name in this folder, in place of what has that name. When this
   * returns, the name survives a crash of the machine.
   *
   * @throws IOException where it may not; then the name is not there, or is of what was there
   *     before, or of the same
   */
  void put(Path part, Path place) throws IOException {
    int before = name(part, place);
    try {
      sync(before);
    } catch (IOException e) {
      takeBack(place, e);
      throw e;
    }
    naming.lock();
    try {
      unsynced.remove(place);
    } finally {
      naming.unlock();
    }
  }

  /** How many syncs had failed before. */
  private int name(Path part, Path place) throws IOException {
    naming.lock();
    try {
      int before = failures.get();
      boolean isNew = !Files.exists(place, LinkOption.NOFOLLOW_LINKS);
      // Replacing what is there is right: it holds these bytes, or has been altered since.
      Files.move(part, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      if (isNew) {
        unsynced.add(place);
      }
      return before;
    } finally {
      naming.unlock();
    }
  }

  /** One at a time, or one thread is told of a failure and another that all is well. */
  private void sync(int before) throws IOException {
    syncing.lock();
    try {
      if (failures.get() != before) {
        throw new IOException("a sync of its folder has failed");
      }
      try {
        AtomicFile.syncFolder(folder);
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

  /** What was there before this, or was synced by another since, stays. */
  private void takeBack(Path place, IOException why) {
    naming.lock();
    try {
      if (unsynced.remove(place)) {
        Files.deleteIfExists(place);
      }
    } catch (IOException stays) {
      why.addSuppressed(stays);
    } finally {
      naming.unlock();
    }
  }
}
