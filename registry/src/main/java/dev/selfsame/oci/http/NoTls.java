package dev.selfsame.oci.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

/**
 * Answers a TLS client of a server without TLS in plain HTTP, as Go's server does. Docker and
 * Podman try TLS first, and take only such an answer for a reason to go on without.
 */
final class NoTls implements ServerConnectionSelector {
  private static final int HANDSHAKE = 0x16;
  private static final int VERSION = 0x03;
  private static final byte[] ANSWER =
      """
      HTTP/1.1 400 Bad Request\r
      Content-Type: text/plain; charset=utf-8\r
      Connection: close\r
      Content-Length: 36\r
      \r
      this server speaks HTTP, without TLS\
      """
          .getBytes(StandardCharsets.US_ASCII);

  @Override
  public int bytesToIdentifyConnection() {
    return 2;
  }

  @Override
  public Support supports(BufferData data) {
    return data.read() == HANDSHAKE && data.read() == VERSION
        ? Support.SUPPORTED
        : Support.UNSUPPORTED;
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return Set.of();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new ServerConnection() {
      @Override
      public void handle(Limit limit) {
        // What was not read when a socket is closed takes the answer with it.
        context.dataReader().skip(context.dataReader().available());
        context.dataWriter().writeNow(BufferData.create(ANSWER));
      }

      @Override
      public Duration idleTime() {
        return Duration.ZERO;
      }

      @Override
      public void close(boolean interrupt) {}
    };
  }
}
