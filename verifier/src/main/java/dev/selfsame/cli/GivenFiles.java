package dev.selfsame.cli;

import dev.selfsame.binary.bytes.Printable;
import dev.selfsame.docker.DockerFiles;
import dev.selfsame.where.Scratch;
import dev.selfsame.where.Where;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Files that a command was given, wherever they are; what had to be copied goes when it closes. */
final class GivenFiles implements AutoCloseable {
  private final Surroundings surroundings;
  private final Map<String, String> names = new HashMap<>();
  private @Nullable Scratch scratch;

  GivenFiles(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /**
   * The file on this machine; a local one costs nothing.
   *
   * @param given as {@link Where#parse} reads it
   * @throws dev.selfsame.outcome.Failure (usage) where it is written wrongly; (undecided) where it
   *     cannot be had; (bad evidence) where a registry's bytes do not have their digest
   */
  Path find(Path given) throws InterruptedException {
    Where where = Where.parse(given.toString());
    // Not by a switch over types: its bootstrap would cost two local files some milliseconds.
    Path found =
        where instanceof Where.Local local
            ? local.path()
            : Places.finder(surroundings, DockerFiles.PATIENCE).file(where, scratch());
    call(found, Printable.of(given.toString()));
    return found;
  }

  /** Has a file called so from now on. */
  void call(Path file, String name) {
    names.put(file.toString(), name);
  }

  /** How a file is called, printable: a copy's own path is one that nobody gave. */
  String name(String path) {
    return names.getOrDefault(path, Printable.of(path));
  }

  /** A private folder. */
  Scratch scratch() {
    Scratch made = scratch == null ? Scratch.create(Scratch.USUAL) : scratch;
    scratch = made;
    return made;
  }

  @Override
  public void close() {
    if (scratch != null) {
      scratch.close();
    }
  }
}
