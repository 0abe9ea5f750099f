package dev.selfsame.where;

import dev.selfsame.outcome.Failure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Finds one file in an image's layers, highest first (OCI Image 1.1, Image Layer Filesystem
 * Changeset): links are followed within the image, whiteouts hide what lower layers have.
 *
 * @param layers blobs from the lowest to the highest
 * @param image for messages
 */
record ImageFile(List<Path> layers, String image) {
  private static final int MAX_LINKS = 16;
  private static final long MAX_ENTRIES = 2_000_000;
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  ImageFile {
    layers = List.copyOf(layers);
  }

  /** What a layer says of a path. */
  private sealed interface Found {
    record Copied(Path file) implements Found {}

    record Leads(String path) implements Found {}

    record Hidden() implements Found {}
  }

  Path copy(String path, Scratch scratch) throws IOException {
    String wanted = clean(path);
    for (int links = 0; links <= MAX_LINKS; links++) {
      Optional<Found> found = search(wanted, scratch);
      if (found.isEmpty() || found.get() instanceof Found.Hidden) {
        throw Failure.undecided(
            "no file %s in %s".formatted(path, image), "check the path within the image");
      } else if (found.get() instanceof Found.Copied(Path file)) {
        return file;
      } else if (found.get() instanceof Found.Leads(String target)) {
        wanted = target;
      }
    }
    throw Failure.undecided(
        "links lead in circles from %s in %s".formatted(path, image), "name the file itself");
  }

  private Optional<Found> search(String wanted, Scratch scratch) throws IOException {
    for (Path layer : layers.reversed()) {
      Optional<Found> found = search(layer, wanted, scratch);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<Found> search(Path layer, String wanted, Scratch scratch) throws IOException {
    Optional<Found> found = Optional.empty();
    try (InputStream in = open(layer)) {
      TarArchiveInputStream tar = new TarArchiveInputStream(in, "UTF-8");
      long count = 0;
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        if (++count > MAX_ENTRIES) {
          throw new IOException("a layer has too many entries");
        }
        String name = clean(e.getName());
        if (name.equals(wanted)) {
          return Optional.of(entry(e, tar, wanted, scratch));
        } else if (e.isSymbolicLink() && wanted.startsWith(name + "/")) {
          String rest = wanted.substring(name.length());
          return Optional.of(new Found.Leads(resolve(name, e.getLinkName()) + rest));
        } else if (hides(name, wanted)) {
          // What this layer itself has comes before what it hides of lower ones.
          found = Optional.of(new Found.Hidden());
        }
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("a damaged entry", e);
    }
    return found;
  }

  private Found entry(TarArchiveEntry entry, InputStream content, String name, Scratch scratch)
      throws IOException {
    if (entry.isSymbolicLink()) {
      return new Found.Leads(resolve(name, entry.getLinkName()));
    } else if (entry.isLink()) {
      return new Found.Leads(clean(entry.getLinkName()));
    } else if (!entry.isFile()
        || entry.isFIFO()
        || entry.isCharacterDevice()
        || entry.isBlockDevice()) {
      throw Failure.undecided(
          "%s in %s is no regular file".formatted(name, image), "name one file of the image");
    }
    return new Found.Copied(scratch.keep(name, content));
  }

  private static boolean hides(String name, String wanted) {
    int slash = name.lastIndexOf('/') + 1;
    String folder = name.substring(0, slash);
    String base = name.substring(slash);
    if (base.equals(OPAQUE)) {
      return wanted.startsWith(folder);
    }
    String hidden = base.startsWith(WHITEOUT) ? folder + base.substring(WHITEOUT.length()) : "";
    return !hidden.isEmpty() && (wanted.equals(hidden) || wanted.startsWith(hidden + "/"));
  }

  private static String resolve(String link, String target) {
    return target.startsWith("/")
        ? clean(target)
        : clean(link.substring(0, link.lastIndexOf('/') + 1) + target);
  }

  /** Names within the image's root: {@code ..} at the top stays there, as in a running system. */
  private static String clean(String name) {
    StringBuilder clean = new StringBuilder();
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        clean.setLength(Math.max(0, clean.lastIndexOf("/")));
      } else if (!part.isEmpty() && !part.equals(".")) {
        clean.append(clean.isEmpty() ? "" : "/").append(part);
      }
    }
    return clean.toString();
  }

  private static InputStream open(Path layer) throws IOException {
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(layer), 1 << 17);
    in.mark(4);
    byte[] magic = in.readNBytes(4);
    in.reset();
    if (magic.length >= 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b) {
      return new GZIPInputStream(in, 1 << 16);
    } else if (magic.length == 4 && (magic[0] & 0xff) == 0x28 && (magic[1] & 0xff) == 0xb5) {
      in.close();
      throw new IOException("a layer is compressed with zstd, which is not read here");
    }
    return in;
  }
}
