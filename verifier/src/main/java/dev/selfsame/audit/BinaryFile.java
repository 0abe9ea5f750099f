package dev.selfsame.audit;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Interruption;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A binary under audit. Opened once: whatever its path leads to later, all that is read of it comes
 * from this descriptor.
 */
final class BinaryFile implements AutoCloseable {
  private static final String ABSENT = "check the path; without the file there is nothing to tell";

  private final Path path;
  private final FileChannel channel;
  private final BasicFileAttributes opened;

  private BinaryFile(Path path, FileChannel channel, BasicFileAttributes opened) {
    this.path = path;
    this.channel = channel;
    this.opened = opened;
  }

  /**
   * Opens a file, through symbolic links.
   *
   * @throws Failure exit 3 where there is none, it is no regular file or cannot be read
   */
  static BinaryFile open(Path path) {
    try {
      // Before opening: a pipe would block for ever.
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        throw Failure.undecided("not a file: " + path, ABSENT);
      }
      return new BinaryFile(path, FileChannel.open(path, StandardOpenOption.READ), attributes);
    } catch (NoSuchFileException e) {
      throw Failure.undecided("no file at " + path, ABSENT, e);
    } catch (AccessDeniedException e) {
      throw Failure.undecided(
          "cannot read %s: permission denied".formatted(path),
          "run it as a user who may read the file",
          e);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** The SHA-256 of all its bytes. */
  Digest digest() {
    try {
      return Digest.sha256(fromStart());
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** Its bytes from the first on, from the same descriptor; not to be closed. */
  InputStream fromStart() throws IOException {
    channel.position(0);
    return Channels.newInputStream(channel);
  }

  /** Where it was opened; whether it still leads here, {@link #requireUnchanged} tells. */
  Path path() {
    return path;
  }

  /** Bytes, as they were when it was opened. */
  long size() {
    return opened.size();
  }

  /**
   * Makes sure that the path still leads to the file that was opened, and that nobody wrote to it:
   * the answer is for the bytes that were read, and must not be taken for one about others.
   *
   * @throws Failure exit 3 where that is not so
   */
  void requireUnchanged() {
    try {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      if (Objects.equals(now.fileKey(), opened.fileKey())
          && now.size() == opened.size()
          && now.lastModifiedTime().equals(opened.lastModifiedTime())) {
        return;
      }
    } catch (IOException e) {
      throw changed(e);
    }
    throw changed(null);
  }

  private Failure changed(@Nullable IOException e) {
    return new Failure(
        ExitCode.UNDECIDED,
        path + " was changed or replaced while it was read",
        "run the command again when nothing writes to it",
        e);
  }

  private static Failure unreadable(Path path, IOException e) {
    if (Interruption.isBehind(e)) {
      return Interruption.failure("reading " + path);
    }
    return Failure.undecided(
        "cannot read %s: %s".formatted(path, e.getMessage()), "check the file and its disk", e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }
}
