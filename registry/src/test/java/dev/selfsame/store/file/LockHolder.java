package dev.selfsame.store.file;

import dev.selfsame.outcome.Progress;
import java.nio.file.Path;
import java.time.Duration;

/** A process that may write, says so with one character, and never ends by itself. */
final class LockHolder {
  private LockHolder() {}

  /** args: registry folder. */
  public static void main(String[] args) throws InterruptedException {
    try (var _ =
        RegistryFolder.open(Path.of(args[0])).write(Duration.ofSeconds(10), Progress.SILENT)) {
      System.out.print('!');
      System.out.flush();
      Thread.currentThread().join();
    }
  }
}
