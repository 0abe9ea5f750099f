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

  /** Where Prometheus is told of this server alone, and room is not looked at. */
  public Options(
      InetSocketAddress listen,
      Optional<TlsFiles> tls,
      Access access,
      Limits limits,
      Optional<AuditLog> audit,
      Optional<AccessLog> requests,
      Map<String, Supplier<Optional<String>>> checks,
      Consumer<Failure> trouble,
      Clock clock,
      Proxies proxies) {
    this(
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
        Map.of(),
        Optional.empty());
  }

  /** Where no proxy is believed. */
  public Options(
      InetSocketAddress listen,
      Optional<TlsFiles> tls,
      Access access,
      Limits limits,
      Optional<AuditLog> audit,
      Optional<AccessLog> requests,
      Map<String, Supplier<Optional<String>>> checks,
      Consumer<Failure> trouble,
      Clock clock) {
    this(listen, tls, access, limits, audit, requests, checks, trouble, clock, Proxies.NONE);
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
        Clock.systemUTC());
  }
}
