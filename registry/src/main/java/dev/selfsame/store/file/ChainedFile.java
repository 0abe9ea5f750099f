package dev.selfsame.store.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ChainedLine;
import dev.selfsame.store.ChangeLog.Place;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file of {@link ChainedLine}s that only grows. A last line without its end was never
 * acknowledged, and is cut off. One process has the file open at a time.
 */
final class ChainedFile implements AutoCloseable {
  private static final int LONGEST_LINE = 16 << 20;
  private static final int USUAL_LINE = 512;

  private final Path file;
  private final Clock clock;
  private final FileChannel channel;

  /**
   * What single lines are read by, from the first of them on. An interrupt closes a channel that is
   * read, for everybody, and this not. It is closed with the channel and not before: that would end
   * the lock that this process has on the file.
   */
  private @Nullable RandomAccessFile lookUp;

  private final ReentrantLock lookingUp = new ReentrantLock();
  private final ReentrantLock writing = new ReentrantLock();
  private final ReentrantLock syncing = new ReentrantLock();
  private volatile Place last = Place.START;

  /** Up to where it survives a crash of the machine. */
  private volatile Place synced = Place.START;

  /** When lines were written last, and how that reads: many are within one millisecond. */
  private Instant written = Instant.EPOCH;

  private String writtenAs = written.toString();

  /** Why nothing more is written: what a failed sync left of earlier writes, nobody can tell. */
  private volatile @Nullable IOException broken;

  private ChainedFile(Path file, Clock clock, FileChannel channel) {
    this.file = file;
    this.clock = clock;
    this.channel = channel;
  }

  /**
   * Opens the file, making it where it is absent, and reads its last line.
   *
   * @throws Failure exit 4 where it was altered; exit 3 where it cannot be read or written
   */
  static ChainedFile open(Path file, Clock clock) {
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        return opened(file, clock, channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw Trouble.writing(file, e);
    }
  }

  private static ChainedFile opened(Path file, Clock clock, FileChannel channel)
      throws IOException {
    if (!lock(channel)) {
      throw Failure.undecided(
          "another server has this file open: " + file,
          "end it, or name another folder with --data");
    }
    ChainedFile log = new ChainedFile(file, clock, channel);
    log.last = log.placeEndingAt(log.endOfLines());
    channel.truncate(log.last.end());
    // The server before may have been killed between a line and its sync.
    channel.force(true);
    if (log.last.equals(Place.START)) {
      // Nothing is lost with it, and the next start makes it anew.
      AtomicFile.syncName(file);
    } else {
      AtomicFile.syncFolder(java.util.Objects.requireNonNull(file.getParent()));
    }
    log.synced = log.last;
    return log;
  }

  /**
   * Reads a whole file, and changes nothing of it; a last line without its end is passed over.
   *
   * @return where its lines end
   * @throws Failure exit 4 where it was altered; exit 3 where it cannot be read
   */
  static Place check(Path file, LineReader reader) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ChainedFile lines = new ChainedFile(file, Clock.systemUTC(), channel);
      Place[] end = {Place.START};
      lines.read(
          Place.START,
          (place, line) -> {
            end[0] = place;
            reader.take(place, line);
          });
      return end[0];
    } catch (IOException e) {
      throw Trouble.reading(file, e);
    }
  }

  /** What is said of a line that cannot be. */
  static Failure altered(Path file, long seq, String why) {
    return Failure.badEvidence(
        "%s of %s was altered: %s".formatted(seq == 0 ? "a line" : "line " + seq, file, why),
        "restore the file from a copy of the registry, after seeing who changed it");
  }

  /** Whether somebody has the file open at this moment. */
  static boolean isOpen(Path file) {
    if (!Files.exists(file)) {
      return false;
    }
    // Not for writing: whoever only looks may have no right to.
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true;
    } catch (IOException e) {
      throw Trouble.reading(file, e);
    }
  }

  /** Two servers that write into one log would cut off each other's lines. */
  private static boolean lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** The last line. */
  Place last() {
    return last;
  }

  /** The last line that survives a crash of the machine. */
  Place synced() {
    return synced;
  }

  /** The time by this file's clock. */
  Instant now() {
    return clock.instant();
  }

  /**
   * Adds a line that says it was written at that time, after the fields that every line has. One
   * thread at a time does so.
   */
  Place append(Instant at, Consumer<ObjectNode> fields) {
    byte[] line = ChainedLine.following(last, at, fields);
    return append(line, ChainedLine.after(last, line));
  }

  /**
   * Adds lines in one write, all or none, each of fields that are JSON already: see {@link
   * ChainedLine#following}. One thread at a time does so.
   */
  Place append(List<String> fields) {
    Instant now = now().truncatedTo(ChronoUnit.MILLIS);
    if (!now.equals(written)) {
      written = now;
      writtenAs = now.toString();
    }
    ByteArrayOutputStream lines = new ByteArrayOutputStream(USUAL_LINE * fields.size());
    Place end = last;
    for (String each : fields) {
      byte[] line = ChainedLine.following(end, writtenAs, each);
      lines.writeBytes(line);
      end = ChainedLine.after(end, line);
    }
    return append(lines.toByteArray(), end);
  }

  private Place append(byte[] lines, Place end) {
    writing.lock();
    try {
      requireWhole();
      write(lines);
      last = end;
      return end;
    } finally {
      writing.unlock();
    }
  }

  private void write(byte[] bytes) {
    try {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest, last.end() + rest.position());
      }
    } catch (IOException e) {
      cutOff();
      throw Trouble.writing(file, e);
    }
  }

  /** Half a line must not be followed by another. */
  private void cutOff() {
    try {
      channel.truncate(last.end());
    } catch (IOException e) {
      broken = e;
      throw Trouble.writing(file, e);
    }
  }

  /** Waits until everything up to there survives a crash of the machine. */
  void sync(long seq) {
    if (synced.seq() >= seq) {
      return;
    }
    syncing.lock();
    try {
      // Whoever held the lock may have done it for this one too.
      if (synced.seq() < seq) {
        requireWhole();
        Place upTo = last;
        channel.force(false);
        synced = upTo;
      }
    } catch (IOException e) {
      broken = e;
      cutBack();
      throw Trouble.writing(file, e);
    } finally {
      syncing.unlock();
    }
  }

  /**
   * Linux tells once that bytes did not reach the disk, and takes them for written from then on.
   * The next server would find the lines in memory and add to them, and they would be a hole in the
   * file after a crash. Nobody was told that they are there, so they go.
   */
  private void cutBack() {
    writing.lock();
    try {
      channel.truncate(synced.end());
    } catch (IOException e) {
      // The first failure is the one to tell; nothing is written after it in either case.
    } finally {
      writing.unlock();
    }
  }

  /** Why nothing more can be written until it is opened anew; empty where it can. */
  Optional<String> trouble() {
    return Optional.ofNullable(broken)
        .map(why ->
            "the disk has failed under it: %s; look at the disk, then start the server again"
                .formatted(why.getMessage()));
  }

  private void requireWhole() {
    IOException why = broken;
    if (why != null) {
      // Without the cause: room on the disk would not end it.
      throw Failure.undecided(
          "the disk has failed under %s: %s".formatted(file, why.getMessage()),
          "look at the disk, then start the server again");
    }
  }

  /** Whether this file has that line in that place. */
  boolean holds(Place place) {
    try {
      return place.equals(Place.START)
          || (place.end() <= last.end() && place.equals(placeEndingAt(place.end())));
    } catch (IOException e) {
      throw Trouble.reading(file, e);
    } catch (Failure noLineThere) {
      return false;
    }
  }

  /**
   * One line, by itself.
   *
   * @param end where it ends
   * @param length with its end
   */
  JsonNode line(long end, int length) {
    byte[] line = new byte[length];
    lookingUp.lock();
    try {
      RandomAccessFile lines = lookUp == null ? lookUp() : lookUp;
      lines.seek(end - length);
      lines.readFully(line);
    } catch (EOFException e) {
      requireWhole(); // What the disk did not take was cut off.
      throw altered(0, "it ends before " + end);
    } catch (IOException e) {
      throw Trouble.reading(file, e);
    } finally {
      lookingUp.unlock();
    }
    return parse(line, 0).fields();
  }

  private RandomAccessFile lookUp() throws IOException {
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
    RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r");
    lookUp = opened;
    return opened;
  }

  /** What takes the lines. */
  @FunctionalInterface
  interface LineReader {
    void take(Place place, JsonNode line);
  }

  /** Reads what follows a place, and checks that each line follows the one before. */
  void read(Place after, LineReader reader) {
    try {
      InputStream in = at(after.end());
      Place before = after;
      for (byte[] line = nextLine(in); line != null; line = nextLine(in)) {
        ChainedLine read = parse(line, before.seq() + 1);
        if (!read.follows(before)) {
          throw altered(before.seq() + 1, "it does not follow the line before it");
        }
        before = ChainedLine.after(before, line);
        reader.take(before, read.fields());
      }
    } catch (IOException e) {
      throw Trouble.reading(file, e);
    }
  }

  private InputStream at(long place) throws IOException {
    return new BufferedInputStream(Channels.newInputStream(channel.position(place)), 1 << 16);
  }

  /** Where the last line that has its end ends. */
  private long endOfLines() throws IOException {
    return lineEndBefore(channel.size());
  }

  /** Where a line ends, at or before a place; 0 where none does. */
  private long lineEndBefore(long place) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    for (long to = place; to > 0; ) {
      long from = Math.max(0, to - buffer.capacity());
      buffer.clear().limit((int) (to - from));
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, from + buffer.position()) < 0) {
          throw new IOException("it became shorter while it was read");
        }
      }
      for (int i = buffer.limit() - 1; i >= 0; i--) {
        if (buffer.get(i) == '\n') {
          return from + i + 1;
        }
      }
      to = from;
    }
    return 0;
  }

  /** The change whose line ends there. */
  private Place placeEndingAt(long end) throws IOException {
    if (end == 0) {
      return Place.START;
    }
    byte[] line = nextLine(at(lineEndBefore(end - 1)));
    if (line == null) {
      throw altered(0, "no line ends at " + end);
    }
    return new Place(parse(line, 0).seq(), Digest.sha256(line).hex(), end);
  }

  /** A line with its end; null where there is none. */
  private byte @Nullable [] nextLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    for (int b = in.read(); b >= 0; b = in.read()) {
      line.write(b);
      if (b == '\n') {
        return line.toByteArray();
      }
      if (line.size() > LONGEST_LINE) {
        throw altered(0, "it is too long");
      }
    }
    return null;
  }

  private ChainedLine parse(byte[] line, long seq) {
    try {
      return ChainedLine.parse(line);
    } catch (IllegalArgumentException e) {
      throw altered(seq, String.valueOf(e.getMessage()));
    }
  }

  /**
   * What is said of a line that cannot be.
   *
   * @param seq its number, 0 where that is not known
   */
  Failure altered(long seq, String why) {
    return altered(file, seq, why);
  }

  @Override
  public void close() {
    lookingUp.lock();
    try {
      channel.close();
      if (lookUp != null) {
        lookUp.close();
      }
    } catch (IOException e) {
      throw Trouble.writing(file, e);
    } finally {
      lookingUp.unlock();
    }
  }
}
