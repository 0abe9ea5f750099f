package dev.selfsame.deploy.docker;

import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Release.RunImage;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ToldOutput;
import dev.selfsame.where.Scratch;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Brings a promoted image to a daemon, out of the registry's own blobs: the daemon needs no way to
 * the registry, and each blob was hashed before it is handed on. Source of the form: Docker Image
 * Specification 1.2, Combined Image JSON + Filesystem Changeset Format.
 */
final class PromotedImage {
  private static final int MOST = 1 << 20;

  private final Images images;

  PromotedImage(Images images) {
    this.images = images;
  }

  /**
   * Loads it, unless the daemon has it.
   *
   * @return one line about it
   * @throws Failure exit 3 where it cannot be had, exit 4 where a blob is not what its digest says
   */
  String provide(Release release, RunImage image) throws InterruptedException {
    String id = image.config().toString();
    if (images.has(id)) {
      return "image %s was there".formatted(id);
    }
    try (Scratch scratch = Scratch.create(Scratch.USUAL)) {
      Path archive = archive(release, image, scratch);
      try (InputStream in = new BufferedInputStream(Files.newInputStream(archive), 1 << 17)) {
        images.load(in);
      }
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot make the image's archive: " + e.getMessage(),
          "check the folder for temporary files and its free space",
          e);
    }
    if (!images.has(id)) {
      throw Failure.undecided(
          "%s has no image %s after it was loaded".formatted(images.daemon().name(), id),
          "see whether it stores images by their configuration's digest, and has room");
    }
    return "image %s loaded, its id is the promoted configuration's digest".formatted(id);
  }

  /** The name that it is loaded by. */
  static String tag(ArtifactName name, Digest manifest) {
    return "selfsame.local/%s:%s".formatted(name, manifest.hex());
  }

  private static Path archive(Release release, RunImage image, Scratch scratch) throws IOException {
    List<Path> layers = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Digest layer : image.layers()) {
      Path file = scratch.empty();
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        release.blobs().copy(layer, new ToldOutput(file, channel));
      }
      layers.add(file);
      names.add("\"" + layer.hex() + "/layer.tar\"");
    }
    byte[] config = release.blobs().read(image.config(), MOST);
    String manifest =
        "[{\"Config\":\"%s.json\",\"RepoTags\":[\"%s\"],\"Layers\":[%s]}]"
            .formatted(
                image.config().hex(),
                tag(release.name(), image.manifest()),
                String.join(",", names));
    Path archive = scratch.empty();
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(
            new BufferedOutputStream(Files.newOutputStream(archive), 1 << 17))) {
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      add(tar, image.config().hex() + ".json", config);
      for (int i = 0; i < layers.size(); i++) {
        TarArchiveEntry entry = new TarArchiveEntry(image.layers().get(i).hex() + "/layer.tar");
        entry.setSize(Files.size(layers.get(i)));
        tar.putArchiveEntry(entry);
        Files.copy(layers.get(i), tar);
        tar.closeArchiveEntry();
      }
      add(tar, "manifest.json", manifest.getBytes(StandardCharsets.UTF_8));
    }
    return archive;
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
