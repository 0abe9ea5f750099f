package dev.selfsame.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.ContainerFiles;
import dev.selfsame.where.Scratch;
import dev.selfsame.where.Where;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Takes files out of the containers of a Docker daemon, running or not. */
public final class DockerFiles implements ContainerFiles {
  private static final int MAX_LINKS = 16;

  private final Daemon daemon;

  /** The daemon that the docker program would ask. */
  public DockerFiles(Map<String, String> environment) {
    this.daemon = Daemon.docker(environment);
  }

  @Override
  public Path copy(Where.Container from, Scratch into) {
    Optional<String> obstacle = daemon.obstacle();
    if (obstacle.isPresent()) {
      throw Failure.undecided(
          "cannot reach Docker for %s: %s".formatted(from.text(), obstacle.get()),
          "start dockerd, or set DOCKER_HOST");
    }
    try (DockerClient client = daemon.connect()) {
      return copy(client, from, into);
    } catch (NotFoundException e) {
      throw Failure.undecided(
          "no such container or file: " + from.text(), "docker ps -a lists containers", e);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read %s: %s".formatted(from.text(), Said.by(e)), "check the container", e);
    } catch (RuntimeException e) {
      if (e instanceof Failure) {
        throw e;
      }
      throw Failure.undecided(
          "Docker does not give %s: %s".formatted(from.text(), Said.by(e)),
          "check that the daemon runs: docker version",
          e);
    }
  }

  private static Path copy(DockerClient client, Where.Container from, Scratch into)
      throws IOException {
    String path = from.path();
    for (int links = 0; links <= MAX_LINKS; links++) {
      try (InputStream in = client.copyArchiveFromContainerCmd(from.container(), path).exec();
          TarArchiveInputStream tar = new TarArchiveInputStream(in, "UTF-8")) {
        TarArchiveEntry entry = tar.getNextEntry();
        if (entry != null && entry.isSymbolicLink()) {
          path = Path.of(path).resolveSibling(entry.getLinkName()).normalize().toString();
          continue;
        }
        // The one file of an answer is never a hard link: there is nothing to link to.
        if (entry == null || !entry.isFile()) {
          throw Failure.undecided(
              from.text() + " is no regular file", "name one file of the container");
        }
        return into.keep(path, tar);
      }
    }
    throw Failure.undecided("links lead in circles from " + from.text(), "name the file itself");
  }
}
