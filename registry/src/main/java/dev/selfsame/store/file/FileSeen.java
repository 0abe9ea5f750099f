package dev.selfsame.store.file;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels.Entry;
import dev.selfsame.store.Seen;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * What was seen, a small file each: {@code channels/REGISTRY/NAME/CHANNEL} with {@code SEQ
 * sha256:BUNDLE sha256:SIGNERS}, where older versions wrote no signers, {@code registries/ADDRESS}
 * with a registry's name, and {@code trust-roots/HEX}, SHA-256 of a path, with {@code VERSION
 * sha256:FILE}. Deleting a file forgets it.
 */
public final class FileSeen implements Seen {
  private static final int MOST_BYTES = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long RETRY_NANOS = 5_000_000;

  private final Path folder;
  private final Progress progress;

  /**
   * @param folder of this user; made when the first thing is noted
   * @param progress told when something cannot be noted
   */
  public FileSeen(Path folder, Progress progress) {
    this.folder = folder;
    this.progress = progress;
  }

  @Override
  public Optional<Remembered> newest(String registry, ArtifactName name, ChannelName channel) {
    Path file = place(registry, name, channel);
    return read(file).map(text -> remembered(text, file));
  }

  @Override
  public void note(
      String registry, ArtifactName name, ChannelName channel, Entry entry, Digest believing) {
    Remembered next = new Remembered(entry, Optional.of(believing));
    Wanted wanted =
        () -> newest(registry, name, channel).map(old -> old.isOlderThan(next)).orElse(true);
    if (wanted.still()) {
      keep(
          place(registry, name, channel),
          "%d %s %s".formatted(entry.seq(), entry.bundle(), believing),
          wanted);
    }
  }

  @Override
  public List<ArtifactName> names(String registry, ChannelName channel) {
    Path in = folder.resolve("channels").resolve(registry);
    return Folders.names(in).stream()
        .filter(name -> Files.exists(in.resolve(name).resolve(channel.value())))
        .map(name -> Names.artifact(name, in))
        .sorted()
        .toList();
  }

  @Override
  public Optional<String> registryAt(String origin) {
    return read(place(origin));
  }

  @Override
  public void noteRegistry(String origin, String registry) {
    keep(place(origin), registry, () -> registryAt(origin).isEmpty());
  }

  /** What was read from a trust root's file. */
  private record ReadRoot(long version, Digest bytes) {
    static ReadRoot parse(String text, Path file) {
      try {
        String[] parts = text.split(" ", -1);
        if (parts.length != 2) {
          throw new IllegalArgumentException("not two words");
        }
        return new ReadRoot(Long.parseLong(parts[0]), Digest.parse(parts[1]));
      } catch (IllegalArgumentException e) {
        throw Failure.undecided(
            "what was seen before is malformed: " + file, "delete it to forget it", e);
      }
    }
  }

  @Override
  public void requireNewest(Path trustRoot, long version, Digest bytes) {
    Path file = place(trustRoot);
    Optional<ReadRoot> before = read(file).map(text -> ReadRoot.parse(text, file));
    ReadRoot now = new ReadRoot(version, bytes);
    if (before.equals(Optional.of(now))) {
      return;
    }
    if (before.isPresent() && version <= before.get().version()) {
      throw Failure.badEvidence(
          "the trust root %s is of version %d%s, and was read as version %d before"
              .formatted(
                  trustRoot,
                  version,
                  version == before.get().version() ? " with another content" : "",
                  before.get().version()),
          "put the newest one back: what was taken back since counts in an old one; if it is meant,"
              + " delete "
              + file);
    }
    keep(
        file,
        "%d %s".formatted(version, bytes),
        () -> read(file).map(text -> ReadRoot.parse(text, file).version() < version).orElse(true));
  }

  @Override
  public void beginAnew(Path trustRoot) {
    try {
      Files.deleteIfExists(place(trustRoot));
    } catch (IOException e) {
      progress.note(
          "what was seen is still remembered: cannot delete %s: %s"
              .formatted(place(trustRoot), e.getMessage()));
    }
  }

  private Path place(Path trustRoot) {
    String path = trustRoot.toAbsolutePath().normalize().toString();
    return folder
        .resolve("trust-roots")
        .resolve(Digest.sha256(path.getBytes(StandardCharsets.UTF_8)).hex());
  }

  @Override
  public String forgetting(String registry, ArtifactName name, ChannelName channel) {
    return "delete " + place(registry, name, channel);
  }

  @Override
  public String forgetting(String origin) {
    return "delete " + place(origin);
  }

  private Path place(String registry, ArtifactName name, ChannelName channel) {
    return folder
        .resolve("channels")
        .resolve(registry)
        .resolve(Names.folderOf(name))
        .resolve(channel.value());
  }

  /** Of an address only what a file's name may have is kept as it is. */
  private Path place(String origin) {
    StringBuilder name = new StringBuilder();
    origin.chars().forEach(c -> name.append(isPlain(c) ? (char) c : '+'));
    return folder.resolve("registries").resolve(name.toString());
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  }

  private static Optional<String> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read what was seen before, %s: %s".formatted(file, e.getMessage()),
          "check its permissions, or delete it to forget it",
          e);
    }
  }

  private static Remembered remembered(String text, Path file) {
    try {
      String[] parts = text.split(" ", -1);
      if (parts.length < 2 || parts.length > 3) {
        throw new IllegalArgumentException("not two or three words");
      }
      return new Remembered(
          new Entry(Long.parseLong(parts[0]), Digest.parse(parts[1])),
          parts.length == 3 ? Optional.of(Digest.parse(parts[2])) : Optional.empty());
    } catch (IllegalArgumentException e) {
      throw Failure.undecided(
          "what was seen before is malformed: " + file, "delete it to forget it", e);
    }
  }

  /** What is asked under the lock is whether it is still worth keeping. */
  private interface Wanted {
    boolean still();
  }

  private void keep(Path file, String text, Wanted wanted) {
    try {
      Files.createDirectories(folder);
      Path lock = folder.resolve("lock");
      try (Turn _ =
              Turn.take(lock, PATIENCE)
                  .orElseThrow(() -> new IOException("another thread holds its lock"));
          FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = lock(channel)) {
        if (wanted.still()) {
          AtomicFile.write(file, text + "\n");
        }
      }
    } catch (IOException e) {
      progress.note(
          "what was seen is not remembered: cannot write %s: %s".formatted(file, e.getMessage()));
    }
  }

  private static FileLock lock(FileChannel channel) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("another process holds its lock");
      }
      LockSupport.parkNanos(RETRY_NANOS);
    }
  }
}
