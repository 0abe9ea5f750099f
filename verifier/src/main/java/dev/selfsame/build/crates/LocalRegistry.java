package dev.selfsame.build.crates;

import static java.util.Objects.requireNonNull;

import dev.selfsame.evidence.BuildRecord.Crate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A folder that Cargo takes as a {@code local-registry} source. */
public final class LocalRegistry {
  private LocalRegistry() {}

  /**
   * A crate that is on the disk.
   *
   * @param file the {@code .crate} file
   * @param indexLine its line of the index
   */
  public record Provided(Crate crate, Path file, String indexLine) {
    public Provided {
      requireNonNull(crate);
      requireNonNull(file);
      requireNonNull(indexLine);
    }
  }

  /** Makes the folder. Crate files are linked where the disk is the same, else copied. */
  public static void make(Path folder, List<Provided> crates) throws IOException {
    Map<String, StringBuilder> index = new TreeMap<>();
    Files.createDirectories(folder.resolve("index"));
    for (Provided provided : crates) {
      Crate crate = provided.crate();
      link(provided.file(), folder.resolve(fileName(crate)));
      index
          .computeIfAbsent(indexPath(crate.name()), path -> new StringBuilder())
          .append(provided.indexLine())
          .append('\n');
    }
    for (Map.Entry<String, StringBuilder> entry : index.entrySet()) {
      Path file = folder.resolve("index").resolve(entry.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, entry.getValue());
    }
  }

  static String fileName(Crate crate) {
    return "%s-%s.crate".formatted(crate.name(), crate.version());
  }

  /** Where a crate stands in an index. Source: The Cargo Book, Registry Index, Index Files. */
  static String indexPath(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return prefix(lower) + "/" + lower;
  }

  static String prefix(String name) {
    return switch (name.length()) {
      case 1 -> "1";
      case 2 -> "2";
      case 3 -> "3/" + name.charAt(0);
      default -> name.substring(0, 2) + "/" + name.substring(2, 4);
    };
  }

  private static void link(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(from, to);
    }
  }
}
