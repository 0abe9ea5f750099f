package dev.selfsame.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.ContainerState;
import dev.selfsame.where.OpenContainer;
import dev.selfsame.where.Scratch;
import dev.selfsame.where.Where;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

/** A container of a daemon that speaks Docker's API. */
final class DockerContainer implements OpenContainer {
  private static final int MAX_LINKS = 16;

  private final DockerHttpClient http;
  private final Where.Container place;
  private final Patience patience;

  private boolean silent;

  private DockerContainer(DockerHttpClient http, Where.Container place, Duration patience) {
    this.http = http;
    this.place = place;
    this.patience = new Patience(patience);
  }

  static DockerContainer open(Daemon daemon, Where.Container place, Duration patience) {
    return new DockerContainer(daemon.http(patience), place, patience);
  }

  @Override
  public ContainerState state() {
    return asking(() -> Described.state(http, place));
  }

  @Override
  public Taken take(String path, Scratch into) {
    return asking(() -> {
      try (Archive archive = file(path, Archive::ask)) {
        Path file = archive.copy(into, place.text(), patience);
        return new Taken(file, archive.stamp());
      }
    });
  }

  @Override
  public Stamp stamp(String path) {
    return asking(() -> {
      try (Archive archive = file(path, Archive::describe)) {
        return archive.stamp();
      }
    });
  }

  /** How a daemon is asked for what stands at a path. */
  @FunctionalInterface
  private interface Question {
    Archive ask(DockerHttpClient http, Where.Container place, String path) throws IOException;
  }

  /** The archive of a regular file, to be closed. */
  private Archive file(String path, Question question) throws IOException {
    String wanted = path;
    for (int links = 0; links <= MAX_LINKS; links++) {
      Archive archive = question.ask(http, place, wanted);
      if (archive.isFile()) {
        return archive;
      }
      try (archive) {
        if (!archive.isLink()) {
          throw Failure.undecided(
              "%s is no regular file in %s".formatted(wanted, place.container()),
              "name one file of the container");
        }
        // Followed by the daemon within the container's root; asked again, to know what is there.
        wanted = archive.target();
      }
    }
    throw Failure.undecided("links lead in circles from " + place.text(), "name the file itself");
  }

  private <T> T asking(Callable<T> work) {
    String engine = place.engine().title();
    try {
      return patience.of(work);
    } catch (Failure e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.undecided("interrupted", "run the command again", e);
    } catch (Patience.SilenceException e) {
      silent = true;
      throw Failure.undecided(
          "%s was silent for %d s about %s"
              .formatted(engine, patience.most().toSeconds(), place.text()),
          "check the daemon: %s version; selfsame verify waits longer by --timeout SECONDS"
              .formatted(place.engine().word()),
          e);
    } catch (Exception e) {
      throw Failure.undecided(
          "%s does not give %s: %s".formatted(engine, place.text(), Said.by(e)),
          "check that the daemon runs: %s version".formatted(place.engine().word()),
          e);
    }
  }

  @Override
  public void close() {
    if (silent) {
      // It may be as silent at the end, and nothing is waited for.
      Thread.ofPlatform().daemon().name("engine").start(this::hangUp);
    } else {
      hangUp();
    }
  }

  private void hangUp() {
    try {
      http.close();
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot close the connection to %s: %s".formatted(place.engine().title(), Said.by(e)),
          "run the command again",
          e);
    }
  }
}
