package dev.selfsame.store.file;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.RunningDigest;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Uploads;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Uploads in a folder, a file each. An upload outlives its server: the file is all that there is to
 * know of it. What is kept in memory is the hash of its bytes so far, or they would be read again
 * at the end.
 */
public final class FileUploads implements Uploads {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
  private static final int BUFFER = 1 << 18;

  private final Path folder;
  private final FileBlobs blobs;
  private final ConcurrentMap<String, Session> sessions = new ConcurrentHashMap<>();

  FileUploads(Path folder, FileBlobs blobs) {
    this.folder = folder;
    this.blobs = blobs;
  }

  /** An upload that this process has seen. One thread at a time works on it. */
  private static final class Session {
    private final ReentrantLock lock = new ReentrantLock();

    /** The hash of the first {@link #hashed} bytes; null where none was begun. */
    private @Nullable RunningDigest hash;

    private long hashed;

    /** Whether bytes of it may not have reached the disk, though they are read as if they had. */
    private boolean broken;
  }

  @Override
  public String begin() {
    String id = UUID.randomUUID().toString().replace("-", "");
    try {
      Folders.create(folder);
      Files.createFile(folder.resolve(id));
    } catch (IOException e) {
      throw Trouble.writing(folder, e);
    }
    Session session = new Session();
    session.hash = new RunningDigest(Digest.Algorithm.SHA256);
    sessions.put(id, session);
    return id;
  }

  @Override
  public OptionalLong received(String id) {
    if (!ID.matcher(id).matches()) {
      return OptionalLong.empty();
    }
    try {
      BasicFileAttributes file =
          Files.readAttributes(
              folder.resolve(id), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return file.isRegularFile() ? OptionalLong.of(file.size()) : OptionalLong.empty();
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    } catch (IOException e) {
      throw Trouble.reading(folder.resolve(id), e);
    }
  }

  @Override
  public long append(String id, long from, long expected, InputStream content) throws IOException {
    Session session = lock(id);
    try (FileChannel file = open(id)) {
      long stands = size(file, id);
      if (from >= 0 && from != stands) {
        throw new OutOfPlace(from, stands);
      }
      byte[] buffer = new byte[expected < 0 ? BUFFER : Math.clamp(expected, 1, BUFFER)];
      return append(id, session, file, stands, content, buffer);
    } finally {
      session.lock.unlock();
    }
  }

  /** The network brings a few kilobytes at a time; they are hashed and written by the buffer. */
  private long append(
      String id, Session session, FileChannel file, long stands, InputStream content, byte[] buffer)
      throws IOException {
    long at = stands;
    int held = 0;
    try {
      for (int read = content.read(buffer, held, buffer.length - held);
          read >= 0;
          read = content.read(buffer, held, buffer.length - held)) {
        held += read;
        if (held == buffer.length) {
          write(id, session, file, at, buffer, held);
          at += held;
          held = 0;
        }
      }
    } catch (IOException | RuntimeException broken) {
      // What arrived is kept, and the client goes on from there. Helidon throws unchecked ones.
      write(id, session, file, at, buffer, held);
      throw broken;
    }
    write(id, session, file, at, buffer, held);
    return at + held;
  }

  private void write(
      String id, Session session, FileChannel file, long at, byte[] buffer, int count) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
      while (bytes.hasRemaining()) {
        file.write(bytes, at + bytes.position());
      }
    } catch (IOException e) {
      // Half a write must not be taken for an arrival.
      cutOff(id, file, at);
      throw Trouble.writing(folder.resolve(id), e);
    }
    if (session.hash != null && session.hashed == at) {
      session.hash.update(buffer, 0, count);
      session.hashed += count;
    }
  }

  private void cutOff(String id, FileChannel file, long at) {
    try {
      file.truncate(at);
    } catch (IOException e) {
      throw Trouble.writing(folder.resolve(id), e);
    }
  }

  @Override
  public Blob finish(String id, Digest expected) {
    Session session = lock(id);
    Path path = folder.resolve(id);
    try (FileChannel file = open(id)) {
      long size = size(file, id);
      Digest found = digest(session, file, size, expected.algorithm());
      if (!found.equals(expected)) {
        Files.deleteIfExists(path);
        sessions.remove(id, session);
        throw new WrongDigest(expected, found);
      }
      sync(id, session, file);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r--r--r--"));
      blobs.keep(path, expected);
      sessions.remove(id, session);
      return new Blob(expected, size);
    } catch (IOException e) {
      if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
        // It had its place as a blob already, and was taken away from there: it begins anew.
        sessions.remove(id, session);
      }
      // Else the upload is as it was, and may be ended again.
      path.toFile().setWritable(true, true);
      throw Trouble.writing(path, e);
    } finally {
      session.lock.unlock();
    }
  }

  /**
   * Linux tells once that bytes did not reach the disk, and takes them for written from then on: an
   * upload that could be ended again would be acknowledged, and be gone after a crash.
   */
  private void sync(String id, Session session, FileChannel file) throws IOException {
    try {
      file.force(true);
    } catch (IOException e) {
      // Until the file is gone nobody may have another session of it.
      session.broken = true;
      Files.deleteIfExists(folder.resolve(id));
      sessions.remove(id, session);
      throw e;
    }
  }

  /** The hash that grew with the upload where it saw every byte, or that of the file. */
  private static Digest digest(
      Session session, FileChannel file, long size, Digest.Algorithm algorithm) throws IOException {
    RunningDigest grown = session.hash;
    session.hash = null;
    if (grown != null && session.hashed == size && algorithm == Digest.Algorithm.SHA256) {
      return grown.digest();
    }
    RunningDigest hash = new RunningDigest(algorithm);
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    for (long at = 0; at < size; ) {
      int read = file.read(buffer.clear(), at);
      if (read <= 0) {
        throw new EOFException("the upload became shorter while it was read");
      }
      hash.update(buffer.array(), 0, read);
      at += read;
    }
    return hash.digest();
  }

  @Override
  public boolean cancel(String id) {
    if (!ID.matcher(id).matches()) {
      return false;
    }
    Session session = locked(id);
    try {
      return Files.deleteIfExists(folder.resolve(id));
    } catch (IOException e) {
      throw Trouble.writing(folder.resolve(id), e);
    } finally {
      sessions.remove(id, session);
      session.lock.unlock();
    }
  }

  @Override
  public List<Abandoned> abandoned(Instant before) {
    List<Abandoned> all = new ArrayList<>();
    for (String id : Folders.names(folder)) {
      if (last(id).isBefore(before)) {
        received(id).ifPresent(received -> all.add(new Abandoned(id, received)));
      }
    }
    return all;
  }

  @Override
  public boolean cancelAbandoned(String id, Instant before) {
    if (!ID.matcher(id).matches()) {
      return false;
    }
    Session session = locked(id);
    boolean gone = false;
    try {
      // Somebody may have gone on with it while this thread waited.
      gone = last(id).isBefore(before) && Files.deleteIfExists(folder.resolve(id));
      return gone;
    } catch (IOException e) {
      throw Trouble.writing(folder.resolve(id), e);
    } finally {
      if (gone || received(id).isEmpty()) {
        sessions.remove(id, session);
      }
      session.lock.unlock();
    }
  }

  /** When something was last added; long from now where it has just ended. */
  private Instant last(String id) {
    try {
      return Files.getLastModifiedTime(folder.resolve(id)).toInstant();
    } catch (NoSuchFileException e) {
      return Instant.MAX;
    } catch (IOException e) {
      throw Trouble.reading(folder.resolve(id), e);
    }
  }

  /** The upload's own session, held by this thread alone. */
  private Session locked(String id) {
    while (true) {
      Session session = sessions.computeIfAbsent(id, _ -> new Session());
      boolean current = false;
      session.lock.lock();
      try {
        // Or it ended while this thread waited, and whoever comes now has another.
        current = sessions.get(id) == session;
        if (current) {
          return session;
        }
      } finally {
        if (!current) {
          session.lock.unlock();
        }
      }
    }
  }

  private Session lock(String id) {
    if (!ID.matcher(id).matches()) {
      throw new NoSuchUpload(id);
    }
    Session session = locked(id);
    try {
      if (session.broken) {
        // It could not be deleted when its sync failed.
        throw Trouble.writing(
            folder.resolve(id), new IOException("its bytes may not have reached the disk"));
      }
      if (received(id).isPresent()) {
        return session;
      }
    } catch (RuntimeException e) {
      session.lock.unlock();
      throw e;
    }
    sessions.remove(id, session);
    session.lock.unlock();
    throw new NoSuchUpload(id);
  }

  private FileChannel open(String id) {
    Path path = folder.resolve(id);
    try {
      return FileChannel.open(
          path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      throw new NoSuchUpload(id);
    } catch (IOException e) {
      throw Trouble.writing(path, e);
    }
  }

  private long size(FileChannel file, String id) {
    try {
      return file.size();
    } catch (IOException e) {
      throw Trouble.reading(folder.resolve(id), e);
    }
  }
}
