package dev.selfsame.pins.fetch;

import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Interruption;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;

/** Says what is wrong with the cache's disk. */
public final class DiskTrouble {
  private DiskTrouble() {}

  /**
   * A failure (undecided) for an error of the disk.
   *
   * @param doing what was under way, such as {@code keeping FILE}
   */
  public static Failure failure(String doing, Path folder, IOException e) {
    if (Interruption.isBehind(e)) {
      Thread.currentThread().interrupt();
      return Failure.undecided(doing + " was broken off", "do it again: it goes on from there");
    }
    String message = String.valueOf(e.getMessage());
    if (message.contains("No space left") || message.contains("Disk quota exceeded")) {
      return Failure.undecided(
          "%s: no space left on the disk of %s".formatted(doing, folder),
          "make room (an environment needs about 1.5 GB), or set XDG_CACHE_HOME to another disk",
          e);
    }
    if (message.contains("File too large")) {
      return Failure.undecided(
          "%s: the system allows no file of this size in %s".formatted(doing, folder),
          "raise the file size limit (ulimit -f)",
          e);
    }
    if (e instanceof AccessDeniedException) {
      return Failure.undecided(
          "%s: %s may not be written".formatted(doing, message),
          "set XDG_CACHE_HOME to a folder of your own",
          e);
    }
    return Failure.undecided("%s in %s: %s".formatted(doing, folder, e), "try again", e);
  }
}
