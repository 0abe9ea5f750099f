package dev.selfsame.compare;

import dev.selfsame.binary.BinaryFile;
import dev.selfsame.binary.DebugFile;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Debug files that were given with two binaries; each must be of one of them. */
final class DebugFiles implements AutoCloseable {
  private final List<DebugFile> files = new ArrayList<>();

  static DebugFiles open(List<Path> paths) {
    DebugFiles all = new DebugFiles();
    try {
      paths.forEach(path -> all.files.add(DebugFile.open(path)));
      return all;
    } catch (RuntimeException e) {
      all.close();
      throw e;
    }
  }

  /**
   * Gives each to the binary with its build-id.
   *
   * @throws Failure (usage) where neither has it
   */
  void join(BinaryFile a, BinaryFile b) {
    for (DebugFile file : files) {
      Optional<String> id = Optional.of(file.buildId());
      boolean ofA = a.buildId().equals(id);
      boolean ofB = b.buildId().equals(id);
      if (!ofA && !ofB) {
        throw Failure.usage(
            "%s belongs to another program: its build-id is %s, A's %s, B's %s"
                .formatted(
                    file.name(),
                    file.buildId(),
                    a.buildId().orElse("none"),
                    b.buildId().orElse("none")),
            "give the file that was split off one of the two");
      }
      if (ofA) {
        a.join(file);
      }
      if (ofB) {
        b.join(file);
      }
    }
  }

  @Override
  public void close() {
    files.forEach(DebugFile::close);
  }
}
