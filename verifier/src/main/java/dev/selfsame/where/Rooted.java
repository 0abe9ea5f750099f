package dev.selfsame.where;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files below another root, such as that of a container's process. Links lead within that root, as
 * they do for who lives in it; whoever owns its folders cannot lead a reader out of it, since every
 * folder is opened from its parent's descriptor and never through a link (openat(2), O_NOFOLLOW).
 */
final class Rooted {
  private static final int MAX_LINKS = 40;

  private final Path root;

  private Rooted(Path root) {
    this.root = root;
  }

  /**
   * @param root a folder, or a link to it that is believed, such as {@code /proc/N/root}
   */
  static Rooted at(Path root) {
    return new Rooted(root);
  }

  /**
   * A file that was found.
   *
   * @param path its name within the root, absolute and free of links
   * @param attributes its own
   */
  record Found(String path, BasicFileAttributes attributes) {
    /** Whether a later look finds the same file, and nobody wrote to it. */
    boolean isStill(Found later) {
      return Objects.equals(attributes.fileKey(), later.attributes.fileKey())
          && attributes.size() == later.attributes.size()
          && attributes.lastModifiedTime().equals(later.attributes.lastModifiedTime());
    }
  }

  /** What stands there is no regular file. */
  static final class NoFileException extends IOException {
    private static final long serialVersionUID = 1L;

    NoFileException(String path) {
      super(path + " is no regular file");
    }
  }

  /** What is done with a found file while its folder is open. */
  private interface Use<T> {
    T of(SecureDirectoryStream<Path> folder, Path name, Found found) throws IOException;
  }

  /**
   * Where a path leads within the root, and what stands there.
   *
   * @throws IOException where nothing does, or links lead in circles
   */
  Found look(String path) throws IOException {
    return walk(path, (_, _, found) -> found);
  }

  /** A file, opened. */
  record Opened(Found found, SeekableByteChannel channel) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /**
   * Opens a regular file.
   *
   * @throws IOException where there is none
   */
  Opened open(String path) throws IOException {
    return walk(
        path,
        (folder, name, found) -> {
          if (!found.attributes().isRegularFile()) {
            throw new NoFileException(path);
          }
          return new Opened(
              found,
              folder.newByteChannel(
                  name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
        });
  }

  private <T> T walk(String path, Use<T> use) throws IOException {
    Deque<String> ahead = new ArrayDeque<>(List.of(path.split("/", -1)));
    try (Descent descent = new Descent(root)) {
      int links = 0;
      while (!ahead.isEmpty()) {
        String name = ahead.removeFirst();
        if (name.isEmpty() || name.equals(".")) {
          continue;
        } else if (name.equals("..")) {
          descent.up();
          continue;
        }
        BasicFileAttributes attributes = descent.attributes(name);
        if (attributes.isSymbolicLink()) {
          if (++links > MAX_LINKS) {
            throw new FileSystemLoopException(path);
          }
          follow(descent, descent.link(name), ahead);
        } else if (ahead.stream().allMatch(rest -> rest.isEmpty() || rest.equals("."))) {
          return use.of(
              descent.folder(), Path.of(name), new Found(descent.path() + "/" + name, attributes));
        } else {
          descent.into(name);
        }
      }
    }
    throw new NoSuchFileException(path);
  }

  private static void follow(Descent descent, String target, Deque<String> ahead)
      throws IOException {
    if (target.startsWith("/")) {
      descent.toRoot();
    }
    List<String> parts = List.of(target.split("/", -1));
    parts.reversed().forEach(ahead::addFirst);
  }

  /** The folders from the root down to where a walk is, each open. */
  private static final class Descent implements AutoCloseable {
    private final Path root;
    private final Deque<SecureDirectoryStream<Path>> open = new ArrayDeque<>();
    private final Deque<String> names = new ArrayDeque<>();

    @SuppressWarnings("StreamResourceLeak") // open until the descent is closed
    Descent(Path root) throws IOException {
      this.root = root;
      open.push(secure(Files.newDirectoryStream(root)));
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
        throws IOException {
      if (stream instanceof SecureDirectoryStream<Path> secure) {
        return secure;
      }
      stream.close();
      throw new IOException("this system cannot open files from a folder's descriptor");
    }

    SecureDirectoryStream<Path> folder() {
      return open.getFirst();
    }

    String path() {
      StringBuilder path = new StringBuilder();
      names.descendingIterator().forEachRemaining(name -> path.append('/').append(name));
      return path.toString();
    }

    BasicFileAttributes attributes(String name) throws IOException {
      @Nullable BasicFileAttributeView view =
          folder()
              .getFileAttributeView(
                  Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
      return Optional.ofNullable(view)
          .orElseThrow(() -> new IOException("no attributes of " + name))
          .readAttributes();
    }

    /** Read by name: at worst a text that is wrong, which still leads within the root. */
    String link(String name) throws IOException {
      return Files.readSymbolicLink(Path.of(root + path() + "/" + name)).toString();
    }

    void into(String name) throws IOException {
      open.push(folder().newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS));
      names.push(name);
    }

    /** At the root it stays there, as in a running system. */
    void up() throws IOException {
      if (!names.isEmpty()) {
        names.pop();
        open.pop().close();
      }
    }

    void toRoot() throws IOException {
      while (!names.isEmpty()) {
        up();
      }
    }

    @Override
    public void close() throws IOException {
      while (!open.isEmpty()) {
        open.pop().close();
      }
    }
  }
}
