package dev.selfsame.deploy.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.transport.DockerHttpClient;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.docker.Daemon;
import dev.selfsame.docker.Said;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * To one daemon: each question is answered in time, or is undecided. What the daemon says of itself
 * is asked here; what it has, by {@link Containers}, {@link Inside} and {@link Images}.
 */
final class Connection implements AutoCloseable {
  /** How many times longer bytes may take than an answer. */
  private static final int BYTES = 10;

  private static final String MESSAGE = "\"message\":\"";

  private final DockerHttpClient http;
  private final DockerClient client;
  private final Daemon daemon;
  private final Secrets secrets;
  private final Duration patience;
  private @Nullable Version described;

  private Connection(Daemon daemon, Secrets secrets, Duration patience) {
    this.http = daemon.http();
    this.client = daemon.connect(http);
    this.patience = patience;
    this.daemon = daemon;
    this.secrets = secrets;
  }

  /**
   * Connects.
   *
   * @param patience how long one answer may take
   * @throws Failure exit 3 where its socket cannot be used
   */
  static Connection open(Daemon daemon, Duration patience, Secrets secrets) {
    Optional<String> obstacle = daemon.obstacle();
    if (obstacle.isPresent()) {
      throw Failure.undecided(
          "cannot reach %s: %s".formatted(daemon.name(), obstacle.get()),
          "start it, or set DOCKER_HOST or CONTAINER_HOST");
    }
    return new Connection(daemon, secrets, patience);
  }

  Daemon daemon() {
    return daemon;
  }

  /** What the library leaves out is asked over this, within {@link #ask} too. */
  DockerHttpClient http() {
    return http;
  }

  /** For what has a time of its own; all else is asked by {@link #ask}. */
  DockerClient client() {
    return client;
  }

  /** A text without the secrets of this deployment. */
  String mask(String text) {
    return secrets.mask(text);
  }

  /**
   * Asks the daemon.
   *
   * @param what for messages, such as {@code start agent}
   */
  <T> T ask(String what, Function<DockerClient, T> question) throws InterruptedException {
    return ask(what, patience, question);
  }

  private <T> T ask(String what, Duration most, Function<DockerClient, T> question)
      throws InterruptedException {
    // The library's own time-outs do not hold on Unix sockets.
    FutureTask<T> answer = new FutureTask<>(() -> question.apply(client));
    Thread.ofPlatform().daemon().name("engine").start(answer);
    try {
      return answer.get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw undecided(what, "no answer within %d s".formatted(most.toSeconds()), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failure failure) {
        throw failure;
      }
      throw undecided(what, Said.by(e), e);
    } finally {
      answer.cancel(true);
    }
  }

  /** As {@link #ask}, where many bytes go over: an image, a program. */
  <T> T send(String what, Function<DockerClient, T> question) throws InterruptedException {
    return ask(what, patience.multipliedBy(BYTES), question);
  }

  /** As {@link #ask}, where there is nothing to answer. */
  void tell(String what, Consumer<DockerClient> order) throws InterruptedException {
    ask(
        what,
        docker -> {
          order.accept(docker);
          return "";
        });
  }

  /**
   * Says that an answer was none.
   *
   * @param what as of {@link #ask}
   * @param said what the daemon said instead
   */
  Failure undecided(String what, String said, Exception e) {
    return Failure.undecided(
        secrets.mask("%s does not %s: %s".formatted(daemon.name(), what, message(said))),
        "see whether the daemon runs and has room: %s info".formatted(daemon.name()),
        e);
  }

  /** The message of an answer in JSON, else all of it. Podman's are of many thousand characters. */
  static String message(String said) {
    int start = said.indexOf(MESSAGE) + MESSAGE.length();
    if (start < MESSAGE.length()) {
      return said;
    }
    for (int i = start; i < said.length(); i++) {
      if (said.charAt(i) == '\\') {
        i++;
      } else if (said.charAt(i) == '"') {
        return said.substring(start, i);
      }
    }
    return said;
  }

  /** The daemon's machine, such as {@code amd64}. */
  String architecture() throws InterruptedException {
    return String.valueOf(described("say what machine it is on").getArch());
  }

  /** The engine and its version. */
  String version() throws InterruptedException {
    return daemon.name() + " " + String.valueOf(described("say its version").getVersion());
  }

  /**
   * What it says of itself, asked once: for each answer Podman asks the package manager of its
   * machine for every program that it works with.
   */
  private Version described(String what) throws InterruptedException {
    Version told = described;
    if (told == null) {
      told = ask(what, docker -> docker.versionCmd().exec());
      described = told;
    }
    return told;
  }

  /**
   * Whether it keeps what containers write in files of its own, which have no bound unless one is
   * set.
   */
  boolean logsInFiles() throws InterruptedException {
    return !daemon.isPodman()
        && ask(
                "say how it keeps logs",
                docker -> String.valueOf(docker.infoCmd().exec().getLoggingDriver()))
            .equals("json-file");
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      // Nothing was left to be said.
    }
  }
}
