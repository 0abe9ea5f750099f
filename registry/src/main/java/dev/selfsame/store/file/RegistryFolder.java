package dev.selfsame.store.file;

import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.ChangeLog.Place;
import dev.selfsame.store.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An embedded registry on disk. Reading takes no lock, writes nothing and needs no database.
 *
 * @param path the registry's folder, absolute
 * @param name the registry's lasting name, made up when the folder was made
 */
public record RegistryFolder(Path path, String name) {
  private static final String FORMAT = "selfsame.registry/1 ";
  private static final int RETRY_MILLIS = 20;
  private static final String ELSEWHERE = "rows-elsewhere";

  /**
   * Opens a registry that is there.
   *
   * @throws Failure exit 3 where there is none, or it cannot be read
   */
  public static RegistryFolder open(Path path) {
    Path folder = path.toAbsolutePath().normalize();
    Path format = folder.resolve("format");
    if (!Files.isRegularFile(format, LinkOption.NOFOLLOW_LINKS)) {
      throw Failure.undecided(
          "no registry at " + path,
          Files.isDirectory(path)
              ? "name the folder that holds the file 'format', or submit into a new one"
              : "check --registry; the first submit makes a new one");
    }
    return new RegistryFolder(folder, nameIn(format));
  }

  /**
   * Opens a registry, making it first where the folder is absent or empty.
   *
   * @throws Failure exit 2 where the folder holds something else; exit 3 where it cannot be made
   */
  public static RegistryFolder create(Path path) {
    Path folder = path.toAbsolutePath().normalize();
    Path format = folder.resolve("format");
    if (Files.exists(format, LinkOption.NOFOLLOW_LINKS)) {
      return open(path);
    }
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw Failure.usage("not a folder: " + path, "name a new folder with --registry");
    }
    // Another process may be making it just now: then its format stands there by now.
    if (!Folders.names(folder).isEmpty() && !Files.exists(format)) {
      throw Failure.usage(
          "%s holds other files and is no registry".formatted(path),
          "name a new or empty folder with --registry");
    }
    try {
      Folders.create(folder);
      claim(folder, format);
    } catch (IOException e) {
      throw Trouble.writing(folder, e);
    }
    return open(path);
  }

  /** Of two processes that make it at once, the first names it. */
  private static void claim(Path folder, Path format) throws IOException {
    String name = "r-%016x".formatted(new SecureRandom().nextLong());
    Path mine = folder.resolve(".format-" + name);
    AtomicFile.write(mine, FORMAT + name + "\n");
    try {
      Files.createLink(format, mine);
      AtomicFile.syncName(format);
    } catch (FileAlreadyExistsException e) {
      return; // Its name is the one that open() reads.
    } finally {
      Files.delete(mine);
    }
  }

  /**
   * Sees that it is there still: it may be on a disk that was taken away.
   *
   * @throws Failure exit 3 where it is not
   */
  public void requireThere() {
    if (!open(path).name().equals(name)) {
      throw Failure.undecided(
          "%s is another registry than %s, which it was".formatted(path, name),
          "look at what is mounted there, then start the server again");
    }
  }

  /** Its blobs, index and channels. */
  public Registry registry() {
    Incoming incoming = new Incoming(path.resolve("incoming"));
    return new Registry(
        name,
        new FileBlobs(path.resolve("blobs"), incoming),
        new FileEvidenceIndex(
            path.resolve("subjects"),
            path.resolve("staging"),
            path.resolve("deployments"),
            incoming),
        new FileChannels(path.resolve("channels"), incoming));
  }

  /** What the registry server did to its repositories. */
  public FileChangeLog changes(Clock clock) {
    return changes(clock, () -> Place.START);
  }

  /** As the other, beside an audit log whose end it notes. */
  public FileChangeLog changes(Clock clock, Supplier<Place> audited) {
    return FileChangeLog.open(log(), clock, audited);
  }

  /**
   * Whether a server, or another who works as one, has the repositories open at this moment.
   *
   * @throws Failure exit 3 where that cannot be seen
   */
  public boolean isServed() {
    return ChainedFile.isOpen(log());
  }

  /**
   * Notes for good that what stands in the server's repositories is in a database, and that this
   * folder alone does not tell which of its blobs are needed.
   *
   * @throws Failure exit 3 where that cannot be written
   */
  public void noteRowsElsewhere() {
    Path note = path.resolve(ELSEWHERE);
    if (Files.exists(note, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      AtomicFile.write(note, "what stands in the repositories is in a database\n");
    } catch (IOException e) {
      throw Trouble.writing(note, e);
    }
  }

  /**
   * Sees that what stands in the server's repositories is in this folder too. Whoever took it for
   * what the folder alone says would take all blobs for unneeded.
   *
   * @throws Failure exit 3 where {@link #noteRowsElsewhere} was ever called for it, or a database
   *     has taken its blobs
   */
  public void requireRows() {
    Path note = path.resolve(ELSEWHERE);
    boolean taken = Files.exists(path.resolve(FolderOwnership.FILE), LinkOption.NOFOLLOW_LINKS);
    if (taken || Files.exists(note, LinkOption.NOFOLLOW_LINKS)) {
      // Older versions left the note also where the database, or the bucket, could not be had.
      throw Failure.undecided(
          "what the repositories of %s hold stands in a database".formatted(path),
          "name the server's settings with --settings, or in the environment"
              + (taken ? "" : "; if no server ever ran with a database here, delete " + note));
    }
  }

  private Path log() {
    return path.resolve("repositories.log");
  }

  /** Who did what at the registry server. */
  public FileAuditLog audit(Clock clock) {
    return FileAuditLog.open(path.resolve("audit.log"), clock);
  }

  /** Where the server keeps what signs people in: its API tokens and the key of its own. */
  public Path access() {
    return path.resolve("access");
  }

  /** Where the server remembers what it has seen: for a {@link FileSeen}. */
  public Path seen() {
    return path.resolve("seen");
  }

  /** Uploads of the registry server. What they become are blobs of {@link #registry}. */
  public FileUploads uploads() {
    FileBlobs blobs = new FileBlobs(path.resolve("blobs"), new Incoming(path.resolve("incoming")));
    return new FileUploads(path.resolve("uploads"), blobs);
  }

  /**
   * Waits until this process alone may write, and clears away what killed writers left. Closing the
   * result ends it.
   *
   * @param patience how long to wait for another writer
   * @throws Failure exit 3 where another still writes after that, or the folder cannot be written
   */
  public Writing write(Duration patience, Progress progress) {
    Path file = path.resolve("lock");
    Waiting waiting = new Waiting(patience, progress);
    try {
      Turn turn = turn(file, waiting);
      try {
        return write(file, turn, waiting);
      } catch (IOException | RuntimeException e) {
        turn.close();
        throw e;
      }
    } catch (IOException e) {
      throw Trouble.writing(file, e);
    }
  }

  private Turn turn(Path file, Waiting waiting) throws IOException {
    Optional<Turn> turn = Turn.take(file, Duration.ZERO);
    while (turn.isEmpty()) {
      waiting.more();
      sleep();
      turn = Turn.take(file, Duration.ZERO);
    }
    return turn.get();
  }

  private Writing write(Path file, Turn turn, Waiting waiting) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      while (channel.tryLock() == null) {
        waiting.more();
        sleep();
      }
      new Incoming(path.resolve("incoming")).clear(Instant.now());
      return new Writing(channel, turn);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Somebody who waits for the right to write. */
  private final class Waiting {
    private final long deadline;
    private final Progress progress;
    private boolean said;

    Waiting(Duration patience, Progress progress) {
      this.deadline = System.nanoTime() + patience.toNanos();
      this.progress = progress;
    }

    /** Sees that it may go on, and says that it does. */
    void more() {
      if (System.nanoTime() - deadline > 0) {
        throw Failure.undecided(
            "another process is writing to the registry " + path,
            "wait until it has ended, then run the command again");
      }
      if (!said) {
        progress.note("waiting for another process that is writing to " + path);
        said = true;
      }
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.undecided("stopped while waiting for the registry", "run the command again", e);
    }
  }

  private static String nameIn(Path format) {
    try (InputStream in = Files.newInputStream(format)) {
      String text = new String(in.readNBytes(100), StandardCharsets.UTF_8).strip();
      if (!text.startsWith(FORMAT) || !Registry.isName(text.substring(FORMAT.length()))) {
        throw Failure.undecided(
            "%s says '%s', not %sNAME".formatted(format, text, FORMAT),
            "use the version of Selfsame that wrote it");
      }
      return text.substring(FORMAT.length());
    } catch (IOException e) {
      throw Trouble.reading(format, e);
    }
  }

  /** The right to write. */
  public static final class Writing implements AutoCloseable {
    private final FileChannel channel;
    private final Turn turn;

    private Writing(FileChannel channel, Turn turn) {
      this.channel = channel;
      this.turn = turn;
    }

    @Override
    public void close() {
      try (turn) {
        channel.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException("releasing the registry's lock", e);
      }
    }
  }
}
