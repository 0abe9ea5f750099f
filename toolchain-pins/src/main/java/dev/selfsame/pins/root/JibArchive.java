package dev.selfsame.pins.root;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import dev.selfsame.files.FileTree;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * An image that Jib makes of layers that are ready. Jib cannot carry a root filesystem's links and
 * modes from files, and compresses what it packs itself by whatever zlib the JDK has; but a layer
 * that is gzip already it passes through byte for byte. So the layers are ours, the image is Jib's.
 */
final class JibArchive {
  private final Path work;
  private final String architecture;
  private final String name;

  /**
   * @param work a folder, in which nothing is left
   * @param architecture as the OCI image specification names it, such as {@code amd64}
   * @param name the name that the loaded image gets
   */
  JibArchive(Path work, String architecture, String name) {
    this.work = work;
    this.architecture = architecture;
    this.name = name;
  }

  /**
   * Writes the archive; the layers' files are used up.
   *
   * @param further what the image says beside its layers
   */
  JibContainer write(
      List<ImageLayer> layers, UnaryOperator<JibContainerBuilder> further, Path archive)
      throws IOException, InterruptedException {
    Path base = work.resolve("base.tar");
    writeBase(layers, base);
    try {
      JibContainerBuilder image =
          Jib.from(TarImage.at(base))
              .setPlatforms(Set.of(new Platform(architecture, "linux")))
              .setCreationTime(Instant.EPOCH);
      return further
          .apply(image)
          .containerize(
              Containerizer.to(TarImage.at(archive).named(name))
                  .setBaseImageLayersCache(work.resolve("layers"))
                  .setApplicationLayersCache(work.resolve("application"))
                  .setOfflineMode(true)
                  .setToolName("selfsame"));
    } catch (InvalidImageReferenceException e) {
      throw new IllegalStateException(e);
    } catch (RegistryException | CacheDirectoryCreationException | ExecutionException e) {
      throw new IOException("making an image: " + e.getMessage(), e);
    } finally {
      Files.deleteIfExists(base);
      FileTree.delete(work.resolve("layers"));
      FileTree.delete(work.resolve("application"));
    }
  }

  /** The layers as Docker's own archive, the form in which Jib takes a base. */
  private void writeBase(List<ImageLayer> layers, Path base) throws IOException {
    String diffIds =
        layers.stream()
            .map(layer -> "\"" + layer.diffId() + "\"")
            .collect(Collectors.joining(",", "[", "]"));
    String files =
        layers.stream()
            .map(layer -> "\"" + layer.file().getFileName() + "\"")
            .collect(Collectors.joining(",", "[", "]"));
    String config =
        """
        {"architecture":"%s","os":"linux","created":"1970-01-01T00:00:00Z","config":{},\
        "rootfs":{"type":"layers","diff_ids":%s}}\
        """
            .formatted(architecture, diffIds);
    String manifest =
        """
        [{"Config":"config.json","RepoTags":["%s"],"Layers":%s}]\
        """
            .formatted(name, files);
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(
            new BufferedOutputStream(Files.newOutputStream(base), 1 << 17))) {
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      add(tar, "config.json", config.getBytes(StandardCharsets.UTF_8));
      add(tar, "manifest.json", manifest.getBytes(StandardCharsets.UTF_8));
      for (ImageLayer layer : layers) {
        TarArchiveEntry entry = new TarArchiveEntry(layer.file().getFileName().toString());
        entry.setSize(Files.size(layer.file()));
        tar.putArchiveEntry(entry);
        Files.copy(layer.file(), tar);
        tar.closeArchiveEntry();
        Files.delete(layer.file());
      }
    }
  }

  private static void add(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }
}
