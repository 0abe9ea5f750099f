package dev.selfsame.pins.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorsTest {
  private static final String PUBLIC = "http://deb.debian.org/debian/pool/x.deb";
  private static final String SNAPSHOT =
      "https://snapshot.debian.org/archive/debian/20260101T000000Z/pool/x.deb";

  @TempDir private Path apt;

  private List<String> places(String archive) {
    return Mirrors.ofMachine(apt).places(archive, "20260101T000000Z", "pool/x.deb").stream()
        .map(Object::toString)
        .toList();
  }

  @Test
  void one_line_sources_are_read_and_commented_ones_are_not() throws Exception {
    Files.writeString(
        apt.resolve("sources.list"),
        """
        # deb http://commented.example/debian trixie main
        deb-src http://source.example/debian trixie main
          deb [arch=amd64 signed-by=/x.gpg] http://a.example/debian/ trixie main contrib # why
        deb http://a.example/debian trixie-updates main
        deb cdrom:[Debian]/ trixie main
        deb http://other.example/debian trixie-pgdg main
        deb http://third.example/linux trixie stable
        deb
        """);
    assertEquals(List.of("http://a.example/debian/pool/x.deb", PUBLIC, SNAPSHOT), places("debian"));
  }

  @Test
  void deb822_sources_are_read_and_disabled_ones_are_not() throws Exception {
    Path parts = Files.createDirectory(apt.resolve("sources.list.d"));
    Files.writeString(
        parts.resolve("debian.sources"),
        """
        Types: deb deb-src
        # URIs: http://commented.example/debian
        URIs: http://a.example/debian
          https://b.example/debian
        Suites: trixie trixie-updates
        Components: main

        Types: deb
        URIs: http://s.example/debian-security/
        Suites: trixie-security
        Components: main

        Enabled: no
        Types: deb
        URIs: http://off.example/debian
        Suites: trixie
        Components: main

        Types: deb-src
        URIs: http://source.example/debian
        Suites: trixie
        Components: main
        """);
    Files.writeString(
        parts.resolve("debian.sources.save"), "deb http://backup.example/debian sid main\n");
    assertEquals(
        List.of(
            "http://a.example/debian/pool/x.deb",
            "https://b.example/debian/pool/x.deb",
            PUBLIC,
            SNAPSHOT),
        places("debian"));
    assertEquals(
        "http://s.example/debian-security/pool/x.deb", places("debian-security").getFirst());
  }

  @Test
  void a_machine_without_apt_has_the_public_places() {
    assertEquals(List.of(PUBLIC, SNAPSHOT), places("debian"));
  }

  @Test
  void a_named_mirror_goes_before_the_public_places_and_replaces_the_machines() {
    Mirrors mirrors =
        Mirrors.of(List.of("http://m.example/debian/", "debian-security=file:/srv/sec"), apt);
    assertEquals(
        "http://m.example/debian/pool/x.deb",
        mirrors.places("debian", "pool/x.deb").getFirst().toString());
    assertEquals(
        "file:/srv/sec/pool/x.deb",
        mirrors.places("debian-security", "pool/x.deb").getFirst().toString());
    assertThrows(Failure.class, () -> Mirrors.of(List.of("ftp://m.example/debian"), apt));
    assertThrows(Failure.class, () -> Mirrors.of(List.of("http://"), apt));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file://host/debian",
        "file:relative",
        "http://my_mirror/debian",
        "https:///debian",
        "https://m.example/a b",
        "debian-security=ftp://m.example/x",
        "https://ci:s3cret@my_mirror/debian",
        "https://ci:s3/cret@m.example/debian",
      })
  void what_nothing_can_be_fetched_from_is_a_usage_failure_that_tells_no_password(String named) {
    Failure failure = assertThrows(Failure.class, () -> Mirrors.of(List.of(named), apt));
    assertEquals(ExitCode.USAGE, failure.code());
    assertFalse(failure.getMessage().contains("s3"), failure.getMessage());
  }

  @Test
  void passwords_are_left_out_of_addresses() throws Exception {
    Files.writeString(
        apt.resolve("sources.list"), "deb https://ci:s3cret@a.example:444/debian trixie main\n");
    assertEquals("https://a.example:444/debian/pool/x.deb", places("debian").getFirst());
    assertEquals(
        List.of(URI.create("https://m.example/debian")),
        Mirrors.of(List.of("https://ci:s3@cret@m.example/debian"), apt).named("debian"));
    URI address = URI.create("https://ci:s3cret@m.example:444/x");
    try (ProxiedClient client = HttpOrigin.client(Proxies.NONE)) {
      assertEquals("m.example:444", new HttpOrigin(client, address).name());
    }
  }

  @Test
  void a_scheme_in_capitals_is_the_same() throws Exception {
    Files.writeString(apt.resolve("f"), "found");
    URI named = Mirrors.of(List.of("FILE:" + apt), apt).named("debian").getFirst();
    try (ProxiedClient client = HttpOrigin.client(Proxies.NONE);
        var body = new HttpOrigin(client, URI.create(named + "/f")).open(0).body()) {
      assertEquals("found", new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://m.example/x", "file://host/x", "http://my_mirror/x", "x"})
  void an_address_that_cannot_be_fetched_is_a_failed_try_and_no_bug(String address) {
    try (ProxiedClient client = HttpOrigin.client(Proxies.NONE)) {
      HttpOrigin origin = new HttpOrigin(client, URI.create(address));
      assertThrows(IOException.class, () -> origin.open(0));
    }
  }
}
