package dev.selfsame.cli;

import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Interruption;
import dev.selfsame.store.ToldOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/**
 * A program that is handed over: written privately beside its place, and put there once its bytes
 * are known to be the right ones.
 *
 * @param path where it shall be, absolute
 * @param replace whether a file that is there may go
 */
record PulledFile(Path path, boolean replace) {

  /** Writes the bytes, or throws where they are not the right ones. */
  interface Source {
    long copyTo(OutputStream out);
  }

  /** Refuses before any work where the place is taken. */
  void requireFree() {
    if (Files.isDirectory(path) || (!replace && Files.exists(path, LinkOption.NOFOLLOW_LINKS))) {
      throw taken();
    }
  }

  /**
   * Writes the file.
   *
   * @return how many bytes it has
   * @throws Failure exit 3 where it cannot be written, or as {@code source} does; then there is no
   *     new file, and an old one is as it was
   */
  long write(Source source) {
    try {
      Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent());
      // Mode 0600 until it is whole: nobody runs half a program.
      Path part = Files.createTempFile(folder, ".selfsame-pull", ".part");
      try {
        long size = fill(part, source);
        place(part);
        AtomicFile.syncFolder(folder);
        return size;
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (FileAlreadyExistsException e) {
      throw taken();
    } catch (IOException e) {
      if (Interruption.isBehind(e)) {
        throw Interruption.failure("writing " + path);
      }
      throw Failure.undecided(
          "cannot write %s: %s".formatted(path, e.getMessage()),
          "check the folder, its permissions and free space",
          e);
    }
  }

  private long fill(Path part, Source source) throws IOException {
    try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
      long size = source.copyTo(new ToldOutput(path, channel));
      Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
      channel.force(true);
      return size;
    }
  }

  /** A hard link, unlike a rename, fails where another process has taken the place meanwhile. */
  private void place(Path part) throws IOException {
    if (replace) {
      Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.createLink(path, part);
    }
  }

  private Failure taken() {
    return Failure.usage(
        path + " is there already", replace ? "name a file" : "name another file, or say --force");
  }
}
