package dev.selfsame.pins.root;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.RootUse;
import dev.selfsame.pins.fetch.Mirrors;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeImageTest {
  private static final byte[] PROGRAM = "a program".repeat(20_000).getBytes();
  private static final BinaryLayer LAYER =
      new BinaryLayer("/usr/local/bin/agent", List.of("/etc/agent"));
  private static final ImageConfig CONFIG =
      new ImageConfig(
          "65532:65532",
          List.of("/usr/local/bin/agent"),
          List.of("--quiet"),
          List.of(8081, 8080),
          Map.of("org.example.b", "2", "org.example.a", "1"));

  /** Fixed: neither a machine, nor a JDK, nor a moment may move these. */
  private static final String BASE =
      "sha256:eb63da03d5df21e81cac8b9bfe37300b34c82a8b9dbacdc10a70311b5a60fbbc";

  private static final String MANIFEST =
      "sha256:e6e4c68b10da4ed5bf8a81c693e80184e30446573fddb505698b5dd1706ed1f7";

  @TempDir private Path folder;

  /** A machine of its own: its cache, its program, its work. */
  private final class Machine {
    final Path home;
    final RootCache roots;

    Machine(String name) throws IOException {
      home = Files.createDirectories(folder.resolve(name));
      roots =
          new RootCache(
              home.resolve("cache"),
              Mirrors.only(List.of(folder.resolve("mirror").toUri().toString())),
              Progress.SILENT);
    }

    OciImage make(Pin base) throws IOException {
      Path program = Files.write(home.resolve("program"), PROGRAM);
      return roots.image(base, program, LAYER, CONFIG, Files.createTempDirectory(home, "work"));
    }
  }

  private Pin base(RootUse use, String diffId) throws Exception {
    TestDebs libc =
        new TestDebs()
            .directory("./usr/lib/x86_64-linux-gnu/", 0755)
            .file("./usr/lib/x86_64-linux-gnu/libc.so.6", 0755, "libc")
            .directory("./usr/lib/x86_64-linux-gnu/gconv/", 0755)
            .file("./usr/lib/x86_64-linux-gnu/gconv/BIG5.so", 0644, "big")
            .directory("./usr/share/man/", 0755)
            .file("./usr/share/man/ld.so.8.gz", 0644, "manual")
            .directory("./usr/share/doc/libc6/", 0755)
            .file("./usr/share/doc/libc6/changelog.gz", 0644, "changes")
            .file("./usr/share/doc/libc6/copyright", 0644, "LGPL")
            .file("./usr/share/ca-certificates/mozilla/a.crt", 0644, "A\n")
            .directory("./opt/", 0700)
            .file("./usr/bin/taken", 0755, "other");
    byte[] deb = libc.deb();
    Files.write(
        Files.createDirectories(folder.resolve("mirror/pool/main/x")).resolve("libc6_1_amd64.deb"),
        deb);
    return TestDebs.pin(use, List.of(TestDebs.locked("libc6", deb)), Digest.parse(diffId));
  }

  private Map<String, TarArchiveEntry> layer(OciImage image, JsonNode descriptor)
      throws IOException {
    Map<String, TarArchiveEntry> entries = new TreeMap<>();
    try (var tar =
        new TarArchiveInputStream(
            new GZIPInputStream(
                new ByteArrayInputStream(part(image, descriptor.path("digest").asText()))))) {
      for (var e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        entries.put(e.getName(), e);
      }
    }
    return entries;
  }

  private static byte[] part(OciImage image, String digest) throws IOException {
    for (OciImage.Part part : image.parts()) {
      if (part.digest().toString().equals(digest)) {
        return Files.readAllBytes(part.file());
      }
    }
    throw new AssertionError("no part " + digest);
  }

  private static JsonNode json(byte[] bytes) throws IOException {
    return new ObjectMapper().readTree(bytes);
  }

  @Test
  void the_manifest_is_the_same_in_another_folder_time_zone_and_at_another_time() throws Exception {
    Pin base = base(RootUse.RUNTIME, BASE);
    OciImage first = new Machine("one").make(base);
    assertEquals(MANIFEST, first.manifest().toString());
    TimeZone zone = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
      Machine other = new Machine("another/and deeper");
      Path program = Files.write(other.home.resolve("program"), PROGRAM);
      Files.setLastModifiedTime(program, FileTime.fromMillis(1_000_000_000_000L));
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rw-------"));
      OciImage second =
          other.roots.image(
              base, program, LAYER, CONFIG, Files.createDirectory(other.home.resolve("work")));
      assertEquals(first.manifest(), second.manifest());
      assertEquals(
          first.parts().stream().map(OciImage.Part::digest).sorted().toList(),
          second.parts().stream().map(OciImage.Part::digest).sorted().toList());
    } finally {
      TimeZone.setDefault(zone);
    }
  }

  @Test
  void it_is_an_oci_image_of_the_base_and_the_program() throws Exception {
    OciImage image = new Machine("one").make(base(RootUse.RUNTIME, BASE));
    JsonNode manifest = json(part(image, image.manifest().toString()));
    assertEquals("application/vnd.oci.image.manifest.v1+json", manifest.path("mediaType").asText());
    assertEquals(2, manifest.path("layers").size());
    JsonNode config = json(part(image, manifest.at("/config/digest").asText()));
    assertEquals("linux", config.path("os").asText());
    assertEquals("amd64", config.path("architecture").asText());
    assertEquals("1970-01-01T00:00:00Z", config.path("created").asText());
    assertEquals("65532:65532", config.at("/config/User").asText());
    assertEquals("[\"/usr/local/bin/agent\"]", config.at("/config/Entrypoint").toString());
    assertEquals("[\"--quiet\"]", config.at("/config/Cmd").toString());
    assertEquals("{\"8080/tcp\":{},\"8081/tcp\":{}}", config.at("/config/ExposedPorts").toString());
    assertEquals(
        "{\"org.example.a\":\"1\",\"org.example.b\":\"2\"}",
        config.at("/config/Labels").toString());
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    BinaryLayer.Written layer = LAYER.write(sink -> sink.write(PROGRAM), PROGRAM.length, again);
    assertEquals(
        "[\"%s\",\"%s\"]".formatted(BASE, layer.diffId()),
        config.at("/rootfs/diff_ids").toString());
    assertEquals(layer.digest().toString(), manifest.at("/layers/1/digest").asText());
    assertEquals(layer.size(), manifest.at("/layers/1/size").asLong());
    assertEquals(Digest.sha256(PROGRAM), layer.program());
    assertArrayEquals(again.toByteArray(), part(image, layer.digest().toString()));
    Map<String, TarArchiveEntry> entries = layer(image, manifest.at("/layers/1"));
    assertEquals(
        List.of(
            "etc/", "etc/agent/", "usr/", "usr/local/", "usr/local/bin/", "usr/local/bin/agent"),
        new ArrayList<>(entries.keySet()));
    for (TarArchiveEntry entry : entries.values()) {
      assertEquals(0755, entry.getMode() & 07777, entry.getName());
      assertEquals(0, entry.getLongUserId() + entry.getLongGroupId());
      assertEquals(0, entry.getLastModifiedTime().toMillis());
    }
  }

  @Test
  void a_runtime_root_has_no_documents_no_builder_and_says_what_it_is_made_of() throws Exception {
    Machine machine = new Machine("one");
    Path tree = machine.roots.provide(base(RootUse.RUNTIME, BASE)).directory();
    assertEquals("LGPL", Files.readString(tree.resolve("usr/share/doc/libc6/copyright")));
    assertEquals("A\n", Files.readString(tree.resolve("etc/ssl/certs/ca-certificates.crt")));
    assertTrue(
        Files.readString(tree.resolve("var/lib/dpkg/status.d/libc6"))
            .startsWith("Package: libc6\nStatus: install ok installed\n"));
    assertTrue(Files.readString(tree.resolve("etc/passwd")).contains("nonroot:x:65532:65532:"));
    for (String absent :
        List.of(
            "usr/share/doc/libc6/changelog.gz",
            "usr/share/man",
            "usr/share/ca-certificates",
            "usr/lib/x86_64-linux-gnu/gconv",
            "build",
            "varied",
            "src")) {
      assertFalse(Files.exists(tree.resolve(absent)), absent);
    }
  }

  private void refused(String words, Pin pin, BinaryLayer layer) throws IOException {
    Machine machine = new Machine("refused");
    Path program = Files.write(machine.home.resolve("program"), PROGRAM);
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                machine.roots.image(
                    pin, program, layer, CONFIG, Files.createTempDirectory(machine.home, "work")));
    assertEquals(ExitCode.USAGE, failure.code());
    assertTrue(failure.getMessage().contains(words), failure.getMessage());
  }

  @Test
  void what_the_base_has_already_is_refused() throws Exception {
    Pin base = base(RootUse.RUNTIME, BASE);
    refused(
        "the base has a /usr/bin/taken already",
        base,
        new BinaryLayer("/usr/bin/taken", List.of()));
    refused("/bin of the base is no ordinary", base, new BinaryLayer("/bin/agent", List.of()));
    refused("/opt of the base is no ordinary", base, new BinaryLayer("/opt/agent", List.of()));
    refused(
        "/tmp of the base is no ordinary", base, new BinaryLayer("/app/a", List.of("/tmp/etc")));
  }

  @Test
  void a_root_to_build_in_is_no_base() throws Exception {
    refused("is not one to run programs on", base(RootUse.BUILD, BASE), LAYER);
  }

  @Test
  void a_program_that_changes_size_meanwhile_is_found_out() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThrows(EOFException.class, () -> LAYER.write(sink -> sink.write(PROGRAM), 10, out));
    assertThrows(
        EOFException.class,
        () -> LAYER.write(sink -> sink.write(PROGRAM), PROGRAM.length + 1L, out));
  }

  @Test
  void paths_that_climb_are_no_layer() {
    for (String path : List.of("agent", "/", "/usr//agent", "/usr/../agent", "/usr/agent/", "")) {
      assertThrows(IllegalArgumentException.class, () -> new BinaryLayer(path, List.of()), path);
    }
  }

  @Test
  void the_shipped_runtime_pin_is_one_to_run_programs_on() {
    Pin pin = dev.selfsame.pins.PinCatalogue.shipped().find("trixie-runtime");
    assertEquals(RootUse.RUNTIME, ((DebsRoot) pin.root()).use());
  }
}
