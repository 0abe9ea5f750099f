package dev.selfsame.store.file;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.AuditMark;
import dev.selfsame.store.ChainedLine;
import dev.selfsame.store.Change;
import dev.selfsame.store.ChangeFields;
import dev.selfsame.store.ChangeLog;
import dev.selfsame.store.StoredManifest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The log as a {@link ChainedFile}. Its lines say up to where the audit log goes, too, which by
 * itself does not show that it was cut off: see {@link AuditMark}.
 */
public final class FileChangeLog implements ChangeLog {
  private final Path file;
  private final ChainedFile lines;
  private final Supplier<Place> audited;
  private Place noted = Place.START;

  private FileChangeLog(Path file, ChainedFile lines, Supplier<Place> audited) {
    this.file = file;
    this.lines = lines;
    this.audited = audited;
  }

  /**
   * Opens the log, making it where it is absent, and reads its last line.
   *
   * @param audited the last entry of the audit log that survives a crash; {@link Place#START} where
   *     there is none
   * @throws Failure exit 4 where it was altered; exit 3 where it cannot be read or written, or
   *     another server has it open
   */
  public static FileChangeLog open(Path file, Clock clock, Supplier<Place> audited) {
    return new FileChangeLog(file, ChainedFile.open(file, clock), audited);
  }

  @Override
  public Place last() {
    return lines.last();
  }

  @Override
  public Instant now() {
    return lines.now();
  }

  @Override
  public Place append(Change change, Instant at) {
    Place audit = audited.get();
    boolean isNew = !audit.equals(noted);
    Place place =
        lines.append(
            at,
            line -> {
              ChangeFields.write(line, change);
              if (isNew) {
                AuditMark.at("", audit).write(line);
              }
            });
    noted = audit;
    return place;
  }

  @Override
  public void sync(long seq) {
    lines.sync(seq);
  }

  @Override
  public Optional<String> trouble() {
    return lines.trouble();
  }

  @Override
  public StoredManifest manifest(Digest digest, String mediaType, long end, int length) {
    Change change;
    try {
      change = change(lines.line(end, length), 0, file);
    } catch (Failure e) {
      throw e.code() == ExitCode.BAD_EVIDENCE ? isGone(digest) : e;
    }
    if (change instanceof Change.Put(_, StoredManifest manifest, _)
        && manifest.digest().equals(digest)
        && manifest.mediaType().equals(mediaType)
        && digest.equals(Digest.ofContent(digest.algorithm(), manifest.bytes()))) {
      return manifest;
    }
    throw isGone(digest);
  }

  /** Clients are told this too, and not where the server has its files. */
  private Failure isGone(Digest manifest) {
    return Failure.badEvidence(
        "manifest %s is not in %s as it was put: the file was altered"
            .formatted(manifest, file.getFileName()),
        "restore the file from a copy of the registry, after seeing who changed it");
  }

  @Override
  public boolean holds(Place place) {
    return lines.holds(place);
  }

  @Override
  public void read(Place after, Reader reader) {
    lines.read(after, (place, line) -> take(place, line, reader, file));
  }

  /** Hands on what a line says. */
  static void take(Place place, JsonNode line, Reader reader, Path file) {
    Instant at;
    try {
      at = ChainedLine.at(line);
    } catch (IllegalArgumentException e) {
      throw ChainedFile.altered(file, place.seq(), String.valueOf(e.getMessage()));
    }
    reader.take(place, at, change(line, place.seq(), file));
  }

  private static Change change(JsonNode line, long seq, Path file) {
    try {
      return ChangeFields.read(line);
    } catch (IllegalArgumentException e) {
      throw ChainedFile.altered(file, seq, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    lines.close();
  }
}
