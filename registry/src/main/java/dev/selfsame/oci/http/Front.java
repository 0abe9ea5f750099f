package dev.selfsame.oci.http;

import dev.selfsame.access.Permission;
import dev.selfsame.access.RateLimit;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.OciError.Code;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.AuditLog;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;

/** Takes each request: who calls, whether that is allowed, who answers, and what is noted of it. */
final class Front {
  private static final int REFUSALS_PER_SECOND = 5;
  private static final String DEPLOY = "/v2/deploy/";

  private final Options options;
  private final Gate gate;
  private final OciHandler oci;
  private final TokenHandler tokens;
  private final StateHandler state;
  private final Metrics metrics;
  private final Pace pace;
  private final LargeAnswers large = LargeAnswers.usual();
  private final RateLimit refusals = new RateLimit(REFUSALS_PER_SECOND);

  Front(
      Options options,
      Gate gate,
      OciHandler oci,
      TokenHandler tokens,
      StateHandler state,
      Metrics metrics,
      Pace pace) {
    this.options = options;
    this.gate = gate;
    this.oci = oci;
    this.tokens = tokens;
    this.state = state;
    this.metrics = metrics;
    this.pace = pace;
  }

  void answer(ServerRequest request, ServerResponse response) {
    Exchange exchange = new Exchange(request, response, pace, large, options.proxies(), metrics);
    long begun = System.nanoTime();
    metrics.begun(exchange.handler());
    try {
      answer(exchange);
    } catch (OciError e) {
      if (exchange.path().startsWith(DEPLOY)) {
        metrics.refused(e.kind());
      }
      exchange.refuse(e.code().status(), e.code().word(), String.valueOf(e.getMessage()));
    } catch (Failure e) {
      trouble(exchange, e);
    } catch (IOException | UncheckedIOException e) {
      // The client is gone, or the store is in the middle of an answer: neither can be told.
      throw closed(e);
    } catch (Exception e) { // Not only unchecked ones: libraries throw others undeclared.
      bug(exchange, e);
    } finally {
      note(exchange, System.nanoTime() - begun);
    }
    boolean drained = drained(exchange);
    Wire.rest();
    if (!drained) {
      throw new CloseConnectionException("a body that was not wanted");
    }
    if (exchange.isLast()) {
      // Helidon says so in its answer, and would go on to wait for another request.
      throw new CloseConnectionException("the client has asked for it");
    }
  }

  private void answer(Exchange exchange) throws IOException {
    String path = exchange.path();
    if (StateHandler.isOne(path)) {
      exchange.to(path.substring(1));
      if (path.equals("/metrics") && isOpen()) {
        SameMachine.require(exchange, gate.access().url());
      }
      if (path.equals("/metrics") && !isTrusted(exchange)) {
        gate.identify(exchange);
        gate.require(exchange, new Gate.Need(Permission.ADMIN, "metrics"));
      }
      state.handle(exchange, isTrusted(exchange));
      return;
    }
    if (isOpen()) {
      SameMachine.require(exchange, gate.access().url());
    }
    gate.identify(exchange);
    if (path.equals(TokenHandler.PATH)) {
      exchange.to("token");
      tokens.handle(exchange);
      return;
    }
    if (isWrite(exchange)) {
      requireAudit();
    }
    oci.handle(exchange);
  }

  /** Whether nobody has to sign in, which is for this machine alone. */
  private boolean isOpen() {
    return gate.access().authenticator().isEmpty();
  }

  /** Whoever is on this machine, and no proxy that speaks for others. */
  private static boolean isTrusted(Exchange exchange) {
    return exchange.isLocal() && !exchange.isForwarded();
  }

  private static boolean drained(Exchange exchange) {
    try {
      return exchange.drained();
    } catch (IOException | RuntimeException gone) {
      return false;
    }
  }

  private static boolean isWrite(Exchange exchange) {
    return !exchange.method().equals("GET") && !exchange.isHead();
  }

  private void requireAudit() {
    options
        .audit()
        .flatMap(AuditLog::trouble)
        .ifPresent(why -> {
          if (Room.isOfFullDisk(why)) {
            throw Room.full();
          }
          throw new OciError(Code.UNAVAILABLE, "nothing is written while the audit log cannot be");
        });
  }

  private void trouble(Exchange exchange, Failure e) {
    options.trouble().accept(e);
    if (exchange.begun()) {
      throw closed(e);
    }
    if (Room.isOfFullDisk(rootOf(e))) {
      OciError full = Room.full();
      exchange.refuse(full.code().status(), full.code().word(), String.valueOf(full.getMessage()));
    } else if (e.code() == ExitCode.BAD_EVIDENCE) {
      exchange.refuse(500, "UNKNOWN", String.valueOf(e.getMessage()));
    } else {
      exchange.refuse(503, "UNAVAILABLE", "the registry's storage cannot be used");
    }
  }

  /** What nobody thought of is told here and to the client, as Helidon would tell neither. */
  private void bug(Exchange exchange, Exception e) {
    if (e instanceof RuntimeException own && e.getClass().getName().startsWith("io.helidon.")) {
      throw own; // Of the connection, such as that it is to be closed.
    }
    options
        .trouble()
        .accept(
            new Failure(
                ExitCode.BUG,
                "%s %s: %s, at %s"
                    .formatted(
                        exchange.method(),
                        UploadId.cut(exchange.path()),
                        e,
                        Stream.of(e.getStackTrace()).findFirst().orElse(null)),
                "report this bug",
                e));
    if (exchange.begun()) {
      throw closed(e);
    }
    exchange.refuse(500, "UNKNOWN", "the registry has a bug here; its operator was told");
  }

  static String rootOf(Throwable e) {
    Throwable root = e;
    for (Throwable t = e; t != null; t = t.getCause()) {
      root = t;
    }
    return String.valueOf(root.getMessage());
  }

  private void note(Exchange exchange, long nanos) {
    metrics.ended(
        exchange.handler(),
        exchange.method(),
        exchange.status(),
        nanos,
        exchange.sent(),
        exchange.contentLength().orElse(0));
    options
        .requests()
        .ifPresent(log ->
            log.write(
                new AccessLog.Line(
                    options.clock().instant().toString(),
                    exchange.address(),
                    exchange.caller().name(),
                    exchange.method(),
                    UploadId.cut(exchange.path()),
                    exchange.status(),
                    exchange.sent(),
                    nanos / 1000,
                    exchange.header(HeaderNames.USER_AGENT).orElse(""))));
    options.audit().ifPresent(audit -> note(exchange, audit));
  }

  private void note(Exchange exchange, AuditLog audit) {
    // What was refused for want of room in this log: where it fits now, the next is not.
    boolean any = exchange.status() == Code.FULL.status() && audit.trouble().isPresent();
    Audited.entry(exchange, any)
        .filter(_ -> mayFill(exchange))
        .ifPresent(entry -> record(audit, entry));
  }

  /**
   * What may be had without a right, refusals and tokens for nobody, is recorded at a rate: else
   * anybody could fill the disk. Metrics count all. What may have been done, although the answer
   * could not say so, is recorded always.
   */
  private boolean mayFill(Exchange exchange) {
    int status = exchange.status();
    boolean maybeDone =
        (status == 500 || status == 503)
            && isWrite(exchange)
            && (isOpen() || !exchange.caller().isAnonymous());
    boolean ofNobody = exchange.caller().isAnonymous() && exchange.path().equals(TokenHandler.PATH);
    return ((status < 400 || maybeDone) && !ofNobody)
        || refusals.take(exchange.address(), System.nanoTime());
  }

  /** The answer has gone; that it could not be recorded stops the next write. */
  private void record(AuditLog audit, AuditLog.Entry entry) {
    try {
      audit.record(entry);
    } catch (Failure e) {
      options.trouble().accept(e);
    }
  }

  /**
   * An answer that cannot be ended: the connection is closed, so that nobody takes it for whole.
   */
  private static CloseConnectionException closed(Exception e) {
    return new CloseConnectionException(String.valueOf(e.getMessage()), e);
  }
}
