package dev.selfsame.pins.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.outcome.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
