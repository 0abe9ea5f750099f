package dev.selfsame.deploy;

import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Keeps a second deployment of this machine away from a target while one is under way. */
public final class TargetLock implements AutoCloseable {
  private static final Duration AGAIN = Duration.ofMillis(100);

  private final FileChannel channel;

  private TargetLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes it. It goes with the process, however that ends.
   *
   * @param folder the target's own folder, made where it is absent
   * @param target for messages
   * @param patience how long to wait for another deployment; none for not at all
   * @throws Failure exit 3 where another one has it
   */
  public static TargetLock take(Path folder, String target, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    try {
      FileTree.make(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      boolean held = false;
      try {
        while (!held) {
          held = lock(channel) != null;
          if (!held && System.nanoTime() >= end) {
            throw Failure.undecided(
                "another deployment to %s is under way".formatted(target),
                "wait for it to end, or say --wait");
          } else if (!held) {
            Thread.sleep(AGAIN);
          }
        }
        return new TargetLock(channel);
      } finally {
        if (!held) {
          channel.close();
        }
      }
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot lock %s: %s".formatted(folder, e.getMessage()),
          "check the folder and its permissions",
          e);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // Another thread of this process.
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock is gone all the same.
    }
  }
}
