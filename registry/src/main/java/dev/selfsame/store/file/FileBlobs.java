package dev.selfsame.store.file;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.DigestingInputStream;
import dev.selfsame.digest.DigestingOutputStream;
import dev.selfsame.digest.RunningDigest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.DirectOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Blobs in a folder, by digest. */
public final class FileBlobs implements Blobs {
  private static final String RESTORE =
      "restore it from a copy of the registry, or submit the evidence again";

  private static final int BUFFER = 1 << 16;

  /** There is one for each client that is slow. */
  private static final int SMALL_BUFFER = 1 << 14;

  private final Path folder;
  private final Incoming incoming;

  FileBlobs(Path folder, Incoming incoming) {
    this.folder = folder;
    this.incoming = incoming;
  }

  @Override
  public Blob put(InputStream content) {
    try (Incoming.Part part = incoming.begin()) {
      DigestingOutputStream out = new DigestingOutputStream(part.out());
      content.transferTo(out);
      Blob blob = new Blob(out.digest(), out.count());
      part.seal();
      keep(part.path(), blob.digest());
      return blob;
    } catch (IOException e) {
      throw Trouble.writing(folder, e);
    }
  }

  @Override
  public OptionalLong size(Digest digest) {
    Path place = place(digest);
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile() ? OptionalLong.of(attributes.size()) : OptionalLong.empty();
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    } catch (IOException e) {
      throw Trouble.reading(place, e);
    }
  }

  @Override
  public byte[] read(Digest digest, int limit) {
    try (InputStream in = open(digest)) {
      byte[] bytes = in.readNBytes(limit);
      if (in.read() >= 0) {
        throw Failure.badEvidence(
            "blob %s is larger than %d bytes, which no such evidence is".formatted(digest, limit),
            RESTORE);
      }
      RunningDigest found = new RunningDigest(digest.algorithm());
      found.update(bytes, 0, bytes.length);
      requireSame(digest, found.digest());
      return bytes;
    } catch (IOException e) {
      throw Trouble.reading(place(digest), e);
    }
  }

  @Override
  public long copy(Digest digest, OutputStream out) {
    try (DigestingInputStream in = new DigestingInputStream(open(digest), digest.algorithm())) {
      in.transferTo(out);
      requireSame(digest, in.digest());
      return in.count();
    } catch (IOException e) {
      throw Trouble.reading(place(digest), e);
    }
  }

  @Override
  public void copyRange(Digest digest, long from, long count, OutputStream out) throws IOException {
    Path place = place(digest);
    FileChannel file;
    try {
      file = FileChannel.open(place, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      throw (NoSuchElementException) new NoSuchElementException("no blob " + digest).initCause(e);
    } catch (IOException e) {
      throw Trouble.reading(place, e);
    }
    try (file) {
      if (out instanceof DirectOutput direct) {
        copyDirect(file, from, count, direct, place);
      } else {
        byte[] buffer = new byte[Math.clamp(count, 1, BUFFER)];
        for (long left = count; left > 0; ) {
          left -= copyPiece(file, from + count - left, left, buffer, out, place);
        }
      }
    }
  }

  /** What the client can take at once goes past this program; the rest has to wait for it. */
  private static void copyDirect(
      FileChannel file, long from, long count, DirectOutput out, Path place) throws IOException {
    byte[] buffer = new byte[Math.clamp(count, 1, SMALL_BUFFER)];
    for (long left = count; left > 0; ) {
      long taken = take(file, from + count - left, left, out, place);
      left -= taken > 0 ? taken : copyPiece(file, from + count - left, left, buffer, out, place);
    }
  }

  /** Of an error that comes of both, the file is asked whether it is its own. */
  private static long take(FileChannel file, long at, long left, DirectOutput out, Path place)
      throws IOException {
    try {
      return out.take(file, at, left);
    } catch (IOException e) {
      if (file.isOpen() && !(e instanceof ClosedChannelException)) {
        read(file, ByteBuffer.allocate(1), at, place);
      }
      throw e;
    }
  }

  private static int copyPiece(
      FileChannel file, long at, long left, byte[] buffer, OutputStream out, Path place)
      throws IOException {
    int most = (int) Math.min(left, buffer.length);
    int read = read(file, ByteBuffer.wrap(buffer, 0, most), at, place);
    out.write(buffer, 0, read);
    return read;
  }

  private static int read(FileChannel file, ByteBuffer into, long at, Path place) {
    try {
      int read = file.read(into, at);
      if (read <= 0) {
        throw new IOException("it ends at %d".formatted(at));
      }
      return read;
    } catch (IOException e) {
      throw Trouble.reading(place, e);
    }
  }

  /** Whoever writes to a file cannot set back its ctime. */
  @Override
  public Optional<String> state(Digest digest) {
    Path place = place(digest);
    try {
      return Optional.of(
          Files.readAttributes(place, "unix:ino,size,ctime", LinkOption.NOFOLLOW_LINKS).toString());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw Trouble.reading(place, e);
    }
  }

  @Override
  public List<Blob> list() {
    List<Blob> blobs = new ArrayList<>();
    each(blobs::add);
    return blobs;
  }

  @Override
  public void each(Consumer<Blob> reader) {
    for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
      Path root = folder.resolve(algorithm.prefix());
      for (String prefix : Folders.names(root)) {
        for (String hex : Folders.names(root.resolve(prefix))) {
          Digest digest = Names.digest(algorithm, hex, root.resolve(prefix));
          size(digest).ifPresent(size -> reader.accept(new Blob(digest, size)));
        }
      }
    }
  }

  @Override
  public Optional<Instant> kept(Digest digest) {
    Path place = place(digest);
    try {
      return Optional.of(Files.getLastModifiedTime(place, LinkOption.NOFOLLOW_LINKS).toInstant());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw Trouble.reading(place, e);
    }
  }

  /** Folders stay: there are few, and another thread may be about to put a blob into one. */
  @Override
  public boolean remove(Digest digest) {
    Path place = place(digest);
    try {
      return Files.deleteIfExists(place);
    } catch (IOException e) {
      throw Trouble.writing(place, e);
    }
  }

  @Override
  public List<Leftover> leftovers(Instant before) {
    return incoming.leftovers(before);
  }

  @Override
  public boolean discard(Leftover leftover) {
    try {
      return incoming.discard(leftover.id());
    } catch (IOException e) {
      throw Trouble.writing(folder, e);
    }
  }

  private InputStream open(Digest digest) throws IOException {
    Path place = place(digest);
    try {
      // A link or a pipe in the place of a blob would lead elsewhere, or never end.
      if (!Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isRegularFile()) {
        throw Failure.badEvidence("blob %s is not a file".formatted(digest), RESTORE);
      }
    } catch (NoSuchFileException e) {
      throw Failure.badEvidence("blob %s is missing".formatted(digest), RESTORE);
    }
    return Files.newInputStream(place, LinkOption.NOFOLLOW_LINKS);
  }

  private static void requireSame(Digest wanted, Digest found) {
    if (!found.equals(wanted)) {
      throw Failure.badEvidence(
          "blob %s was altered: its bytes have %s".formatted(wanted, found), RESTORE);
    }
  }

  private Path place(Digest digest) {
    return folder
        .resolve(digest.algorithm().prefix())
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex());
  }

  /** Gives a finished part its place. When this returns, it survives a crash of the machine. */
  void keep(Path part, Digest digest) throws IOException {
    Path place = place(digest);
    Folders.create(parentOf(place));
    SyncedFolder.put(
        place,
        () -> {
          boolean isNew = !Files.exists(place, LinkOption.NOFOLLOW_LINKS);
          // Replacing what is there is right: it holds these bytes, or has been altered since.
          Files.move(
              part, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
          return isNew;
        });
  }

  private static Path parentOf(Path place) {
    return java.util.Objects.requireNonNull(place.getParent());
  }
}
