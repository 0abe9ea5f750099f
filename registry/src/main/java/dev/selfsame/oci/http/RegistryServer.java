package dev.selfsame.oci.http;

import dev.selfsame.access.RateLimit;
import dev.selfsame.outcome.Failure;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/** The registry server, from its first answer to its last. */
public final class RegistryServer implements AutoCloseable {
  /** Kept here, since a level that was set is forgotten with its logger. */
  private static final java.util.logging.Logger HELIDON =
      java.util.logging.Logger.getLogger("io.helidon");

  private static final java.util.logging.Logger LOOM =
      java.util.logging.Logger.getLogger("io.helidon.webserver.LoomServer");

  private static final int MOST_HEADER_BYTES = 16 << 10;
  private static final int MOST_LINE_BYTES = 8 << 10;
  private static final int RELOAD_SECONDS = 2;

  private final WebServer server;
  private final Options options;
  private final Pace pace;
  private final StateHandler state;
  private final CountDownLatch closed = new CountDownLatch(1);

  private RegistryServer(Services services, Options options) {
    HELIDON.setLevel(java.util.logging.Level.WARNING);
    Limits limits = options.limits();
    this.options = options;
    this.pace = new Pace(limits.leastBytesPerSecond(), limits.slowAfter());
    Metrics metrics = new Metrics(pace, gauges(options));
    this.state = new StateHandler(options.checks(), metrics);
    Gate gate = new Gate(options.access(), new RateLimit(limits.requestsPerSecond()));
    Front front =
        new Front(
            options,
            gate,
            new OciHandler(services, gate, limits.blobBytes(), options.room()),
            new TokenHandler(gate, options.clock()),
            state,
            metrics,
            pace);
    this.server = web(options, pace, front);
  }

  private static Map<String, DoubleSupplier> gauges(Options options) {
    Map<String, DoubleSupplier> gauges = new HashMap<>(options.gauges());
    options
        .room()
        .ifPresent(room -> {
          gauges.put("registry_storage_free_bytes", () -> (double) room.free());
          gauges.put("registry_storage_reserve_bytes", () -> (double) room.reserve());
        });
    return gauges;
  }

  private static WebServer web(Options options, Pace pace, Front front) {
    Limits limits = options.limits();
    Http1Config http =
        Http1Config.builder()
            .maxHeadersSize(MOST_HEADER_BYTES)
            .maxPrologueLength(MOST_LINE_BYTES)
            .addReceiveListener(pace)
            .build();
    WebServerConfig.Builder web =
        WebServer.builder()
            .host(options.listen().getHostString())
            .port(options.listen().getPort())
            .shutdownHook(false)
            .shutdownGracePeriod(limits.drain())
            .maxPayloadSize(-1)
            .maxTcpConnections(limits.connections())
            .idleConnectionTimeout(limits.idle())
            .idleConnectionPeriod(limits.idle().dividedBy(4))
            .protocolsDiscoverServices(false)
            .useNio(options.tls().isPresent()) // or what is written goes 8 KB at a time
            .addConnectionSelector(new FirstBytes(pace, options.tls().isPresent(), http))
            .addRouting(HttpRouting.builder().any(front::answer));
    options.tls().ifPresent(files -> web.tls(files.load()));
    return web.build();
  }

  /**
   * Starts it.
   *
   * @throws Failure exit 3 where the address cannot be had or a file cannot be read; exit 2 where
   *     certificate or key are malformed
   */
  public static RegistryServer start(Services services, Options options) {
    RegistryServer started = new RegistryServer(services, options);
    InetSocketAddress listen = options.listen();
    try {
      LOOM.setLevel(java.util.logging.Level.OFF);
      started.server.start();
    } catch (RuntimeException e) {
      throw cannotListen(listen, Front.rootOf(e));
    } finally {
      LOOM.setLevel(null);
    }
    // Where the address is taken, Helidon logs that and returns as if all were well.
    if (!started.server.isRunning() || started.server.port() < 0) {
      throw cannotListen(listen, "is it taken, or not this machine's?");
    }
    options
        .tls()
        .ifPresent(files -> Thread.ofVirtual().name("tls").start(() -> started.follow(files)));
    return started;
  }

  /** Takes a renewed certificate; one that does not do leaves the old one in its place. */
  private void follow(TlsFiles files) {
    String last = state(files);
    try {
      while (!closed.await(RELOAD_SECONDS, TimeUnit.SECONDS)) {
        String now = state(files);
        if (!now.equals(last)) {
          last = now;
          reload(files);
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private static String state(TlsFiles files) {
    try {
      return files.state();
    } catch (IOException absent) {
      return "";
    }
  }

  private void reload(TlsFiles files) {
    try {
      server.reloadTls(files.load());
    } catch (Failure e) {
      options
          .trouble()
          .accept(
              new Failure(
                  e.code(), "the certificate was not renewed: " + e.getMessage(), e.hint(), e));
    } catch (RuntimeException e) {
      // Whatever a library makes of the files, the next change has to be seen too.
      options
          .trouble()
          .accept(
              Failure.undecided(
                  "the certificate was not renewed: " + e, "put a certificate and its key", e));
    }
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

  /** Says from now on that it is not ready, so that no new requests are sent to it. */
  public void drain() {
    state.stop();
  }

  /** Takes no more requests, and waits for those under way. */
  @Override
  public void close() {
    state.stop();
    closed.countDown();
    server.stop();
    pace.close();
  }
}
