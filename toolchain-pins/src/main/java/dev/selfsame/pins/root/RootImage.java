package dev.selfsame.pins.root;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import dev.selfsame.digest.Digest;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Makes an image of a root. Jib cannot carry a root filesystem's links and modes from files, but it
 * passes a ready layer through byte for byte: so the layer is ours and the image is Jib's.
 */
final class RootImage {
  static final String ARCHIVE = "image.tar";
  static final String CONFIG = "config";
  static final String MANIFEST = "manifest";

  private final Path work;
  private final Root root;
  private final Path entries;
  private final String architecture;

  /**
   * @param work an empty folder, in which the archive is left
   * @param entries the root's list of entries
   * @param architecture as the OCI image specification names it, such as {@code amd64}
   */
  RootImage(Path work, Root root, Path entries, String architecture) {
    this.work = work;
    this.root = root;
    this.entries = entries;
    this.architecture = architecture;
  }

  /**
   * Writes the archive, with its digests beside it.
   *
   * @throws Failure (undecided) where the root on the disk is no longer what its DiffID says
   */
  void make() throws IOException, InterruptedException {
    Path base = work.resolve("base.tar");
    writeBase(base);
    JibContainer image = containerize(base);
    Files.writeString(work.resolve(CONFIG), image.getImageId().toString());
    Files.writeString(work.resolve(MANIFEST), image.getDigest().toString());
    Files.delete(base);
    FileTree.delete(work.resolve("layers"));
    FileTree.delete(work.resolve("application"));
  }

  /** The name that the loaded image gets. */
  static String nameOf(Digest diffId) {
    return "selfsame/root:" + diffId.hex();
  }

  private void writeBase(Path base) throws IOException {
    Path layer = work.resolve("layer.tar.gz");
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(layer), 1 << 17);
        StoredGzip gzip = new StoredGzip(file)) {
      Digest found = LayerTar.write(root.directory(), entries, gzip);
      if (!found.equals(root.diffId())) {
        throw new IOException("the root has changed on the disk: its DiffID is now " + found);
      }
    }
    String config =
        """
        {"architecture":"%s","os":"linux","created":"1970-01-01T00:00:00Z","config":{},\
        "rootfs":{"type":"layers","diff_ids":["%s"]}}\
        """
            .formatted(architecture, root.diffId());
    String manifest =
        """
        [{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar.gz"]}]\
        """
            .formatted(nameOf(root.diffId()));
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(
            new BufferedOutputStream(Files.newOutputStream(base), 1 << 17))) {
      add(tar, "config.json", config.getBytes(StandardCharsets.UTF_8));
      add(tar, "manifest.json", manifest.getBytes(StandardCharsets.UTF_8));
      TarArchiveEntry entry = new TarArchiveEntry("layer.tar.gz");
      entry.setSize(Files.size(layer));
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      tar.putArchiveEntry(entry);
      Files.copy(layer, tar);
      tar.closeArchiveEntry();
    }
    Files.delete(layer);
  }

  private static void add(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private JibContainer containerize(Path base) throws IOException, InterruptedException {
    try {
      return Jib.from(TarImage.at(base))
          .setPlatforms(Set.of(new Platform(architecture, "linux")))
          .setCreationTime(Instant.EPOCH)
          .containerize(
              Containerizer.to(TarImage.at(work.resolve(ARCHIVE)).named(nameOf(root.diffId())))
                  .setBaseImageLayersCache(work.resolve("layers"))
                  .setApplicationLayersCache(work.resolve("application"))
                  .setOfflineMode(true)
                  .setToolName("selfsame"));
    } catch (InvalidImageReferenceException e) {
      throw new IllegalStateException(e);
    } catch (RegistryException | CacheDirectoryCreationException | ExecutionException e) {
      throw new IOException("making an image of the root: " + e.getMessage(), e);
    }
  }
}
