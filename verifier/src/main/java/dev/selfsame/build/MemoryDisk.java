package dev.selfsame.build;

import dev.selfsame.files.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A machine's file system in memory.
 *
 * @param folder such as {@link #PLACE}
 * @param mounts what is mounted where
 */
record MemoryDisk(Path folder, Mounts mounts) {
  /** Where Linux has it for everyone. */
  static final Path PLACE = Path.of("/dev/shm");

  private static final int SHARE = 8;

  /** Build scripts write into their source; what a container has there is 64 MB. */
  private static final long LEAST_BYTES = 512L << 20;

  static MemoryDisk ofMachine() {
    return new MemoryDisk(PLACE, Mounts.ofProcess());
  }

  /**
   * Whether a project's source, or its crates', may stand there: scripts in it can be run, and an
   * eighth of the room is enough for it.
   *
   * @param bytes its size
   */
  boolean hasRoom(long bytes) {
    try {
      Path real = folder.toRealPath();
      Optional<Mounts.Mount> mount = mounts.of(real);
      return mount.isPresent()
          && mount.get().type().equals("tmpfs")
          && !mount.get().options().contains("noexec")
          && Files.isWritable(real)
          && Files.getFileStore(real).getUsableSpace() >= Math.max(LEAST_BYTES, SHARE * bytes);
    } catch (IOException e) {
      return false;
    }
  }
}
