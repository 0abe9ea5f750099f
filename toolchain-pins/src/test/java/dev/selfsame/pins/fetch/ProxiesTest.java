package dev.selfsame.pins.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.ImageRoot;
import dev.selfsame.pins.Normalise;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.RootUse;
import dev.selfsame.pins.oci.ImagePull;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The servers named here do not exist: what arrives has come through the proxy on this machine. */
class ProxiesTest {
  private static final byte[] DEB = "a package".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;

  private static DebsRoot root() {
    Digest digest = Digest.sha256(DEB);
    DebsRoot.Deb deb =
        new DebsRoot.Deb("x", "1", "amd64", "debian", "pool/x.deb", DEB.length, digest);
    return new DebsRoot(RootUse.BUILD, List.of(), List.of(), List.of(deb), digest);
  }

  private byte[] fetch(Mirrors mirrors) throws Exception {
    try (Downloads downloads = new Downloads(folder.resolve("cache"))) {
      Wanted wanted = DebWants.of(root(), mirrors).getFirst();
      return Files.readAllBytes(
          downloads.provide(wanted, Progress.SILENT.begin("", 0, Progress.Unit.NONE)));
    }
  }

  @Test
  void packages_come_through_the_proxy_of_the_environment() throws Exception {
    try (Shelf proxy = new Shelf(Shelf.Manner.HONEST)) {
      proxy.put("/debian/pool/x.deb", DEB);
      Mirrors mirrors =
          Mirrors.only(List.of("http://mirror.invalid/debian"))
              .through(Map.of("http_proxy", proxy.base().toString()));

      assertArrayEquals(DEB, fetch(mirrors));
      assertEquals(List.of("/debian/pool/x.deb "), proxy.requests());
    }
  }

  @Test
  void packages_come_through_the_proxy_of_apt() throws Exception {
    try (Shelf proxy = new Shelf(Shelf.Manner.HONEST)) {
      proxy.put("/debian/pool/x.deb", DEB);
      Path parts = Files.createDirectories(folder.resolve("apt/apt.conf.d"));
      Files.writeString(
          parts.resolve("01proxy"), "Acquire::http::Proxy \"%s\";\n".formatted(proxy.base()));
      Mirrors mirrors =
          Mirrors.of(List.of("http://mirror.invalid/debian"), folder.resolve("apt"))
              .through(Map.of("http_proxy", "http://127.0.0.1:1"));

      assertArrayEquals(DEB, fetch(mirrors));
    }
  }

  @Test
  void images_come_through_the_proxy_of_the_environment_and_not_through_apts() throws Exception {
    try (Shelf proxy = new Shelf(Shelf.Manner.HONEST);
        Downloads downloads = new Downloads(folder.resolve("cache"))) {
      Digest manifest = Digest.sha256(DEB);
      Path apt = Files.createDirectories(folder.resolve("apt"));
      Files.writeString(apt.resolve("apt.conf"), "Acquire::http::Proxy \"http://127.0.0.1:1\";");
      Mirrors mirrors =
          Mirrors.of(List.of("registry.invalid=http://registry.invalid"), apt)
              .through(Map.of("http_proxy", proxy.base().toString(), "no_proxy", "x"));
      ImageRoot image = new ImageRoot("registry.invalid/a/b:1", null, manifest, null);
      Pin pin = new Pin("i", "linux/amd64", null, null, 0, image, Normalise.USUAL, manifest);
      ImagePull pull = new ImagePull(downloads, mirrors, Progress.SILENT, image.reference());

      Failure failure = Assertions.assertThrows(Failure.class, () -> pull.pull(pin, image));
      assertEquals(ExitCode.UNDECIDED, failure.code());
      assertEquals("/v2/a/b/manifests/" + manifest + " ", proxy.requests().getFirst());
    }
  }

  private static Proxy at(String host, int port) {
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
  }

  private static Proxy select(Proxies proxies, String uri) {
    return proxies.select(URI.create(uri)).getFirst();
  }

  @Test
  void this_machine_is_reached_without_a_proxy() {
    Proxies proxies = new Proxies(Map.of("all_proxy", "p.example:3128"));
    assertEquals(at("p.example", 3128), select(proxies, "http://mirror.example/"));
    for (String host : List.of("localhost", "127.0.0.1:5000", "127.9.9.9", "[::1]:5000")) {
      assertEquals(Proxy.NO_PROXY, select(proxies, "http://" + host + "/"), host);
    }
  }

  @Test
  void hosts_are_excepted_by_name_suffix_and_range() {
    Proxies proxies =
        new Proxies(
            Map.of(
                "all_proxy", "p.example:3128",
                "no_proxy", "10.0.0.0/8,Registry.Corp:5000, .lan 192.168.7.0/24"));
    for (String host :
        List.of(
            "10.1.2.3:5000", "registry.corp:5000", "a.lan", "192.168.7.200", "x.REGISTRY.corp")) {
      assertEquals(Proxy.NO_PROXY, select(proxies, "http://" + host + "/"), host);
    }
    for (String host : List.of("11.1.2.3", "registry.corp.example", "192.168.8.1", "plan")) {
      assertEquals(at("p.example", 3128), select(proxies, "http://" + host + "/"), host);
    }
  }

  @Test
  void a_proxy_of_another_kind_is_not_passed_by() {
    for (String other :
        List.of("socks5h://127.0.0.1:1080", "https://p.example", "http://u:p@ss@host", "http://")) {
      Proxies proxies = new Proxies(Map.of("all_proxy", other));
      Failure failure =
          assertThrows(Failure.class, () -> proxies.select(URI.create("http://mirror.example/")));
      assertEquals(ExitCode.USAGE, failure.code(), other);
    }
  }

  @Test
  void apts_configuration_is_read_in_either_form() {
    AptProxies apt =
        AptProxies.parse(
            """
            // a comment; with "marks" { and }
            # Acquire::http::Proxy "http://commented.example:1";
            /* Acquire::http::Proxy "http://commented.example:2"; */
            APT::Periodic { Enable "1"; };
            Acquire { http { Proxy "http://apt.example:3142/"; Proxy::inner.example "DIRECT"; } };
            acquire::HTTPS::proxy "https://tls.example";
            """);
    assertEquals(
        Optional.of("http://apt.example:3142/"), apt.of(URI.create("http://deb.example/debian")));
    assertEquals(Optional.of("https://tls.example"), apt.of(URI.create("https://deb.example/")));
    assertEquals(Optional.of("DIRECT"), apt.of(URI.create("http://inner.example/x")));
    Proxies proxies = new Proxies(Map.of("http_proxy", "other.example"), apt::of);
    assertEquals(Proxy.NO_PROXY, select(proxies, "http://inner.example/x"));
    assertEquals(at("apt.example", 3142), select(proxies, "http://deb.example/x"));
    assertEquals(Optional.empty(), AptProxies.parse("").of(URI.create("http://deb.example/")));
  }

  @Test
  void https_takes_the_proxy_of_http_where_apt_has_no_other() {
    AptProxies apt = AptProxies.parse("Acquire::http::Proxy http://apt.example:3142;");
    assertEquals(
        Optional.of("http://apt.example:3142"), apt.of(URI.create("https://deb.example/")));
  }
}
