package dev.selfsame.store.file;

import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import java.nio.file.Path;
import java.time.Duration;

/** A process that may write, or may not, says so with one character, and never ends by itself. */
final class LockHolder {
  private LockHolder() {}

  /** args: registry folder, and for how many milliseconds to wait where not for 10 s. */
  public static void main(String[] args) throws InterruptedException {
    Duration patience = Duration.ofMillis(args.length > 1 ? Long.parseLong(args[1]) : 10_000);
    try (var _ = RegistryFolder.open(Path.of(args[0])).write(patience, Progress.SILENT)) {
      say('!');
      Thread.currentThread().join();
    } catch (Failure mayNot) {
      say('-');
    }
  }

  private static void say(char what) {
    System.out.print(what);
    System.out.flush();
  }
}
