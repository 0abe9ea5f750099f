package dev.selfsame.pins.fetch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Sole use of a name in the cache, against other threads and other processes. The system lets go of
 * it when a process dies, however it dies.
 */
public final class Claim implements AutoCloseable {
  private static final int POLL_MILLIS = 50;

  /**
   * What threads of this process hold. POSIX drops a process's lock on a file as soon as the
   * process closes any descriptor of it, so a second thread must not even open the file to ask; and
   * that is a fact of the whole process, whence the static field.
   */
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private Claim(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Waits until nobody else holds it.
   *
   * @param folder where an empty file of that name is made, and stays
   * @param waiting run once when somebody else holds it
   */
  public static Claim take(Path folder, String name, Runnable waiting)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path absolute = folder.toRealPath().resolve(name);
    boolean told = false;
    while (true) {
      Claim claim = attempt(absolute);
      if (claim != null) {
        return claim;
      }
      if (!told) {
        waiting.run();
        told = true;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static @Nullable Claim attempt(Path file) throws IOException {
    if (!HELD_HERE.add(file)) {
      return null;
    }
    FileChannel channel = null;
    boolean ours = false;
    try {
      channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
      FileLock lock = channel.tryLock();
      ours = lock != null;
      return ours ? new Claim(file, channel) : null;
    } finally {
      if (!ours) {
        if (channel != null) {
          channel.close();
        }
        HELD_HERE.remove(file);
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD_HERE.remove(file);
    }
  }
}
