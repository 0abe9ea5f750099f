package dev.selfsame.binary;

import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Debug files that were given with binaries; each must be of one of them. */
public final class DebugFiles implements AutoCloseable {
  private final List<DebugFile> files = new ArrayList<>();

  private DebugFiles() {}

  /**
   * Opens them.
   *
   * @throws Failure as {@link DebugFile#open}
   */
  public static DebugFiles open(List<Path> paths) {
    DebugFiles all = new DebugFiles();
    try {
      paths.forEach(path -> all.files.add(DebugFile.open(path)));
      // A .debug file first: a stripped program's units are named there alone.
      all.files.sort(Comparator.comparing(DebugFile::named).reversed());
      return all;
    } catch (RuntimeException e) {
      all.close();
      throw e;
    }
  }

  /**
   * Gives each to the binaries that it is proved to be of.
   *
   * @throws Failure (usage) where it is of none; exit 3 where it cannot be told
   */
  public void join(BinaryFile... binaries) {
    for (DebugFile file : files) {
      List<String> refused = new ArrayList<>();
      for (BinaryFile binary : binaries) {
        Optional<String> why = binary.join(file);
        why.ifPresent(refused::add);
      }
      if (refused.size() == binaries.length) {
        throw Failure.usage(
            "%s belongs to another program: %s"
                .formatted(
                    file.name(), refused.stream().distinct().collect(Collectors.joining("; "))),
            "give the file that was split off this build");
      }
    }
  }

  @Override
  public void close() {
    files.forEach(DebugFile::close);
  }
}
