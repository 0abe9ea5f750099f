package dev.selfsame.upkeep.layout;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.selfsame.digest.Digest;
import dev.selfsame.digest.DigestingInputStream;
import dev.selfsame.digest.RunningDigest;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * An image layout of unknown origin. Nothing outside of its folder is read: names come from digests
 * alone, and no symbolic link is followed.
 *
 * @param path the folder
 */
record LayoutFolder(Path path) {
  static final String REF_NAME = "org.opencontainers.image.ref.name";

  /** As much as a registry takes of a manifest. */
  static final int MOST_JSON = 4 << 20;

  /** So many levels of indexes within indexes are brought in and out. */
  static final int DEEPEST = 8;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(64).build())
                  .build())
          .build();

  /**
   * Opens a layout.
   *
   * @throws Failure exit 4 where it is none; exit 3 where it cannot be read
   */
  static LayoutFolder open(Path path) {
    if (!Files.isDirectory(path)) {
      throw Failure.usage("no folder at " + path, "name an OCI image layout");
    }
    LayoutFolder layout = new LayoutFolder(path);
    String version = layout.json("oci-layout").path("imageLayoutVersion").asText();
    if (!version.equals("1.0.0")) {
      throw bad("oci-layout says version '%s', not 1.0.0".formatted(version));
    }
    return layout;
  }

  static Failure bad(String why) {
    return Failure.badEvidence("malformed layout: " + why, "export it again; nothing was imported");
  }

  static Path place(Path folder, Digest digest) {
    return folder.resolve("blobs").resolve(digest.algorithm().prefix()).resolve(digest.hex());
  }

  /** The entries of the index, which name everything that is imported. */
  void index(Consumer<LayoutIndex.Entry> entries) {
    LayoutIndex.read(path, entries);
  }

  private JsonNode json(String name) {
    return parse(readAll(path.resolve(name), name), name);
  }

  static JsonNode parse(byte[] bytes, String name) {
    try {
      JsonNode root = JSON.readTree(bytes);
      if (root != null && root.isObject()) {
        return root;
      }
      throw bad(name + " is no JSON object");
    } catch (JsonProcessingException e) {
      throw bad("%s is no JSON: %s".formatted(name, e.getOriginalMessage()));
    } catch (IOException e) {
      throw bad(name + " is no JSON");
    }
  }

  /** A manifest's bytes, which have this digest. */
  byte[] manifest(Digest digest) {
    byte[] bytes = readAll(blob(digest), digest.toString());
    RunningDigest hash = new RunningDigest(digest.algorithm());
    hash.update(bytes, 0, bytes.length);
    requireSame(digest, hash.digest());
    return bytes;
  }

  /** The size of a blob whose bytes were hashed and have this digest. */
  long require(Digest digest) {
    try (InputStream in = open(digest);
        DigestingInputStream hash = new DigestingInputStream(in, digest.algorithm())) {
      hash.transferTo(OutputStream.nullOutputStream());
      long count = hash.count();
      requireSame(digest, hash.digest());
      return count;
    } catch (IOException e) {
      throw unreadable(digest.toString(), e);
    }
  }

  InputStream open(Digest digest) throws IOException {
    return Files.newInputStream(blob(digest), LinkOption.NOFOLLOW_LINKS);
  }

  private static void requireSame(Digest wanted, Digest found) {
    if (!found.equals(wanted)) {
      throw bad("the bytes of %s have %s".formatted(wanted, found));
    }
  }

  private Path blob(Digest digest) {
    Path folder = path.resolve("blobs");
    Path place = place(path, digest);
    for (Path each : new Path[] {folder, folder.resolve(digest.algorithm().prefix())}) {
      if (Files.isSymbolicLink(each)) {
        throw bad("a symbolic link stands at " + path.relativize(each));
      }
    }
    if (Files.isSymbolicLink(place)) {
      throw bad("a symbolic link stands at " + path.relativize(place));
    }
    if (!Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)) {
      throw bad("blob %s is missing".formatted(digest));
    }
    return place;
  }

  static void requireFile(Path file, String name) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw bad(name + (Files.isSymbolicLink(file) ? " is a symbolic link" : " is missing"));
    }
  }

  private static byte[] readAll(Path file, String name) {
    requireFile(file, name);
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(MOST_JSON + 1);
      if (bytes.length > MOST_JSON) {
        throw bad("%s has more than %d bytes".formatted(name, MOST_JSON));
      }
      return bytes;
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  static Failure unreadable(String name, IOException e) {
    return Failure.undecided(
        "cannot read %s of the layout: %s".formatted(name, e.getMessage()),
        "check its permissions",
        e);
  }
}
