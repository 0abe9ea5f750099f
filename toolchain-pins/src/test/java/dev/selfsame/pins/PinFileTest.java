package dev.selfsame.pins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.lock.PinText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PinFileTest {
  private static final String HEX = "a".repeat(64);
  private static final String GOOD =
      """
      schema = 1
      [toolchain]
      id = "small"
      platform = "linux/amd64"
      epoch = 1700000000
      [root]
      kind = "debs"
      diff-id = "sha256:%1$s"
      request = ["hello"]
      [[root.release]]
      archive = "debian"
      suite = "trixie"
      inrelease-sha256 = "%1$s"
      signed-by = []
      snapshot = "20261122T091544Z"
      [[root.deb]]
      name = "hello"
      version = "2.10-5"
      arch = "amd64"
      archive = "debian"
      path = "pool/main/h/hello/hello_2.10-5_amd64.deb"
      size = 1234
      sha256 = "%1$s"
      """
          .formatted(HEX);

  private static Pin parse(String toml) {
    return PinFile.parse(toml.getBytes(StandardCharsets.UTF_8), "my.toml");
  }

  @Test
  void a_deb_pin_is_read_whole() {
    Pin pin = parse(GOOD);
    assertEquals("small", pin.id());
    assertEquals(Normalise.USUAL, pin.normalise());
    assertEquals(Digest.sha256(GOOD.getBytes(StandardCharsets.UTF_8)), pin.fileDigest());
    DebsRoot root = (DebsRoot) pin.root();
    assertEquals(1234, root.downloadBytes());
    assertEquals(Digest.ofSha256Hex(HEX), root.debs().getFirst().sha256());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "schema = 1 | schema = 2 | my.toml:1:1: schema is not 1",
        "schema = 1 | schema = \"1\" | my.toml:1:1: schema is not a whole number",
        "schema = 1 | schema = 1\\nbogus = 3 | my.toml:2:1: unknown field bogus",
        "size = 1234 | size = \"1234\" | my.toml:22:1: root.deb.size is not a whole number",
        "size = 1234 | size = -1 | my.toml:22:1: root.deb.size is negative",
        "hello_2.10-5_amd64 | hello_2% | my.toml:21:1: root.deb.path is not a path below pool/",
        "hello_2.10-5_amd64 | hello_2%3 | my.toml:21:1: root.deb.path is not a path below pool/",
        "size = 1234 | sise = 1234 | my.toml:16:1: field root.deb.size is missing",
        "size = 1234 | size = 1234\\nmd5 = \"x\" | my.toml:23:1: unknown field root.deb.md5",
        "diff-id = \"sha256:a | diff-id = \"sha256:A | my.toml:8:1: root.diff-id: not a sha256",
        "diff-id = \"sha256:a | diff-id = \"md5:a | my.toml:8:1: root.diff-id: not a digest alg",
        "sha256 = \"aaaa | sha256 = \"aaa | my.toml:13:1: root.release.inrelease-sha256: not a",
        "kind = \"debs\" | kind = \"zip\" | my.toml:7:1: root.kind is neither debs nor image: zip",
        "kind = \"debs\" | kind = \"debs\"\\nuse = \"x\" | my.toml:8:1: root.use is neither build",
        "request = [\"hello\"] | request = [\"a\", 1] | my.toml:9:17: root.request holds what is not",
        "pool/main/h | pool/../h | my.toml:21:1: root.deb.path is not a path below pool/",
        "pool/main/h | /etc/h | my.toml:21:1: root.deb.path is not a path below pool/",
        "platform = \"linux/amd64\" | platform = \"mac\" | my.toml:4:1: toolchain.platform is not",
        "[toolchain] | [toolchain | my.toml:2:11:",
        "archive = \"debian\"\\npath | archive = \"other\"\\npath | my.toml:16:1: package hello is in",
      })
  void what_is_wrong_is_said_with_line_and_column(String from, String to, String message) {
    String toml = GOOD.replace(from.replace("\\n", "\n"), to.replace("\\n", "\n"));
    Failure failure = assertThrows(Failure.class, () -> parse(toml));
    assertEquals(ExitCode.USAGE, failure.code());
    assertTrue(failure.getMessage().startsWith(message), failure.getMessage());
  }

  @Test
  void truncation_at_every_offset_is_a_usage_failure_or_a_shorter_pin() {
    for (int length = 0; length < GOOD.length() - 1; length++) {
      String cut = GOOD.substring(0, length);
      try {
        parse(cut);
      } catch (Failure failure) {
        assertEquals(ExitCode.USAGE, failure.code(), cut);
      }
    }
  }

  @Test
  void an_epoch_in_a_packages_path_is_read() {
    DebsRoot root = (DebsRoot) parse(GOOD.replace("hello_2.10", "hello_1%3a2.10")).root();
    assertEquals("pool/main/h/hello/hello_1%3a2.10-5_amd64.deb", root.debs().getFirst().path());
  }

  @Test
  void a_tag_without_digest_pins_nothing() {
    String toml =
        """
        schema = 1
        [toolchain]
        id = "x"
        platform = "linux/amd64"
        [root]
        kind = "image"
        ref = "docker.io/library/rust:1"
        """;
    assertTrue(
        assertThrows(Failure.class, () -> parse(toml)).getMessage().contains("pins nothing"));
  }

  @Test
  void bytes_that_are_not_utf8_are_a_usage_failure() {
    assertThrows(Failure.class, () -> PinFile.parse(new byte[] {(byte) 0xff}, "my.toml"));
  }

  @Test
  void a_pin_written_and_read_again_is_the_same() {
    for (PinCatalogue.Entry entry : PinCatalogue.shipped().entries()) {
      if (entry.pin().root() instanceof DebsRoot root) {
        assertEquals(entry.toml(), PinText.of(entry.pin(), root), entry.pin().id());
      }
    }
  }

  @Test
  void every_shipped_file_stands_in_the_index() throws Exception {
    Path folder = Path.of(System.getProperty("selfsame.basedir", "."), "pins");
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names =
          files
              .map(f -> f.getFileName().toString())
              .filter(n -> n.endsWith(".toml"))
              .sorted()
              .toList();
      assertEquals(names, Files.readAllLines(folder.resolve("INDEX")));
      assertEquals(
          names,
          PinCatalogue.shipped().entries().stream()
              .map(e -> e.pin().id() + ".toml")
              .sorted()
              .toList());
    }
  }

  @Test
  void an_unknown_id_is_answered_with_the_known_ones() {
    Failure failure = assertThrows(Failure.class, () -> PinCatalogue.shipped().find("nope"));
    assertEquals(ExitCode.USAGE, failure.code());
    assertTrue(failure.hint().contains("trixie-rust-1.85.1"), failure.hint());
  }

  @Test
  void own_pins_stand_beside_the_shipped_and_may_not_clash(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("a.toml"), GOOD);
    assertEquals("small", PinCatalogue.of(List.of(folder)).find("small").id());
    Files.writeString(folder.resolve("b.toml"), GOOD);
    assertThrows(Failure.class, () -> PinCatalogue.of(List.of(folder)));
    assertThrows(Failure.class, () -> PinCatalogue.of(List.of(folder.resolve("none.toml"))));
  }
}
