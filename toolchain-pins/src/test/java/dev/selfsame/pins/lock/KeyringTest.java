package dev.selfsame.pins.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.openpgp.bc.BcPGPPublicKeyRingCollection;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real InRelease of bookworm-security and Debian's own keyring. */
class KeyringTest {
  @TempDir private Path folder;
  private Keyring keyring;
  private byte[] release;

  @BeforeEach
  void read() throws Exception {
    Path file = folder.resolve("keyring.gpg");
    Files.write(file, resource("keyring.gpg"));
    keyring = Keyring.read(file);
    release = resource("InRelease");
  }

  private static byte[] resource(String name) throws Exception {
    try (InputStream in = KeyringTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  private void refused(byte[] file) {
    Failure failure = assertThrows(Failure.class, () -> keyring.verify(file, "InRelease"));
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
  }

  private String text() {
    return new String(release, StandardCharsets.ISO_8859_1);
  }

  private void refusedText(String text) {
    refused(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void debians_own_release_holds_and_is_read() {
    Keyring.Signed signed = keyring.verify(release, "InRelease");
    assertTrue(signed.signedBy().stream().allMatch(f -> f.matches("[0-9A-F]{40}")));
    SuiteRelease content = SuiteRelease.parse(signed.lines(), "InRelease");
    assertEquals("bookworm-security", content.codename());
    assertTrue(content.files().containsKey("main/binary-amd64/Packages.xz"));
    assertTrue(Objects.requireNonNull(content.validUntil()).isAfter(content.date()));
  }

  @Test
  void one_flipped_bit_anywhere_is_refused() {
    int body = text().indexOf("\n\n") + 2;
    int signature = text().indexOf("-----BEGIN PGP SIGNATURE");
    for (int at = body; at < signature - 1; at += 997) {
      byte[] altered = release.clone();
      altered[at] ^= 1;
      refused(altered);
    }
    byte[] altered = release.clone();
    altered[text().indexOf("\n\n", signature) + 200] ^= 1;
    refused(altered);
  }

  @Test
  void text_around_or_within_the_frame_is_refused() {
    refusedText("Origin: Evil\n" + text());
    refusedText(text() + "Origin: Evil\n");
    refusedText(text().replaceFirst("\n\n", "\n\nOrigin: Evil\n"));
    refusedText(text().replaceFirst("Hash: [A-Z0-9]+\n", "Comment: x\n"));
    refusedText(text().replaceFirst("\n-----BEGIN PGP SIGNATURE", "\nOrigin: Evil$0"));
  }

  @Test
  void a_truncated_file_is_refused() {
    for (int length = 0; length < release.length - 1; length += 1009) {
      refused(java.util.Arrays.copyOf(release, length));
    }
  }

  @Test
  void a_key_that_is_not_in_the_keyring_counts_for_nothing() throws Exception {
    Path other = folder.resolve("other.gpg");
    var signers = keyring.verify(release, "InRelease").signedBy();
    var others = new java.io.ByteArrayOutputStream();
    for (var ring : new BcPGPPublicKeyRingCollection(resource("keyring.gpg"))) {
      boolean signer = false;
      for (var key : ring) {
        String print = HexFormat.of().withUpperCase().formatHex(key.getFingerprint());
        signer |= signers.contains(print);
      }
      if (!signer) {
        ring.encode(others);
      }
    }
    Files.write(other, others.toByteArray());
    Keyring empty = Keyring.read(other);
    Failure failure = assertThrows(Failure.class, () -> empty.verify(release, "InRelease"));
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
    assertTrue(failure.getMessage().contains("no key of the keyring"), failure.getMessage());
  }

  @Test
  void a_keyring_that_is_none_is_a_usage_failure() throws Exception {
    Files.writeString(folder.resolve("none.gpg"), "not a keyring");
    assertThrows(Failure.class, () -> Keyring.read(folder.resolve("none.gpg")));
    assertThrows(Failure.class, () -> Keyring.read(folder.resolve("absent.gpg")));
  }

  @Test
  void a_release_without_its_fields_is_refused() {
    assertThrows(Failure.class, () -> SuiteRelease.parse(List.of("Suite: x"), "InRelease"));
    assertThrows(Failure.class, () -> SuiteRelease.parse(List.of("Date: yesterday"), "InRelease"));
    assertThrows(
        Failure.class, () -> SuiteRelease.parse(List.of("SHA256:", " zz 1 main/x"), "InRelease"));
  }
}
