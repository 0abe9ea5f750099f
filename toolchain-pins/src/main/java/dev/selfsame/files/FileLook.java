package dev.selfsame.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What a file or folder looks like from outside. Whoever changes it cannot set back its {@code
 * changed}.
 *
 * @param inode its number
 * @param size in bytes
 * @param changed its ctime
 */
public record FileLook(long inode, long size, Instant changed) {
  /** The system's clock for files goes by steps, of 10 ms at most. */
  private static final Duration STEP = Duration.ofMillis(100);

  /**
   * Looks at one.
   *
   * @throws IOException where it is absent or cannot be looked at
   */
  public static FileLook of(Path path, LinkOption... options) throws IOException {
    Map<String, Object> all = Files.readAttributes(path, "unix:ino,size,ctime", options);
    if (all.get("ino") instanceof Long inode
        && all.get("size") instanceof Long size
        && all.get("ctime") instanceof FileTime changed) {
      return new FileLook(inode, size, changed.toInstant());
    }
    throw new IOException("its inode, size and ctime are not told");
  }

  /** Whether a change that is made from now on shows: one within the same step does not. */
  public boolean isSettled() {
    return changed.isBefore(Instant.now().minus(STEP));
  }
}
