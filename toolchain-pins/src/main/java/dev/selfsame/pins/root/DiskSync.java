package dev.selfsame.pins.root;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Brings a whole folder's files to the disk with one call of {@code syncfs(2)}, through coreutils'
 * {@code sync -f}: an fsync for each of 5,000 files would take longer than unpacking them.
 */
final class DiskSync {
  private DiskSync() {}

  /** Flushes the filesystem that holds the folder; without the program the kernel does it later. */
  static void flush(Path folder) throws IOException {
    Process sync;
    try {
      sync =
          new ProcessBuilder("sync", "-f", folder.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      // No coreutils, as on a Mac: a crash of the machine within the next seconds is the only risk.
      return;
    }
    try {
      int status = sync.waitFor();
      if (status != 0) {
        throw new IOException("sync -f %s ended with %d".formatted(folder, status));
      }
    } catch (InterruptedException e) {
      sync.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("broken off");
    }
  }
}
