package dev.selfsame.build.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Image;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The daemon's images that are a pinned root and nothing else. A name proves nothing: an image
 * counts only when its one layer has the DiffID.
 */
final class Images {
  private static final String REPOSITORY = "selfsame-root";

  private final DockerClient client;
  private final Function<Digest, Path> archives;

  Images(DockerClient client, Function<Digest, Path> archives) {
    this.client = client;
    this.archives = archives;
  }

  /** The id of the image that is the root {@code diffId}, loaded where the daemon lacks it. */
  String provide(Digest diffId) throws IOException {
    String tag = diffId.hex();
    Optional<String> known = inspect(REPOSITORY + ":" + tag, diffId);
    if (known.isPresent()) {
      return known.get();
    }
    try (InputStream archive = Files.newInputStream(archives.apply(diffId))) {
      client.loadImageAsyncCmd(archive).start().awaitMessage();
    }
    for (Image image : client.listImagesCmd().exec()) {
      Optional<String> found = inspect(image.getId(), diffId);
      if (found.isPresent()) {
        client.tagImageCmd(found.get(), REPOSITORY, tag).exec();
        return found.get();
      }
    }
    throw Failure.undecided(
        "the daemon has no image with the layer " + diffId + " after loading it",
        "fetch the pin again: selfsame pins fetch");
  }

  private Optional<String> inspect(String name, Digest diffId) {
    try {
      InspectImageResponse image = client.inspectImageCmd(name).exec();
      boolean same =
          image.getRootFS() != null
              && List.of(diffId.toString()).equals(image.getRootFS().getLayers());
      return same ? Optional.ofNullable(image.getId()) : Optional.empty();
    } catch (NotFoundException e) {
      return Optional.empty();
    } catch (DockerException e) {
      // Removed while we looked, or of a kind that this daemon cannot show.
      return Optional.empty();
    }
  }
}
