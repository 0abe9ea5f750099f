package dev.selfsame.store.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a file or folder looks like from outside. Whoever changes it cannot set back its {@code
 * changed}.
 *
 * @param inode its number
 * @param changed its ctime
 */
record FileState(long inode, FileTime changed) {
  /** The system's clock for files goes by steps, of 10 ms at most. */
  private static final Duration STEP = Duration.ofMillis(100);

  /** Empty where it is absent or cannot be looked at. */
  static Optional<FileState> of(Path path) {
    try {
      Map<String, Object> all =
          Files.readAttributes(path, "unix:ino,ctime", LinkOption.NOFOLLOW_LINKS);
      return all.get("ino") instanceof Long inode && all.get("ctime") instanceof FileTime changed
          ? Optional.of(new FileState(inode, changed))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether a change that is made from now on shows: one within the same step does not. */
  boolean isSettled() {
    return changed.toInstant().isBefore(Instant.now().minus(STEP));
  }
}
