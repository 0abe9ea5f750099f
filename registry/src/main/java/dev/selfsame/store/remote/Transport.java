package dev.selfsame.store.remote;

import dev.selfsame.pins.fetch.StallGuard;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * What is needed once to speak with a server however often it is asked: connections that are used
 * again, and one thread that ends those in which nothing comes any more. Whoever looks at a
 * registry again and again has one for all looks; it ends with the process.
 */
public final class Transport {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final Endpoint server;
  private final Duration patience;
  private final HttpClient client;
  private final StallGuard guard;

  private Transport(Endpoint server, Optional<SSLContext> tls, Duration patience) {
    this.server = server;
    this.patience = patience;
    boolean secure = server.origin().getScheme().equals("https");
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT.compareTo(patience) < 0 ? CONNECT : patience)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(secure ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
    tls.ifPresent(builder::sslContext);
    this.client = builder.build();
    this.guard = new StallGuard(patience);
  }

  /**
   * To one server, of which nothing is asked yet.
   *
   * @param tls whom to believe of its certificate; empty for whom the JDK believes
   */
  public static Transport to(Endpoint server, Optional<SSLContext> tls) {
    return to(server, tls, PATIENCE);
  }

  /**
   * As the other, with a patience of one's own.
   *
   * @param patience how long nothing may arrive
   */
  static Transport to(Endpoint server, Optional<SSLContext> tls, Duration patience) {
    return new Transport(server, tls, patience);
  }

  Endpoint server() {
    return server;
  }

  Duration patience() {
    return patience;
  }

  HttpClient client() {
    return client;
  }

  StallGuard guard() {
    return guard;
  }
}
