package dev.selfsame.access;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A file of a program that runs for long: whenever it is another, it is read anew. So what was
 * taken back does not count until somebody starts the program again. Where it cannot be read, or is
 * malformed, the old content does not count any more either.
 */
public final class ChangingFile<T> implements Supplier<T> {
  private static final Duration STEP = Duration.ofMillis(100);

  private final Path file;
  private final Function<Path, T> reader;
  private final long everyNanos;
  private volatile @Nullable Read<T> read;

  /** What was read, what the file looked like then, and when that was last compared. */
  private record Read<T>(State state, T content, long at) {}

  /**
   * What a file looks like from outside.
   *
   * @param attributes inode, size and ctime, which nobody can set back
   * @param settled whether a change from now on shows in them: the system's clock for files goes by
   *     steps, of 10 ms at most
   */
  private record State(Map<String, Object> attributes, boolean settled) {
    boolean isStill(State later) {
      return settled && attributes.equals(later.attributes());
    }
  }

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
    State state = state();
    T content = last != null && last.state().isStill(state) ? last.content() : reader.apply(file);
    read = new Read<>(state, content, now);
    return content;
  }

  private State state() {
    try {
      Map<String, Object> attributes = Files.readAttributes(file, "unix:ino,size,ctime");
      boolean settled =
          attributes.get("ctime") instanceof FileTime changed
              && changed.toInstant().isBefore(Instant.now().minus(STEP));
      return new State(attributes, settled);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read %s: %s".formatted(file, e.getMessage()), "put it back, or name another", e);
    }
  }
}
