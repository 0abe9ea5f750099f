package dev.selfsame.access;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A file of a program that runs for long: whenever it is another, it is read anew. So what was
 * taken back does not count until somebody starts the program again. Where it cannot be read, or is
 * malformed, the old content does not count any more either.
 */
public final class ChangingFile<T> implements Supplier<T> {
  private final Path file;
  private final Function<Path, T> reader;
  private final long everyNanos;
  private volatile @Nullable Read<T> read;

  /** What was read, what the file looked like then, and when that was last compared. */
  private record Read<T>(String state, T content, long at) {}

  /**
   * @param reader reads the file; throws {@link Failure} where that is not possible
   * @param every how long the file is taken to be as it was without a look at it
   */
  public ChangingFile(Path file, Function<Path, T> reader, Duration every) {
    this.file = file;
    this.reader = reader;
    this.everyNanos = every.toNanos();
  }

  /**
   * The content as the file has it now.
   *
   * @throws Failure where it cannot be read
   */
  @Override
  public T get() {
    Read<T> last = read;
    long now = System.nanoTime();
    if (last != null && now - last.at() < everyNanos) {
      return last.content();
    }
    String state = state();
    T content = last != null && last.state().equals(state) ? last.content() : reader.apply(file);
    read = new Read<>(state, content, now);
    return content;
  }

  private String state() {
    try {
      return Files.readAttributes(file, "unix:ino,size,ctime").toString();
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read %s: %s".formatted(file, e.getMessage()), "put it back, or name another", e);
    }
  }
}
