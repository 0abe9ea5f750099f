package dev.selfsame.deploy.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.selfsame.docker.Archive;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.Where;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** What is in one daemon's containers, written and read as tars. */
final class Inside {
  private final Connection connection;

  Inside(Connection connection) {
    this.connection = connection;
  }

  /** Unpacks a tar in a folder of a container. */
  void put(String id, String folder, byte[] tar) throws InterruptedException {
    put(id, folder, new ByteArrayInputStream(tar));
  }

  /** As the other, from a stream. */
  void put(String id, String folder, InputStream tar) throws InterruptedException {
    var _ =
        connection.send(
            "take files into " + folder,
            docker -> {
              docker
                  .copyArchiveToContainerCmd(id)
                  .withRemotePath(folder)
                  .withTarInputStream(tar)
                  .exec();
              return folder;
            });
  }

  /** Whether there is anything at a path. The daemon does not pack it for that. */
  boolean isThere(String id, String path) throws InterruptedException {
    return connection.ask(
        "tell of " + path,
        _ -> {
          try {
            return Archive.isThere(connection.http(), id, path);
          } catch (IOException e) {
            throw Failure.undecided(
                "cannot tell whether %s is in a container: %s".formatted(path, e.getMessage()),
                "run it again",
                e);
          }
        });
  }

  /**
   * Reads a file of a container as a tar.
   *
   * @return what the reader makes of it; empty where there is no such file
   */
  <T> Optional<T> read(String id, String path, Reader<T> reader) throws InterruptedException {
    return give(
        path,
        docker -> {
          try (InputStream tar = docker.copyArchiveFromContainerCmd(id, path).exec()) {
            return Optional.of(reader.read(tar));
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  /**
   * As {@link #read}, of what stands at a path itself: empty also where that is a symbolic link.
   */
  <T> Optional<T> readItself(String id, String path, Reader<T> reader) throws InterruptedException {
    return give(
        path,
        _ -> {
          Optional<Archive> found = Archive.itself(connection.http(), id, path);
          if (found.isEmpty()) {
            return Optional.empty();
          }
          try (Archive archive = found.get()) {
            return Optional.of(reader.read(archive.tar()));
          }
        });
  }

  private <T> Optional<T> give(String path, Giver<T> giver) throws InterruptedException {
    return connection.send(
        "give " + path,
        docker -> {
          try {
            return giver.give(docker);
          } catch (IOException e) {
            throw Failure.undecided(
                "cannot read %s of a container: %s".formatted(path, e.getMessage()),
                "run it again",
                e);
          }
        });
  }

  /** Where a symbolic link leads that stands at a path; empty where none does. */
  Optional<String> link(String id, String path) throws InterruptedException {
    Where.Engine engine =
        connection.daemon().isPodman() ? Where.Engine.PODMAN : Where.Engine.DOCKER;
    String text = "%s:%s:%s".formatted(engine.word(), id, path);
    return connection.ask(
        "tell of " + path,
        _ -> {
          try {
            return Archive.link(connection.http(), new Where.Container(text, engine, id, path));
          } catch (IOException e) {
            throw Failure.undecided(
                "cannot tell whether %s of a container is a link: %s"
                    .formatted(path, e.getMessage()),
                "run it again",
                e);
          }
        });
  }

  /** Asks for a file, and has it read. */
  @FunctionalInterface
  private interface Giver<T> {
    Optional<T> give(DockerClient docker) throws IOException;
  }

  /** Reads a tar. */
  @FunctionalInterface
  interface Reader<T> {
    T read(InputStream tar) throws IOException;
  }
}
