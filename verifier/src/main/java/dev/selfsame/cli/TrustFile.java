package dev.selfsame.cli;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Seen;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.function.UnaryOperator;

/**
 * The trust root's file, changed one at a time and replaced whole.
 *
 * @param path where it is
 * @param seen what was read from it before
 */
record TrustFile(Path path, Seen seen) {

  /**
   * Changes it.
   *
   * @param change gives the next version; an {@link IllegalArgumentException} refuses
   * @return what the file now holds
   */
  TrustRoot change(UnaryOperator<TrustRoot> change) {
    TrustRoot.read(path); // says so where there is none, before a lock file is left beside it
    Path lock = path.resolveSibling("." + path.getFileName() + ".lock");
    try (FileChannel channel =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock(); // until the channel closes
      TrustRoot next = change.apply(RegistryAccess.root(path, seen));
      AtomicFile.write(path, next.json());
      RegistryAccess.root(path, seen);
      return next;
    } catch (IllegalArgumentException e) {
      throw Failure.usage(
          "%s stays as it was: %s".formatted(path, e.getMessage()),
          "selfsame trust show %s lists its keys".formatted(path));
    } catch (IOException e) {
      throw Failure.undecided("cannot change " + path, "check the folder and its free space", e);
    }
  }

  /**
   * A moment as options give it: {@code 2026-11-23T10:00:00Z}, or a day, which begins at midnight
   * UTC.
   */
  static Instant moment(String option, String text) {
    try {
      return text.length() == 10
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : Instant.parse(text);
    } catch (DateTimeException e) {
      throw Failure.usage(
          "%s is no time: %s".formatted(option, text),
          "write it as 2026-11-23 or 2026-11-23T10:00:00Z");
    }
  }
}
