package dev.selfsame.where;

import dev.selfsame.files.GzipStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A layer's entries in their order. */
final class LayerEntries {
  private static final long MAX_ENTRIES = 2_000_000;
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private LayerEntries() {}

  /** Takes one. */
  interface Taker {
    /**
     * Takes the next one.
     *
     * @param name in its clean form
     * @param content of a file, to be read before the next entry
     */
    void take(TarArchiveEntry entry, String name, InputStream content) throws IOException;
  }

  /**
   * Goes through a layer, as it is or compressed by gzip.
   *
   * @param effort what is unpacked is counted there
   * @throws IOException where it is damaged, or has too many
   */
  static void each(Path layer, Effort effort, Taker taker) throws IOException {
    try (InputStream in = open(layer)) {
      TarArchiveInputStream tar = new TarArchiveInputStream(effort.metered(in), "UTF-8");
      long count = 0;
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        if (++count > MAX_ENTRIES) {
          throw new IOException("a layer has too many entries");
        }
        taker.take(e, ImagePath.clean(e.getName()), tar);
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("a damaged entry", e);
    }
  }

  /** Whether an entry of that name is a whiteout that hides a path of the layers below. */
  static boolean hides(String name, String path) {
    int slash = name.lastIndexOf('/') + 1;
    String folder = name.substring(0, slash);
    String base = name.substring(slash);
    if (base.equals(OPAQUE)) {
      return path.startsWith(folder);
    }
    String hidden = base.startsWith(WHITEOUT) ? folder + base.substring(WHITEOUT.length()) : "";
    return !hidden.isEmpty() && (path.equals(hidden) || path.startsWith(hidden + "/"));
  }

  private static InputStream open(Path layer) throws IOException {
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(layer), 1 << 17);
    in.mark(4);
    byte[] magic = in.readNBytes(4);
    in.reset();
    if (magic.length >= 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b) {
      return new GzipStream(in, 1 << 16);
    } else if (magic.length == 4 && (magic[0] & 0xff) == 0x28 && (magic[1] & 0xff) == 0xb5) {
      in.close();
      throw new IOException("a layer is compressed with zstd, which is not read here");
    }
    return in;
  }
}
