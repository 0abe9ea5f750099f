package dev.selfsame.pins.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A URL. It is given no credentials; a {@code file:} URL is read from the disk. */
public final class HttpOrigin implements Origin {
  private static final Duration HEADERS = Duration.ofSeconds(30);

  private final HttpClient client;
  private final URI uri;

  public HttpOrigin(HttpClient client, URI uri) {
    this.client = client;
    this.uri = uri;
  }

  /** A client for origins: follows redirects but never from https to http. */
  public static HttpClient client(Proxies proxies) {
    return HttpClient.newBuilder()
        .proxy(proxies)
        .connectTimeout(Duration.ofSeconds(15))
        .followRedirects(HttpClient.Redirect.NORMAL)
        .version(HttpClient.Version.HTTP_1_1)
        .build();
  }

  @Override
  public String name() {
    return Address.place(uri);
  }

  @Override
  public Answer open(long from) throws IOException, InterruptedException {
    HttpRequest.Builder request;
    try {
      if ("file".equalsIgnoreCase(uri.getScheme())) {
        return new Answer(0, Files.newInputStream(Path.of(uri)));
      }
      request = HttpRequest.newBuilder(uri).timeout(HEADERS).GET();
    } catch (IllegalArgumentException e) {
      throw new IOException("nothing can be fetched from this address", e);
    }
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    HttpResponse<InputStream> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    return answer(response, from);
  }

  /** Reads status and {@code Content-Range} (RFC 9110, section 14.4). */
  public static Answer answer(HttpResponse<InputStream> response, long from) throws IOException {
    int status = response.statusCode();
    if (status == 200) {
      return new Answer(0, response.body());
    }
    String range = response.headers().firstValue("Content-Range").orElse("");
    if (status == 206 && range.startsWith("bytes " + from + "-")) {
      return new Answer(from, response.body());
    }
    response.body().close();
    throw new IOException("status " + status);
  }
}
