package dev.selfsame.deploy;

import dev.selfsame.deploy.DeployFile.Health;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** Asks what was deployed whether it is well, from this machine. */
public final class Probe {
  private static final Duration ANSWER = Duration.ofSeconds(5);

  /** So many answers in a row have to be bad before one that was well no longer counts as such. */
  private static final int BAD = 3;

  private final Health health;

  public Probe(Health health) {
    this.health = health;
  }

  /** Says whether what is asked still runs. */
  @FunctionalInterface
  public interface Alive {
    /** Why it does not run any more; empty where it does. */
    Optional<String> ended() throws InterruptedException;
  }

  /**
   * Waits until it is healthy and ready.
   *
   * @return what was asked and answered, one line
   * @throws Failure exit 1 where it ends, or is not well in time
   */
  public String await(Reach reach, Alive alive) throws InterruptedException {
    long end = System.nanoTime() + health.timeout().toNanos();
    try (HttpClient client = client()) {
      while (true) {
        Optional<String> bad = bad(client, reach);
        if (bad.isEmpty()) {
          return said(reach);
        }
        requireAlive(alive);
        if (System.nanoTime() >= end) {
          throw Failure.no(
              "it was not well within %s: %s".formatted(text(health.timeout()), bad.get()),
              "see its last lines; health.timeout gives it longer");
        }
        Thread.sleep(health.interval());
      }
    }
  }

  /**
   * Looks at it for some time.
   *
   * @throws Failure exit 1 where it ends, or three answers in a row are bad
   */
  public String watch(Duration time, Reach reach, Alive alive) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    int asked = 0;
    int bad = 0;
    try (HttpClient client = client()) {
      while (true) {
        requireAlive(alive);
        Optional<String> answer = bad(client, reach);
        asked++;
        bad = answer.isEmpty() ? 0 : bad + 1;
        if (bad >= BAD) {
          throw Failure.no(
              "it was well, and is no longer: " + answer.orElse(""), "see its last lines");
        }
        if (System.nanoTime() >= end && bad == 0) {
          return "well for %s, asked %d times".formatted(text(time), asked);
        }
        Thread.sleep(health.interval());
      }
    }
  }

  /** Asks once; empty where it is well, else what is wrong. */
  public Optional<String> ask(Reach reach) throws InterruptedException {
    try (HttpClient client = client()) {
      return bad(client, reach);
    }
  }

  private static void requireAlive(Alive alive) throws InterruptedException {
    Optional<String> ended = alive.ended();
    if (ended.isPresent()) {
      throw Failure.no(ended.get(), "see its last lines");
    }
  }

  private Optional<String> bad(HttpClient client, Reach reach) throws InterruptedException {
    Optional<String> another = reach.whose().another();
    if (another.isPresent()) {
      return another;
    }
    for (URI uri : addresses().toList()) {
      Optional<String> bad = bad(client, reach.at(uri));
      if (bad.isPresent()) {
        return bad;
      }
    }
    // Whoever has a port now may not have had it when it was asked, and the other way round.
    return reach.whose().another();
  }

  private Optional<String> bad(HttpClient client, URI uri) throws InterruptedException {
    HttpRequest get = HttpRequest.newBuilder(uri).timeout(ANSWER).GET().build();
    try {
      HttpResponse<InputStream> answer =
          client.send(get, HttpResponse.BodyHandlers.ofInputStream());
      // The time-out holds for the headers alone, and a body may never end: it is not read.
      answer.body().close();
      int status = answer.statusCode();
      return status / 100 == 2
          ? Optional.empty()
          : Optional.of("%s answers with %d".formatted(uri, status));
    } catch (IOException | IllegalArgumentException e) { // The latter of a port that is none.
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return Optional.of("%s does not answer: %s".formatted(uri, why));
    }
  }

  private Stream<URI> addresses() {
    return Stream.of(health.live(), health.ready()).flatMap(Optional::stream);
  }

  private String said(Reach reach) {
    return String.join(", ", addresses().map(uri -> reach.at(uri).toString()).toList())
        + " answered, by "
        + reach.described();
  }

  private static HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(2))
        .proxy(HttpClient.Builder.NO_PROXY)
        .build();
  }

  private static String text(Duration time) {
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }
}
