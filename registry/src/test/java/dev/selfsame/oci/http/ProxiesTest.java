package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.AuditLog;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a request comes from, where a proxy stands between. */
final class ProxiesTest {
  private static final int MANY = 30;
  private static final Proxies BELIEVED = Proxies.parse("127.0.0.1, 10.1.0.0/16, fd00::/8");

  @TempDir private Path folder;
  private final List<AuditLog.Entry> recorded = new CopyOnWriteArrayList<>();

  private static String origin(String peer, String... forwarded) throws UnknownHostException {
    InetAddress found = BELIEVED.origin(InetAddress.getByName(peer), () -> List.of(forwarded));
    return String.valueOf(found == null ? null : found.getHostAddress());
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 203.0.113.7",
    "10.1.255.255, 203.0.113.7",
    "fd12::1, 203.0.113.7",
    "10.2.0.1, 10.2.0.1",
    "127.0.0.2, 127.0.0.2",
    "::1, 0:0:0:0:0:0:0:1",
  })
  void only_declared_proxies_are_believed(String peer, String expected)
      throws UnknownHostException {
    assertEquals(expected, origin(peer, "203.0.113.7"));
  }

  @Test
  void what_a_client_made_up_before_the_proxies_is_not_believed() throws UnknownHostException {
    assertEquals("203.0.113.7", origin("127.0.0.1", "6.6.6.6, 203.0.113.7"));
    assertEquals("203.0.113.7", origin("127.0.0.1", "300.300.300.300, 203.0.113.7"));
    assertEquals("127.0.0.1", origin("127.0.0.1", "300.300.300.300"));
    assertEquals("203.0.113.7", origin("127.0.0.1", "6.6.6.6", "203.0.113.7,10.1.2.3"));
    assertEquals("203.0.113.7", origin("127.0.0.1", "127.0.0.1, 203.0.113.7:4711 , 10.1.2.3"));
    assertEquals("2001:db8:0:0:0:0:0:1", origin("127.0.0.1", "[2001:db8::1]:80"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "unknown", "localhost", "a, ", "_x", "1.2.3.4.5", "[", "999.1.1.1"})
  void what_is_no_address_leaves_the_proxy(String forwarded) throws UnknownHostException {
    assertEquals("127.0.0.1", origin("127.0.0.1", forwarded));
    assertEquals("10.1.2.3", origin("127.0.0.1", "6.6.6.6," + forwarded + ",10.1.2.3"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "proxy.example.org", "10.0.0.0/33", "::/129", "10.0.0.1/", "1.2.3.4,"})
  void what_is_no_network_is_refused(String text) {
    assertEquals(ExitCode.USAGE, assertThrows(Failure.class, () -> Proxies.parse(text)).code());
  }

  private Served served(Proxies proxies) {
    AuditLog audit =
        new AuditLog() {
          @Override
          public void record(Entry entry) {
            recorded.add(entry);
          }

          @Override
          public Optional<String> trouble() {
            return Optional.empty();
          }

          @Override
          public void close() {}
        };
    Limits limits =
        new Limits(
            1 << 20, 100, 1, 0, Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ZERO);
    return Served.at(
        folder.resolve("registry"),
        usual -> usual.withLimits(limits).withAudit(audit).withProxies(proxies));
  }

  private static List<Integer> deletions(Served served) throws Exception {
    List<Integer> statuses = new ArrayList<>();
    for (int client = 1; client <= MANY; client++) {
      statuses.add(
          served
              .send(
                  "DELETE",
                  "/v2/staging/app/manifests/absent",
                  new byte[0],
                  "X-Forwarded-For",
                  "203.0.113." + client)
              .statusCode());
    }
    return statuses;
  }

  @Test
  void behind_a_believed_proxy_each_client_has_its_own_rate_and_address_in_the_audit_log()
      throws Exception {
    try (Served served = served(BELIEVED)) {
      assertEquals(Collections.nCopies(MANY, 404), deletions(served));
    }
    assertEquals(
        IntStream.rangeClosed(1, MANY).mapToObj(client -> "203.0.113." + client).toList(),
        recorded.stream().map(AuditLog.Entry::address).toList());
  }

  @Test
  void whoever_is_no_declared_proxy_cannot_speak_for_others() throws Exception {
    try (Served served = served(Proxies.NONE)) {
      assertTrue(deletions(served).contains(429));
    }
    assertEquals(
        Set.of("127.0.0.1"),
        recorded.stream().map(AuditLog.Entry::address).collect(Collectors.toSet()));
  }
}
