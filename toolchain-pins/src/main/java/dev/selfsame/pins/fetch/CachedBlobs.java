package dev.selfsame.pins.fetch;

import dev.selfsame.digest.Digest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What the cache has of downloads, whatever they belong to: packages, layers of images, indices of
 * suites.
 */
public final class CachedBlobs {
  private final Path folder;

  /**
   * @param cacheFolder such as {@code ~/.cache/selfsame}
   */
  public CachedBlobs(Path cacheFolder) {
    this.folder = cacheFolder.resolve("blobs").resolve(Digest.Algorithm.SHA256.prefix());
  }

  /**
   * What was looked at.
   *
   * @param count how many downloads
   * @param damaged those whose bytes do not have the digest that their name says, sorted
   */
  public record Check(int count, List<Path> damaged) {
    public Check {
      damaged = List.copyOf(damaged);
    }
  }

  /**
   * Hashes them again.
   *
   * @param except those that need not be looked at
   * @param repair whether what is damaged is removed, so that it is fetched anew
   */
  public Check check(Set<Digest> except, boolean repair) {
    int count = 0;
    List<Path> damaged = new ArrayList<>();
    try {
      for (Path blob : all()) {
        Digest digest = Digest.ofSha256Hex(blob.getFileName().toString());
        if (!except.contains(digest)) {
          count++;
          if (!Digest.sha256(blob).equals(digest)) {
            damaged.add(blob);
            if (repair) {
              Files.deleteIfExists(blob);
            }
          }
        }
      }
    } catch (IOException e) {
      throw DiskTrouble.failure("checking downloads", folder, e);
    }
    return new Check(count, damaged);
  }

  private List<Path> all() throws IOException {
    List<Path> all = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            folder, file -> file.getFileName().toString().matches("[0-9a-f]{64}"))) {
      files.forEach(all::add);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    all.sort(null);
    return all;
  }
}
