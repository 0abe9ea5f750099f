package dev.selfsame.access;

import dev.selfsame.files.FileLook;
import dev.selfsame.files.OftenSeen;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A file of a program that runs for long: whenever it is another, it is read anew. So what was
 * taken back does not count until somebody starts the program again. Where it cannot be read, or is
 * malformed, the old content does not count any more either.
 */
public final class ChangingFile<T> implements Changing<T> {
  private final Path file;
  private final OftenSeen seen;
  private final Function<Path, T> reader;
  private final long everyNanos;
  private volatile @Nullable Read<T> read;

  /** What was read, what the file looked like then, and when that was last compared. */
  private record Read<T>(FileLook look, boolean settled, T content, long at) {
    boolean isOf(FileLook now) {
      return settled && look.equals(now);
    }
  }

  /**
   * @param reader reads the file; throws {@link Failure} where that is not possible
   * @param every how long the file is taken to be as it was without a look at it
   */
  public ChangingFile(Path file, Function<Path, T> reader, Duration every) {
    this.file = file;
    this.seen = new OftenSeen(file);
    this.reader = reader;
    this.everyNanos = every.toNanos();
  }

  /**
   * The content as the file had it at the last look at it.
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
    return read(last, now);
  }

  @Override
  public T anew() {
    return read(read, System.nanoTime());
  }

  private T read(@Nullable Read<T> last, long now) {
    FileLook look = look();
    if (last != null && last.isOf(look)) {
      if (everyNanos > 0) {
        read = new Read<>(look, true, last.content(), now);
      }
      return last.content();
    }
    boolean settled = look.isSettled();
    T content = reader.apply(file);
    read = new Read<>(look, settled, content, now);
    return content;
  }

  private FileLook look() {
    try {
      return seen.look();
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read %s: %s".formatted(file, e.getMessage()), "put it back, or name another", e);
    }
  }
}
