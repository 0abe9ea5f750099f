package dev.selfsame.store.file;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ChainedLine;
import dev.selfsame.store.Change;
import dev.selfsame.store.ChangeFields;
import dev.selfsame.store.ChangeLog;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;

/** The log as a {@link ChainedFile}. */
public final class FileChangeLog implements ChangeLog {
  private final Path file;
  private final ChainedFile lines;

  private FileChangeLog(Path file, ChainedFile lines) {
    this.file = file;
    this.lines = lines;
  }

  /**
   * Opens the log, making it where it is absent, and reads its last line.
   *
   * @throws Failure exit 4 where it was altered; exit 3 where it cannot be read or written, or
   *     another server has it open
   */
  public static FileChangeLog open(Path file, Clock clock) {
    return new FileChangeLog(file, ChainedFile.open(file, clock));
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
    return lines.append(at, line -> ChangeFields.write(line, change));
  }

  @Override
  public void sync(long seq) {
    lines.sync(seq);
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
    Change change;
    try {
      at = ChainedLine.at(line);
      change = ChangeFields.read(line);
    } catch (IllegalArgumentException e) {
      throw ChainedFile.altered(file, place.seq(), String.valueOf(e.getMessage()));
    }
    reader.take(place, at, change);
  }

  @Override
  public void close() {
    lines.close();
  }
}
