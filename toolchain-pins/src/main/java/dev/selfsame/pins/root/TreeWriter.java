package dev.selfsame.pins.root;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Puts a root's entries on the disk, below a folder that belongs to nobody else.
 *
 * <p>On the disk everything belongs to whoever unpacks it, with the owner always able to read it,
 * and without setuid, setgid and sticky bits: an ordinary user gets the same tree as root, and no
 * setuid program ever lies about in a cache. The layer tar, and so the DiffID, has the true owners
 * and bits.
 *
 * <p>Callers make sure that a path's folders are real folders, never symbolic links.
 */
final class TreeWriter {
  private final Path root;
  private final List<TarEntry> directories = new ArrayList<>();

  TreeWriter(Path root) {
    this.root = root;
  }

  void directory(TarEntry entry) throws IOException {
    Path folder = place(entry.path());
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(folder);
    }
    directories.add(entry);
  }

  void symlink(TarEntry entry) throws IOException {
    Files.createSymbolicLink(place(entry.path()), path(entry.link()));
  }

  void hardLink(TarEntry entry) throws IOException {
    Files.createLink(place(entry.path()), place(entry.link()));
  }

  /** Opens a new file for its content; {@link #sealFile} sets mode and time when it is closed. */
  OutputStream file(TarEntry entry) throws IOException {
    return Files.newOutputStream(
        place(entry.path()), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  void sealFile(TarEntry entry) throws IOException {
    Path file = place(entry.path());
    Files.setPosixFilePermissions(file, permissions(entry.mode() | 0400));
    Files.setLastModifiedTime(file, FileTime.from(java.time.Instant.ofEpochSecond(entry.mtime())));
  }

  /** Sets the folders' modes and times, which filling them would have changed. */
  void finish() throws IOException {
    // Whatever the umask was: the folder becomes the root's own "/".
    Files.setPosixFilePermissions(root, permissions(0755));
    for (TarEntry entry : directories.reversed()) {
      Path folder = place(entry.path());
      if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        Files.setLastModifiedTime(
            folder, FileTime.from(java.time.Instant.ofEpochSecond(entry.mtime())));
        Files.setPosixFilePermissions(folder, permissions(entry.mode() | 0700));
      }
    }
  }

  private Path place(String relative) {
    return root.resolve(path(relative));
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw Failure.undecided(
          "the locale of this process has no characters for the file name " + text,
          "set LC_ALL=C.UTF-8");
    }
  }

  /** What of a mode an entry has on the disk. */
  static int onDisk(int mode) {
    return mode & 0777;
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    StringBuilder text = new StringBuilder("rwxrwxrwx");
    for (int bit = 0; bit < 9; bit++) {
      if ((mode & (0400 >> bit)) == 0) {
        text.setCharAt(bit, '-');
      }
    }
    return PosixFilePermissions.fromString(text.toString());
  }
}
