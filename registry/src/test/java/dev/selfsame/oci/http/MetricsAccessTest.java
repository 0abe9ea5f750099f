package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.access.Access;
import dev.selfsame.access.ApiToken;
import dev.selfsame.access.ApiTokens;
import dev.selfsame.access.Authenticator;
import dev.selfsame.access.BearerTokens;
import dev.selfsame.access.Grant;
import dev.selfsame.access.PasswordFile;
import dev.selfsame.access.Permission;
import dev.selfsame.access.RepositoryPattern;
import dev.selfsame.access.Rule;
import dev.selfsame.access.Rules;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who sees metrics, and what is the matter, from another machine: behind a proxy on this one. */
@Timeout(60)
final class MetricsAccessTest {
  private static final Proxies HERE = Proxies.parse("127.0.0.1");
  private static final String REASON = "cannot read /srv/registry";

  @TempDir private Path folder;
  private Access access;

  private static String basic(String user) {
    byte[] pair = (user + ":secret").getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private static String line(String user) {
    return user + ":" + OpenBSDBCrypt.generate("2y", "secret".toCharArray(), new byte[16], 4);
  }

  private static Rule rule(String who, Permission... what) {
    return new Rule(Set.of(who), new Grant(RepositoryPattern.ALL, Set.of(what)));
  }

  @BeforeEach
  void people() throws Exception {
    Path users = Files.write(folder.resolve("users"), List.of(line("ci"), line("ops")));
    access =
        new Access(
            Optional.of(
                new Authenticator(
                    () -> Optional.of(PasswordFile.read(users)),
                    () -> ApiTokens.read(folder.resolve("tokens.json")),
                    BearerTokens.of(folder.resolve("token.key"), new SecureRandom()),
                    Clock.systemUTC(),
                    System::nanoTime)),
            new Rules(
                List.of(
                    rule("ops", Permission.ADMIN, Permission.PULL),
                    rule(
                        "ci",
                        Permission.PULL,
                        Permission.PUSH,
                        Permission.DELETE,
                        Permission.PROMOTE,
                        Permission.DEPLOY),
                    rule(Rule.ANONYMOUS, Permission.PULL))),
            Optional.empty());
  }

  private Served served(Proxies proxies) {
    return Served.at(
        folder.resolve("registry"),
        usual ->
            usual
                .withAccess(access)
                .withProxies(proxies)
                .withChecks(Map.of("blobs", () -> Optional.of(REASON))));
  }

  private static HttpResponse<byte[]> get(
      Served served, String path, String forwardedFor, String authorization) throws Exception {
    List<String> headers = new ArrayList<>();
    if (!forwardedFor.isEmpty()) {
      headers.addAll(List.of("X-Forwarded-For", forwardedFor));
    }
    if (!authorization.isEmpty()) {
      headers.addAll(List.of("Authorization", authorization));
    }
    return served.get(path, headers.toArray(String[]::new));
  }

  private String narrowed() throws Exception {
    ApiToken.Made made =
        ApiToken.make(
            "ops",
            List.of(new Grant(RepositoryPattern.ALL, Set.of(Permission.PULL))),
            Instant.now(),
            Instant.now().plusSeconds(600),
            "",
            new SecureRandom());
    ApiTokens.change(folder.resolve("tokens.json"), all -> all.with(made.token()));
    return "Bearer " + made.text();
  }

  @Test
  void metrics_are_for_admins_alone_wherever_a_proxy_speaks_for_another() throws Exception {
    String narrowed = narrowed();
    // Behind a proxy that is not believed, everybody seems to be on this machine, and is not.
    for (Proxies proxies : List.of(HERE, Proxies.NONE)) {
      try (Served served = served(proxies)) {
        assertEquals(200, get(served, "/metrics", "", "").statusCode());
        for (String from : List.of("203.0.113.7", "127.0.0.1")) {
          assertEquals(401, get(served, "/metrics", from, "").statusCode(), from);
          HttpResponse<byte[]> refused = get(served, "/metrics", from, basic("ci"));
          assertEquals(403, refused.statusCode(), from);
          assertTrue(
              Served.text(refused).contains("ci may not admin metrics"), Served.text(refused));
          assertEquals(401, get(served, "/metrics", from, narrowed).statusCode(), from);
          HttpResponse<byte[]> shown = get(served, "/metrics", from, basic("ops"));
          assertEquals(200, shown.statusCode(), Served.text(shown));
          assertTrue(
              Served.text(shown).contains("registry_http_requests_total"), Served.text(shown));
        }
      }
    }
  }

  @Test
  void what_is_the_matter_is_told_on_this_machine_and_elsewhere_only_with_what() throws Exception {
    try (Served served = served(HERE)) {
      HttpResponse<byte[]> near = get(served, "/ready", "", "");
      assertEquals(503, near.statusCode());
      assertTrue(Served.text(near).contains(REASON), Served.text(near));
      for (String who : List.of("", basic("ci"))) {
        HttpResponse<byte[]> far = get(served, "/ready", "203.0.113.7", who);
        assertEquals(503, far.statusCode());
        assertTrue(Served.text(far).contains("blobs"), Served.text(far));
        assertFalse(Served.text(far).contains(REASON), Served.text(far));
      }
    }
  }
}
