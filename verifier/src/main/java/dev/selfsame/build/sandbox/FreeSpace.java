package dev.selfsame.build.sandbox;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What a folder's file system has to keep free. What a command writes can be counted by names, but
 * not what it has unlinked and still writes to, nor what it has closed to others; the free space
 * tells of that too. It tells as well of what others write, so the reserve is small, and met only
 * where the disk is as good as full.
 */
final class FreeSpace {
  private static final long MOST_RESERVE = 512L << 20;
  private static final int SHARE = 20;
  private static final long UNTOLD = Long.MAX_VALUE;

  /**
   * What may be written in memory beside the source, which a sandbox's memory limit does not see.
   */
  private static final long USUAL_IN_MEMORY = 1L << 30;

  private final Path folder;
  private final Usable usable;
  private final long reserve;
  private long marked;

  /** How many bytes can still be written at a place. */
  @FunctionalInterface
  interface Usable {
    long at(Path folder) throws IOException;
  }

  private FreeSpace(Path folder, Usable usable, long now, boolean inMemory) {
    this.folder = folder;
    this.usable = usable;
    this.reserve = reserve(now, inMemory);
    this.marked = now;
  }

  /** Looks at what is free now. */
  static FreeSpace of(Path folder, boolean inMemory) {
    try {
      // Found once: it takes reading all mounts of the machine.
      FileStore store = Files.getFileStore(folder);
      return of(folder, inMemory, place -> store.getUsableSpace());
    } catch (IOException e) {
      return of(folder, inMemory, place -> UNTOLD);
    }
  }

  static FreeSpace of(Path folder, boolean inMemory, Usable usable) {
    return new FreeSpace(folder, usable, now(folder, usable), inMemory);
  }

  /** What is free now is what {@link #lost} is counted from. */
  void mark() {
    marked = now(folder, usable);
  }

  /** How many bytes fewer are free than when it was last marked; 0 where that cannot be told. */
  long lost() {
    long now = now(folder, usable);
    return now == UNTOLD || marked == UNTOLD ? 0 : Math.max(0, marked - now);
  }

  private static long reserve(long now, boolean inMemory) {
    if (now == UNTOLD) {
      return 0;
    }
    // A build beside this one has its own copy of the source there, of an eighth at most.
    return inMemory
        ? now - Math.max(now / 4, Math.min(now / 2, USUAL_IN_MEMORY))
        : Math.min(MOST_RESERVE, now / SHARE);
  }

  /** In words, where less is free than has to be. */
  Optional<String> tooLittle() {
    long now = now(folder, usable);
    return now < reserve
        ? Optional.of(
            String.format(Locale.ROOT, "only %,d bytes are free, fewer than %,d", now, reserve))
        : Optional.empty();
  }

  /** Where it cannot be told, nothing is stopped for it. */
  private static long now(Path folder, Usable usable) {
    try {
      return usable.at(folder);
    } catch (IOException e) {
      return UNTOLD;
    }
  }
}
