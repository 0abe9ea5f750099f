package dev.selfsame.deploy.drift;

import static java.util.Objects.requireNonNull;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Where an alarm is posted to. Its address may be a secret, so messages name the host alone.
 *
 * @param address https, or http on this machine
 */
public record Webhook(URI address) {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int TRIES = 2;
  private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "[::1]", "localhost");

  public Webhook {
    requireNonNull(address);
  }

  /**
   * Reads an address.
   *
   * @throws Failure (usage) where it is none, or would send what runs where in the clear
   */
  public static Webhook parse(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw refused();
    }
    String host = uri.getHost();
    boolean safe =
        "https".equals(uri.getScheme())
            || ("http".equals(uri.getScheme()) && host != null && THIS_MACHINE.contains(host));
    boolean port = uri.getPort() == -1 || (uri.getPort() >= 1 && uri.getPort() <= 65_535);
    if (host == null || !safe || !port || uri.getFragment() != null || uri.getUserInfo() != null) {
      throw refused();
    }
    return new Webhook(uri);
  }

  private static Failure refused() {
    return Failure.usage(
        "the webhook's address does not do", "give https://…, or http://127.0.0.1:PORT/…");
  }

  /**
   * Posts a JSON document; any answer from 200 to 299 is taken. Tried twice, 5 s each. Redirects
   * are not followed.
   *
   * @return why it could not be delivered; empty where it was
   */
  public Optional<String> post(byte[] json) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json))
            .build();
    String why = "";
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    try {
      for (int i = 0; i < TRIES; i++) {
        try {
          int status = status(client, request);
          if (status / 100 == 2) {
            return Optional.empty();
          }
          why = "it answered with " + status;
        } catch (IOException e) {
          why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        }
      }
    } finally {
      client.shutdownNow();
    }
    return Optional.of("the webhook at %s was not told: %s".formatted(address.getHost(), why));
  }

  /** The request's time ends with the headers; a body that never ends is not waited for. */
  private static int status(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    answer.body().close();
    return answer.statusCode();
  }
}
