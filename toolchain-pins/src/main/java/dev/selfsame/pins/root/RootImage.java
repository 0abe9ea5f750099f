package dev.selfsame.pins.root;

import com.google.cloud.tools.jib.api.JibContainer;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes an image of a root alone, of one layer. */
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
    ImageLayer layer = layer(root, entries, work.resolve("layer.tar.gz"));
    JibContainer image =
        new JibArchive(work, architecture, nameOf(root.diffId()))
            .write(List.of(layer), further -> further, work.resolve(ARCHIVE));
    Files.writeString(work.resolve(CONFIG), image.getImageId().toString());
    Files.writeString(work.resolve(MANIFEST), image.getDigest().toString());
  }

  /** The name that the loaded image gets. */
  static String nameOf(Digest diffId) {
    return "selfsame/root:" + diffId.hex();
  }

  /**
   * Writes a root as a layer.
   *
   * @throws IOException where the root on the disk is no longer what its DiffID says
   */
  static ImageLayer layer(Root root, Path entries, Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 17);
        StoredGzip gzip = new StoredGzip(out)) {
      Digest found = LayerTar.write(root.directory(), entries, gzip);
      if (!found.equals(root.diffId())) {
        throw new IOException("the root has changed on the disk: its DiffID is now " + found);
      }
    }
    return new ImageLayer(file, root.diffId());
  }
}
