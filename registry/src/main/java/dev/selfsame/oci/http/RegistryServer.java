package dev.selfsame.oci.http;

import dev.selfsame.oci.DeployRepositories;
import dev.selfsame.oci.EvidenceReading;
import dev.selfsame.oci.EvidenceWriting;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.net.InetSocketAddress;
import java.time.Duration;

/** The registry server, from its first answer to its last. */
public final class RegistryServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(RegistryServer.class.getName());

  /** Kept here, since a level that was set is forgotten with its logger. */
  private static final java.util.logging.Logger HELIDON =
      java.util.logging.Logger.getLogger("io.helidon");

  private static final java.util.logging.Logger LOOM =
      java.util.logging.Logger.getLogger("io.helidon.webserver.LoomServer");

  private static final Duration DRAIN = Duration.ofSeconds(20);
  private static final Duration IDLE = Duration.ofMinutes(2);
  private static final int MOST_HEADER_BYTES = 16 << 10;
  private static final int MOST_LINE_BYTES = 8 << 10;

  private final WebServer server;
  private final OciHandler handler;

  private RegistryServer(OciHandler handler, InetSocketAddress listen) {
    HELIDON.setLevel(java.util.logging.Level.WARNING);
    this.handler = handler;
    this.server =
        WebServer.builder()
            .host(listen.getHostString())
            .port(listen.getPort())
            .shutdownHook(false)
            .shutdownGracePeriod(DRAIN)
            .maxPayloadSize(-1)
            .idleConnectionTimeout(IDLE)
            .addConnectionSelector(new NoTls())
            .addProtocol(
                Http1Config.builder()
                    .maxHeadersSize(MOST_HEADER_BYTES)
                    .maxPrologueLength(MOST_LINE_BYTES)
                    .build())
            .addRouting(HttpRouting.builder().any(this::answer))
            .build();
  }

  /**
   * Starts it.
   *
   * @param listen where; port 0 for any that is free
   * @throws Failure exit 3 where the address cannot be had
   */
  public static RegistryServer start(
      StagingRepositories staging,
      DeployRepositories deploy,
      EvidenceReading reading,
      EvidenceWriting writing,
      InetSocketAddress listen) {
    EvidenceHandler evidence = new EvidenceHandler(reading, writing);
    RegistryServer started = new RegistryServer(new OciHandler(staging, deploy, evidence), listen);
    try {
      LOOM.setLevel(java.util.logging.Level.OFF);
      started.server.start();
    } catch (RuntimeException e) {
      throw cannotListen(listen, rootOf(e));
    } finally {
      LOOM.setLevel(null);
    }
    // Where the address is taken, Helidon logs that and returns as if all were well.
    if (!started.server.isRunning() || started.server.port() < 0) {
      throw cannotListen(listen, "is it taken, or not this machine's?");
    }
    return started;
  }

  private static Failure cannotListen(InetSocketAddress listen, String why) {
    return Failure.undecided(
        "cannot listen on %s:%d: %s".formatted(listen.getHostString(), listen.getPort(), why),
        "end what listens there, or choose another with --listen");
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  private void answer(ServerRequest request, ServerResponse response) {
    Exchange exchange = new Exchange(request, response);
    try {
      handler.handle(exchange);
    } catch (OciError e) {
      exchange.refuse(e.code().status(), e.code().word(), String.valueOf(e.getMessage()));
    } catch (Failure e) {
      trouble(exchange, e);
    } catch (IOException | UncheckedIOException e) {
      // The client is gone, or the store is in the middle of an answer: neither can be told.
      throw new ClosedException(e);
    }
  }

  private static void trouble(Exchange exchange, Failure e) {
    LOG.log(Logger.Level.WARNING, e.getMessage());
    if (exchange.begun()) {
      throw new ClosedException(e);
    }
    if (rootOf(e).contains("No space left")) {
      exchange.refuse(507, "UNAVAILABLE", "the registry's disk is full; nothing was kept");
    } else if (e.code() == ExitCode.BAD_EVIDENCE) {
      exchange.refuse(500, "UNKNOWN", String.valueOf(e.getMessage()));
    } else {
      exchange.refuse(503, "UNAVAILABLE", "the registry's storage cannot be used");
    }
  }

  private static String rootOf(Throwable e) {
    Throwable root = e;
    for (Throwable t = e; t != null; t = t.getCause()) {
      root = t;
    }
    return String.valueOf(root.getMessage());
  }

  /** Takes no more requests, and waits for those under way. */
  @Override
  public void close() {
    server.stop();
  }

  /**
   * An answer that cannot be ended: the connection is closed, so that nobody takes it for whole.
   */
  private static final class ClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClosedException(Throwable cause) {
      super(cause);
    }
  }
}
