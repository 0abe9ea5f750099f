package dev.selfsame.pins.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proxies that ask for a name and password. The servers named here do not exist: what arrives has
 * come through the proxy on this machine. For https see {@code cli.ProxyTunnelTest}.
 */
class ProxyPasswordTest {
  private static final byte[] FILE = "a package".getBytes(StandardCharsets.UTF_8);
  private static final String URL = "http://mirror.invalid/f";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The same as it is, and as it stands in a URL. */
  private static final String USER = "anna:s3:cr@t/+%\u00e9";

  private static final String IN_URL = "anna:s3%3Acr%40t%2F+%25%C3%A9";

  @TempDir private Path folder;

  private static ProxiedClient client(Proxies proxies) {
    return new ProxiedClient(proxies, PATIENCE, HttpClient.Version.HTTP_1_1);
  }

  private static byte[] get(Proxies proxies, String url) throws Exception {
    try (ProxiedClient client = client(proxies);
        var body = client.get(URI.create(url), PATIENCE, Map.of()).body()) {
      return body.readAllBytes();
    }
  }

  private static GuardedProxy guarded() throws IOException {
    GuardedProxy proxy = new GuardedProxy(USER, 0);
    proxy.put(URL, FILE);
    return proxy;
  }

  @Test
  void the_proxy_of_the_environment_is_told_its_password_at_once() throws Exception {
    try (GuardedProxy proxy = guarded()) {
      assertArrayEquals(FILE, get(new Proxies(Map.of("http_proxy", proxy.address(IN_URL))), URL));
      assertEquals(List.of("GET " + URL), proxy.passed());
      assertEquals(List.of(), proxy.refused());
    }
  }

  @Test
  void the_proxy_of_apt_is_told_its_password() throws Exception {
    try (GuardedProxy proxy = guarded()) {
      Path apt = Files.createDirectories(folder.resolve("apt"));
      Files.writeString(
          apt.resolve("apt.conf"),
          "Acquire::http::Proxy \"%s\";\n".formatted(proxy.address(IN_URL)));
      Mirrors mirrors = Mirrors.of(List.of("http://mirror.invalid"), apt).through(Map.of());
      try (Downloads downloads = new Downloads(folder.resolve("cache"))) {
        Origin origin = new HttpOrigin(mirrors.client(), URI.create(URL));
        Wanted wanted = new Wanted("f", Digest.sha256(FILE), FILE.length, List.of(origin));
        Path file = downloads.provide(wanted, Progress.SILENT.begin("", 0, Progress.Unit.NONE));
        assertArrayEquals(FILE, Files.readAllBytes(file));
      }
    }
  }

  @Test
  void a_name_without_a_password_is_told_too() throws Exception {
    try (GuardedProxy proxy = new GuardedProxy("anna:", 0)) {
      proxy.put(URL, FILE);
      for (String user : List.of("anna", "anna:")) {
        assertArrayEquals(FILE, get(new Proxies(Map.of("http_proxy", proxy.address(user))), URL));
      }
    }
  }

  @Test
  void a_refusal_says_what_is_wanted_and_never_the_password() throws Exception {
    try (GuardedProxy proxy = guarded();
        Downloads downloads = new Downloads(folder.resolve("cache"))) {
      for (Map.Entry<String, String> user :
          Map.of(
                  "",
                  "mirror.invalid: its proxy wants a name and a password (407)",
                  "anna:hunter2",
                  "mirror.invalid: its proxy refuses the name and password of its configuration (407)")
              .entrySet()) {
        Proxies proxies = new Proxies(Map.of("http_proxy", proxy.address(user.getKey())));
        Origin origin = new HttpOrigin(client(proxies), URI.create(URL));
        Wanted wanted = new Wanted("f", Digest.sha256(FILE), FILE.length, List.of(origin));
        Failure failure =
            assertThrows(
                Failure.class,
                () -> downloads.provide(wanted, Progress.SILENT.begin("", 0, Progress.Unit.NONE)));
        assertEquals(ExitCode.UNDECIDED, failure.code());
        assertEquals("could not fetch f: " + user.getValue(), failure.getMessage());
        assertFalse((failure.getMessage() + failure.hint()).contains("hunter2"));
      }
      assertEquals(2, proxy.refused().size(), proxy.refused().toString());
    }
  }

  @Test
  void a_password_that_a_url_cannot_hold_is_refused_and_not_printed() {
    for (String text :
        List.of(
            "http://anna:hun@ter2@proxy.invalid:3128",
            "http://anna:12/hunter2@proxy.invalid:3128",
            "http://anna:12#hunter2@proxy.invalid:3128",
            "http://anna:12?hunter2@proxy.invalid",
            "http://anna:hunter2%@proxy.invalid",
            "socks5://anna:hunter2@proxy.invalid")) {
      Proxies proxies = new Proxies(Map.of("all_proxy", text));
      Failure failure = assertThrows(Failure.class, () -> get(proxies, URL), text);
      assertEquals(ExitCode.USAGE, failure.code(), text);
      assertFalse((failure.getMessage() + failure.hint()).contains("hunter2"), failure.hint());
    }
  }

  @Test
  void a_redirect_takes_no_proxys_password_to_another() throws Exception {
    try (GuardedProxy first = guarded();
        GuardedProxy second = new GuardedProxy("bert:other", 0);
        Shelf direct = new Shelf(Shelf.Manner.HONEST)) {
      first.redirect(URL, "http://other.invalid/f");
      second.redirect("http://other.invalid/f", direct.base() + "/f");
      direct.put("/f", FILE);
      Proxies proxies =
          new Proxies(
              Map.of("http_proxy", first.address(IN_URL)),
              uri ->
                  "other.invalid".equals(uri.getHost())
                      ? Optional.of(second.address("bert:other"))
                      : Optional.empty());

      assertArrayEquals(FILE, get(proxies, URL));
      assertEquals(List.of("GET http://other.invalid/f"), second.passed());
      assertEquals(List.of(), second.refused());
      assertEquals(1, direct.requests().size());
    }
  }

  @Test
  void a_redirect_to_what_is_no_web_address_is_not_followed() throws Exception {
    try (GuardedProxy proxy = guarded()) {
      Proxies proxies = new Proxies(Map.of("http_proxy", proxy.address(IN_URL)));
      for (String to : List.of("ftp://mirror.invalid/f", "http://[", "file:///etc/passwd")) {
        proxy.redirect(URL, to);
        IOException refused = assertThrows(IOException.class, () -> get(proxies, URL), to);
        assertTrue(String.valueOf(refused.getMessage()).startsWith("it redirects "), to);
      }
    }
  }

  @Test
  void a_server_that_is_reached_without_a_proxy_is_told_nothing() throws Exception {
    // Its 407 is its own affair, whatever is configured for others.
    try (GuardedProxy server = guarded()) {
      String here = server.address("");
      Proxies proxies = new Proxies(Map.of("http_proxy", "http://anna:hunter2@127.0.0.1:1"));
      try (ProxiedClient client = client(proxies)) {
        assertEquals(407, client.get(URI.create(here + "/f"), PATIENCE, Map.of()).statusCode());
      }
      assertEquals(List.of("GET /f nothing"), server.refused());
    }
  }

  @Test
  void a_mirrors_password_is_no_part_of_its_name() {
    URI uri = URI.create("https://anna:hunter2@mirror.invalid:8443/debian/x.deb");
    assertEquals("mirror.invalid:8443", new HttpOrigin(client(Proxies.NONE), uri).name());
  }
}
