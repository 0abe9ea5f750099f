package dev.selfsame.oci.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection from its first bytes on. Whoever sends none in time is left: Helidon would wait for
 * ever. A TLS client of a server without TLS is answered in plain HTTP, as Go's server does it:
 * Docker and Podman try TLS first, and take only such an answer for a reason to go on without.
 */
final class FirstBytes implements ServerConnectionSelector {
  private static final int HANDSHAKE = 0x16;
  private static final byte[] NO_TLS =
      """
      HTTP/1.1 400 Bad Request\r
      Content-Type: text/plain; charset=utf-8\r
      Connection: close\r
      Content-Length: 36\r
      \r
      this server speaks HTTP, without TLS\
      """
          .getBytes(StandardCharsets.US_ASCII);

  private final Pace pace;
  private final boolean secure;
  private final Http1ConnectionSelector http;

  /**
   * @param secure whether what comes here has come by TLS
   */
  FirstBytes(Pace pace, boolean secure, Http1Config config) {
    this.pace = pace;
    this.secure = secure;
    this.http = Http1ConnectionSelector.builder().config(config).build();
  }

  @Override
  public int bytesToIdentifyConnection() {
    return 0;
  }

  @Override
  public Support supports(BufferData data) {
    return Support.SUPPORTED;
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new Connection(context);
  }

  private final class Connection implements ServerConnection {
    private final ConnectionContext context;
    private final long since = System.nanoTime();
    private volatile @Nullable Whole whole;

    Connection(ConnectionContext context) {
      this.context = context;
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
      Wire.work(context, wire -> handle(wire, limit));
    }

    private void handle(Wire wire, Limit limit) throws InterruptedException {
      DataReader reader = wire.dataReader();
      try {
        pace.during(reader::ensureAvailable);
      } catch (DataReader.InsufficientDataAvailableException e) {
        throw new CloseConnectionException("nothing came", e);
      }
      if (!secure && reader.lookup() == HANDSHAKE) {
        // What was not read when a socket is closed takes the answer with it.
        reader.skip(reader.available());
        wire.dataWriter().writeNow(BufferData.create(NO_TLS));
        return;
      }
      ServerConnection http1 = http.connection(wire);
      whole = new Whole(wire, http1);
      http1.handle(limit);
    }

    @Override
    public Duration idleTime() {
      Whole now = whole;
      return now == null ? Duration.ofNanos(System.nanoTime() - since) : now.http1.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
      Whole now = whole;
      if (now != null) {
        now.wire.closed(() -> now.http1.close(interrupt));
      }
    }
  }

  /** A connection of which something has come. */
  private record Whole(Wire wire, ServerConnection http1) {}
}
