package dev.selfsame.store.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Change;
import dev.selfsame.store.ChangeLog;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The log as a file of JSON lines, each with the SHA-256 of the line before it: a line that was
 * altered, left out or put in breaks the chain. A last line without its end was never acknowledged,
 * and is cut off.
 */
public final class FileChangeLog implements ChangeLog {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Place EMPTY = new Place(0, "0".repeat(64));
  private static final int LONGEST_LINE = 16 << 20;

  private final Path file;
  private final Clock clock;
  private final FileChannel channel;
  private final ReentrantLock syncing = new ReentrantLock();
  private volatile Place last;
  private volatile long synced;

  /** Why nothing more is written: what a failed sync left of earlier writes, nobody can tell. */
  private volatile @Nullable IOException broken;

  private long size;

  private FileChangeLog(Path file, Clock clock, FileChannel channel) {
    this.file = file;
    this.clock = clock;
    this.channel = channel;
    this.last = EMPTY;
  }

  /**
   * Opens the log, making it where it is absent, and reads it through.
   *
   * @throws Failure exit 4 where it was altered; exit 3 where it cannot be read or written
   */
  public static FileChangeLog open(Path file, Clock clock) {
    try {
      boolean made = !Files.exists(file);
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        return opened(file, clock, channel, made);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw Trouble.writing(file, e);
    }
  }

  private static FileChangeLog opened(Path file, Clock clock, FileChannel channel, boolean made)
      throws IOException {
    if (!lock(channel)) {
      throw Failure.undecided(
          "another server has the registry's repositories open: " + file,
          "end it, or name another folder with --data");
    }
    if (made) {
      AtomicFile.syncFolder(java.util.Objects.requireNonNull(file.getParent()));
    }
    FileChangeLog log = new FileChangeLog(file, clock, channel);
    log.size = log.readLines((_, _) -> {});
    channel.truncate(log.size);
    log.synced = log.last.seq();
    return log;
  }

  /** Two servers that write into one log would cut off each other's lines. */
  private static boolean lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  @Override
  public Place last() {
    return last;
  }

  @Override
  public Place append(Change change) {
    requireWhole();
    ObjectNode line = JSON.createObjectNode();
    long seq = last.seq() + 1;
    line.put("seq", seq);
    line.put("after", last.chain());
    line.put("at", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
    write(line, change);
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest, size + rest.position());
      }
    } catch (IOException e) {
      cutOff();
      throw Trouble.writing(file, e);
    }
    size += bytes.length;
    last = new Place(seq, Digest.sha256(bytes).hex());
    return last;
  }

  /** Half a line must not be followed by another. */
  private void cutOff() {
    try {
      channel.truncate(size);
    } catch (IOException e) {
      broken = e;
      throw Trouble.writing(file, e);
    }
  }

  @Override
  public void sync(long seq) {
    if (synced >= seq) {
      return;
    }
    syncing.lock();
    try {
      // Whoever held the lock may have done it for this one too.
      if (synced < seq) {
        requireWhole();
        long upTo = last.seq();
        channel.force(false);
        synced = upTo;
      }
    } catch (IOException e) {
      broken = e;
      throw Trouble.writing(file, e);
    } finally {
      syncing.unlock();
    }
  }

  private void requireWhole() {
    IOException why = broken;
    if (why != null) {
      throw Failure.undecided(
          "the disk has failed under %s: %s".formatted(file, why.getMessage()),
          "look at the disk, then start the server again",
          why);
    }
  }

  @Override
  public void read(Reader reader) {
    try {
      last = EMPTY;
      readLines(reader);
    } catch (IOException e) {
      throw Trouble.reading(file, e);
    }
  }

  /**
   * Reads every line, checking the chain.
   *
   * @return where the last whole line ends
   */
  private long readLines(Reader reader) throws IOException {
    long end = 0;
    channel.position(0);
    InputStream in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
    for (byte[] line = nextLine(in); line != null; line = nextLine(in)) {
      JsonNode node = parse(line);
      long seq = node.path("seq").asLong();
      if (seq != last.seq() + 1 || !node.path("after").asText().equals(last.chain())) {
        throw altered(last.seq() + 1, "it does not follow the line before it");
      }
      last = new Place(seq, Digest.sha256(line).hex());
      reader.take(last, change(node));
      end += line.length;
    }
    return end;
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
        throw altered(last.seq() + 1, "it is too long");
      }
    }
    return null;
  }

  private JsonNode parse(byte[] line) throws IOException {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw altered(last.seq() + 1, "it is not JSON");
    }
  }

  private Failure altered(long seq, String why) {
    return Failure.badEvidence(
        "line %d of %s was altered: %s".formatted(seq, file, why),
        "restore the file from a copy of the registry, after seeing who changed it");
  }

  private static void write(ObjectNode line, Change change) {
    line.put("repository", change.repository().value());
    switch (change) {
      case Change.Link(RepositoryName _, Digest blob) ->
          line.put("do", "link").put("blob", blob.toString());
      case Change.Unlink(RepositoryName _, Digest blob) ->
          line.put("do", "unlink").put("blob", blob.toString());
      case Change.DeleteManifest(RepositoryName _, Digest manifest) ->
          line.put("do", "delete").put("manifest", manifest.toString());
      case Change.DeleteTag(RepositoryName _, TagName tag) ->
          line.put("do", "untag").put("tag", tag.value());
      case Change.Put(RepositoryName _, StoredManifest manifest, List<TagName> tags) -> {
        line.put("do", "put").put("manifest", manifest.digest().toString());
        line.put("mediaType", manifest.mediaType());
        if (manifest.subject() != null) {
          line.put("subject", manifest.subject().toString());
        }
        if (manifest.artifactType() != null) {
          line.put("artifactType", manifest.artifactType());
        }
        line.put("descriptor", manifest.descriptor());
        line.put("bytes", Base64.getEncoder().encodeToString(manifest.bytes()));
        tags.forEach(tag -> line.withArray("tags").add(tag.value()));
      }
    }
  }

  private Change change(JsonNode line) {
    try {
      RepositoryName repository = new RepositoryName(line.path("repository").asText());
      return switch (line.path("do").asText()) {
        case "link" -> new Change.Link(repository, digest(line, "blob"));
        case "unlink" -> new Change.Unlink(repository, digest(line, "blob"));
        case "delete" -> new Change.DeleteManifest(repository, digest(line, "manifest"));
        case "untag" -> new Change.DeleteTag(repository, new TagName(line.path("tag").asText()));
        case "put" -> put(repository, line);
        default -> throw new IllegalArgumentException("it does nothing that is known");
      };
    } catch (IllegalArgumentException e) {
      throw altered(last.seq(), String.valueOf(e.getMessage()));
    }
  }

  private static Change put(RepositoryName repository, JsonNode line) {
    List<TagName> tags = new ArrayList<>();
    line.path("tags").forEach(tag -> tags.add(new TagName(tag.asText())));
    return new Change.Put(
        repository,
        new StoredManifest(
            digest(line, "manifest"),
            line.path("mediaType").asText(),
            Base64.getDecoder().decode(line.path("bytes").asText()),
            line.has("subject") ? digest(line, "subject") : null,
            line.has("artifactType") ? line.path("artifactType").asText() : null,
            line.path("descriptor").asText()),
        tags);
  }

  private static Digest digest(JsonNode line, String field) {
    return Digest.parse(line.path(field).asText());
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw Trouble.writing(file, e);
    }
  }
}
