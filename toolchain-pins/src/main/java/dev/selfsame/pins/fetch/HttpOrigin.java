package dev.selfsame.pins.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A URL. It is told no password; a {@code file:} URL is read from the disk. */
public final class HttpOrigin implements Origin {
  private static final Duration HEADERS = Duration.ofSeconds(30);

  private final ProxiedClient client;
  private final URI uri;

  public HttpOrigin(ProxiedClient client, URI uri) {
    this.client = client;
    this.uri = uri;
  }

  /** A client for origins. */
  public static ProxiedClient client(Proxies proxies) {
    return new ProxiedClient(proxies, Duration.ofSeconds(15), HttpClient.Version.HTTP_1_1);
  }

  @Override
  public String name() {
    return Address.place(uri);
  }

  @Override
  public Answer open(long from) throws IOException, InterruptedException {
    try {
      if ("file".equalsIgnoreCase(uri.getScheme())) {
        return new Answer(0, Files.newInputStream(Path.of(uri)));
      }
      Map<String, String> range = from > 0 ? Map.of("Range", "bytes=" + from + "-") : Map.of();
      return answer(client.get(uri, HEADERS, range), from);
    } catch (IllegalArgumentException e) {
      throw new IOException("nothing can be fetched from this address", e);
    }
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
