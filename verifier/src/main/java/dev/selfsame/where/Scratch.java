package dev.selfsame.where;

import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A private temporary folder with a limit on its bytes, removed with all that is in it. */
public final class Scratch implements AutoCloseable {
  /** What is usually allowed, in bytes. */
  public static final long USUAL = 4L << 30;

  private static final int CHUNK = 1 << 16;

  /** Of Linux' file systems, in bytes. */
  private static final int LONGEST_NAME = 255;

  private final Path folder;
  private long left;
  private int count;

  private Scratch(Path folder, long most) {
    this.folder = folder;
    this.left = most;
  }

  /**
   * Makes one, readable by this user alone.
   *
   * @param most bytes that may be written at most
   * @throws Failure (undecided) where the temporary folder cannot be written
   */
  public static Scratch create(long most) {
    try {
      return new Scratch(Files.createTempDirectory("selfsame-"), most);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot make a temporary folder: " + e.getMessage(),
          "name a writable folder: SELFSAME_JAVA_OPTS=-Djava.io.tmpdir=FOLDER",
          e);
    }
  }

  /** The path of a new file, for who counts the bytes that go there. */
  public Path empty() throws IOException {
    return Files.createDirectory(folder.resolve(Integer.toString(count++))).resolve("file");
  }

  /**
   * Writes a stream to a new file.
   *
   * @param name for messages, and its last part as the file's name where that is one
   * @throws Failure (undecided) where the limit is passed
   */
  public Path keep(String name, InputStream in) throws IOException {
    Path last = Path.of(name).getFileName();
    Path file = empty();
    if (last != null && !isDots(last) && fits(last)) {
      file = file.resolveSibling(last);
    }
    byte[] chunk = new byte[CHUNK];
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        left -= n;
        if (left < 0) {
          throw Failure.undecided(
              name + " is too large to be unpacked here", "unpack it, then compare the files");
        }
        out.write(chunk, 0, n);
      }
    }
    return file;
  }

  /** Archives have names of any length, folders none beyond this. */
  private static boolean fits(Path name) {
    return name.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME;
  }

  private static boolean isDots(Path name) {
    return name.toString().equals("..") || name.toString().equals(".");
  }

  @Override
  public void close() {
    try {
      FileTree.delete(folder);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot remove %s: %s".formatted(folder, e.getMessage()), "remove it by hand", e);
    }
  }
}
