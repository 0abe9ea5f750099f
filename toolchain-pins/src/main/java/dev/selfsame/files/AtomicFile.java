package dev.selfsame.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Replaces a file whole: temporary file in the same folder, fsync, rename, fsync of the folder. */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes the content; what it throws leaves the target as it was. */
  @FunctionalInterface
  public interface Writer {
    void write(OutputStream out) throws IOException;
  }

  /** Replaces {@code target} with these bytes, mode 0644 less the umask. */
  public static void write(Path target, byte[] content) throws IOException {
    write(target, out -> out.write(content));
  }

  /** Replaces {@code target} with this text in UTF-8, mode 0644 less the umask. */
  public static void write(Path target, String content) throws IOException {
    write(target, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Replaces {@code target} with what {@code writer} writes, mode 0644 less the umask. */
  public static void write(Path target, Writer writer) throws IOException {
    write(target, writer, Set.of());
  }

  /**
   * Replaces {@code target} with a file that its owner alone can read (mode 0600 from the start).
   */
  public static void writePrivate(Path target, byte[] content) throws IOException {
    write(target, out -> out.write(content), PosixFilePermissions.fromString("rw-------"));
  }

  private static void write(Path target, Writer writer, Set<PosixFilePermission> mode)
      throws IOException {
    // A rename would put a file in a device's place: for root, in that of /dev/null.
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(target)) {
      throw new IOException("it is there, and is no regular file");
    }
    Path folder = folderOf(target);
    Files.createDirectories(folder);
    Path temporary =
        folder.resolve(
            ".%s.%d-%d.tmp"
                .formatted(
                    target.getFileName(),
                    ProcessHandle.current().pid(),
                    Thread.currentThread().threadId()));
    boolean done = false;
    try {
      Files.deleteIfExists(temporary);
      if (mode.isEmpty()) {
        // Not 0666: with the umask 002 a group could write what is read as this user's.
        Files.createFile(
            temporary,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
      } else {
        Files.createFile(temporary, PosixFilePermissions.asFileAttribute(mode));
      }
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        writer.write(out);
        out.flush();
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      done = true;
    } finally {
      if (!done) {
        Files.deleteIfExists(temporary);
      }
    }
    syncFolder(folder);
  }

  /** Makes a rename in {@code folder} survive a crash of the machine. */
  public static void syncFolder(Path folder) throws IOException {
    sync(folder);
  }

  /**
   * Makes a new name of a file, or of an empty folder, survive a crash of the machine, or takes the
   * name away again: Linux tells once that it did not reach the disk, and says of the next sync of
   * its folder that all is well.
   */
  public static void syncName(Path made) throws IOException {
    try {
      syncFolder(folderOf(made));
    } catch (IOException e) {
      try {
        Files.deleteIfExists(made);
      } catch (IOException stays) {
        e.addSuppressed(stays);
      }
      throw e;
    }
  }

  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path folderOf(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("not a file: " + file);
    }
    return parent;
  }
}
