package dev.selfsame.oci.http;

import dev.selfsame.access.Access;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.AuditLog;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * How a server is run.
 *
 * @param listen where; port 0 for any that is free
 * @param tls its certificate and key; empty for plain HTTP
 * @param access who may do what
 * @param limits how much it takes
 * @param audit where actions are recorded
 * @param requests where requests are logged
 * @param checks what has to be well for it to be ready, by name, and what is the matter with it
 * @param trouble told of what went wrong here, not at a client's
 * @param proxies who is believed when they say for whom they ask
 * @param gauges what Prometheus is told beside what is counted here, by name
 * @param room where what clients push has to have room; empty where that is not looked at
 */
public record Options(
    InetSocketAddress listen,
    Optional<TlsFiles> tls,
    Access access,
    Limits limits,
    Optional<AuditLog> audit,
    Optional<AccessLog> requests,
    Map<String, Supplier<Optional<String>>> checks,
    Consumer<Failure> trouble,
    Clock clock,
    Proxies proxies,
    Map<String, DoubleSupplier> gauges,
    Optional<Room> room) {
  public Options {
    checks = Map.copyOf(checks);
    gauges = Map.copyOf(gauges);
  }

  /** For this machine alone, without any log. */
  public static Options local(InetSocketAddress listen, Consumer<Failure> trouble) {
    return new Options(
        listen,
        Optional.empty(),
        Access.LOCAL,
        Limits.USUAL,
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        trouble,
        Clock.systemUTC(),
        Proxies.NONE,
        Map.of(),
        Optional.empty());
  }

  /** The same with another certificate, or none. */
  public Options withTls(Optional<TlsFiles> tls) {
    return new Options(
        listen, tls, access, limits, audit, requests, checks, trouble, clock, proxies, gauges,
        room);
  }

  /** The same for other people. */
  public Options withAccess(Access access) {
    return new Options(
        listen, tls, access, limits, audit, requests, checks, trouble, clock, proxies, gauges,
        room);
  }

  /** The same with other limits. */
  public Options withLimits(Limits limits) {
    return new Options(
        listen, tls, access, limits, audit, requests, checks, trouble, clock, proxies, gauges,
        room);
  }

  /** The same with actions recorded. */
  public Options withAudit(AuditLog log) {
    return new Options(
        listen,
        tls,
        access,
        limits,
        Optional.of(log),
        requests,
        checks,
        trouble,
        clock,
        proxies,
        gauges,
        room);
  }

  /** The same with requests logged. */
  public Options withRequests(AccessLog log) {
    return new Options(
        listen,
        tls,
        access,
        limits,
        audit,
        Optional.of(log),
        checks,
        trouble,
        clock,
        proxies,
        gauges,
        room);
  }

  /** The same, ready by other checks. */
  public Options withChecks(Map<String, Supplier<Optional<String>>> checks) {
    return new Options(
        listen, tls, access, limits, audit, requests, checks, trouble, clock, proxies, gauges,
        room);
  }

  /** The same, telling somebody else of trouble. */
  public Options withTrouble(Consumer<Failure> trouble) {
    return new Options(
        listen, tls, access, limits, audit, requests, checks, trouble, clock, proxies, gauges,
        room);
  }

  /** The same at another time. */
  public Options withClock(Clock clock) {
    return new Options(
        listen, tls, access, limits, audit, requests, checks, trouble, clock, proxies, gauges,
        room);
  }

  /** The same that believes these. */
  public Options withProxies(Proxies proxies) {
    return new Options(
        listen, tls, access, limits, audit, requests, checks, trouble, clock, proxies, gauges,
        room);
  }

  /** The same that looks at the room on a disk. */
  public Options withRoom(Room place) {
    return new Options(
        listen,
        tls,
        access,
        limits,
        audit,
        requests,
        checks,
        trouble,
        clock,
        proxies,
        gauges,
        Optional.of(place));
  }
}
