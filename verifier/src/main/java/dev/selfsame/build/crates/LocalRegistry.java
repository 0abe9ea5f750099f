package dev.selfsame.build.crates;

import static java.util.Objects.requireNonNull;

import dev.selfsame.evidence.BuildRecord.Crate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
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

  /**
   * About how many bytes Cargo takes to unpack a registry's crates, a page for each file's end
   * counted.
   *
   * <p>Source: RFC 1952, 2.3.1, ISIZE: the last four bytes of a gzip file are the size of what it
   * holds.
   */
  public static long unpackedBytes(Path folder) throws IOException {
    long bytes = 0;
    try (DirectoryStream<Path> crates = Files.newDirectoryStream(folder, "*.crate")) {
      for (Path crate : crates) {
        try (FileChannel channel = FileChannel.open(crate)) {
          ByteBuffer size = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          channel.read(size, Math.max(0, channel.size() - Integer.BYTES));
          bytes += Integer.toUnsignedLong(size.getInt(0));
        }
      }
    }
    return bytes + bytes / 2;
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
