package dev.selfsame.deploy.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.LoadResponseItem;
import com.github.dockerjava.api.model.ResponseItem;
import dev.selfsame.docker.Daemon;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The images of one daemon. */
final class Images {
  private final Connection connection;

  Images(Connection connection) {
    this.connection = connection;
  }

  Daemon daemon() {
    return connection.daemon();
  }

  /**
   * Whether there is one.
   *
   * @param id with its scheme
   */
  boolean has(String id) throws InterruptedException {
    return connection.ask(
        "describe the image",
        docker -> {
          try {
            String found = String.valueOf(docker.inspectImageCmd(id).exec().getId());
            return found.equals(id) || id.equals("sha256:" + found);
          } catch (NotFoundException e) {
            return false;
          }
        });
  }

  /** How a container's image says that it is run; empty where that is gone. */
  Optional<Shape.Image> of(Seen container) throws InterruptedException {
    return connection.ask(
        "describe image " + container.image(),
        docker -> {
          try {
            InspectImageResponse said = docker.inspectImageCmd(container.image()).exec();
            return Optional.ofNullable(said.getConfig())
                .map(config -> Shape.Image.of(config, Shape.written(said, "Config")));
          } catch (NotFoundException e) {
            return Optional.<Shape.Image>empty();
          }
        });
  }

  /**
   * Has it take an image.
   *
   * @param tar in the form of {@code docker save}
   */
  void load(InputStream tar) throws InterruptedException {
    String what = "load the image";
    Optional<String> trouble =
        connection.send(
            what,
            docker -> {
              Loading loading = new Loading();
              try {
                docker.loadImageAsyncCmd(tar).exec(loading).awaitCompletion();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              loading.rethrow();
              return loading.trouble();
            });
    if (trouble.isPresent()) {
      throw connection.undecided(what, trouble.get(), new IOException(trouble.get()));
    }
  }

  /** Docker says what failed in an answer that has begun well. */
  private static final class Loading extends ResultCallback.Adapter<LoadResponseItem> {
    private volatile @Nullable String trouble;
    private volatile @Nullable Throwable broken;

    /** The library's own writes it to stderr, with all that led to it. */
    @Override
    public void onError(Throwable error) {
      broken = error;
      onComplete();
    }

    void rethrow() {
      Throwable error = broken;
      if (error != null) {
        throw error instanceof RuntimeException known ? known : new IllegalStateException(error);
      }
    }

    @Override
    public void onNext(LoadResponseItem said) {
      if (said.isErrorIndicated()) {
        ResponseItem.ErrorDetail detail = said.getErrorDetail();
        String reason = detail == null ? null : detail.getMessage();
        trouble = reason == null ? "it does not say why" : reason;
      }
    }

    Optional<String> trouble() {
      return Optional.ofNullable(trouble);
    }
  }

  /** The id of one by its name, without a scheme; empty where there is none. */
  Optional<String> id(String name) throws InterruptedException {
    return connection.ask(
        "describe image " + name,
        docker -> {
          try {
            return Optional.ofNullable(docker.inspectImageCmd(name).exec().getId())
                .map(id -> id.replaceFirst("^sha256:", ""));
          } catch (NotFoundException e) {
            return Optional.<String>empty();
          }
        });
  }
}
