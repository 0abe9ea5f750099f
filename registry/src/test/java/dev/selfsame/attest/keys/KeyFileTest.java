package dev.selfsame.attest.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.TrustRoot;
import dev.selfsame.attest.Vectors;
import dev.selfsame.attest.VerificationKey;
import dev.selfsame.attest.VerificationKey.Scheme;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Key files that openssl 3.0, ssh-keygen and cosign made, and our own. */
class KeyFileTest {
  private static final Path KEYS = Path.of("src/test/resources/keys");
  private static final Path TRUST = Path.of("src/test/resources/trust");
  private static final Passphrase PW = of -> "pw".toCharArray();
  private static final Passphrase NEVER =
      of -> {
        throw new AssertionError("asked for a passphrase");
      };

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "ed25519.pkcs8.pem, ed25519.pub, ED25519",
    "p256.sec1.pem, p256.pub, ECDSA_P256",
    "p256.pkcs8.pem, p256.pub, ECDSA_P256",
    "ed25519.openssh, ed25519.openssh.pub, ED25519",
    "p256.openssh, p256.openssh.pub, ECDSA_P256",
  })
  void an_unencrypted_key_is_read_without_a_passphrase(String file, String pub, Scheme scheme) {
    SecretKey key = KeyFile.read(KEYS.resolve(file), NEVER);
    assertEquals(KeyFile.readPublic(KEYS.resolve(pub), NEVER), key.key());
    assertEquals(scheme, key.signer().key().scheme());
  }

  @ParameterizedTest
  @CsvSource({
    "ed25519.pbkdf2.pem, ed25519.pub",
    "ed25519.scrypt.pem, ed25519.pub",
    "p256.pbkdf2.pem, p256.pub",
  })
  void a_key_under_pbes2_is_read(String file, String pub) {
    assertEquals(
        KeyFile.readPublic(KEYS.resolve(pub), NEVER),
        KeyFile.read(KEYS.resolve(file), PW).signer().key());
  }

  @Test
  void a_key_that_cosign_made_is_read() {
    SecretKey key = KeyFile.read(TRUST.resolve("cosign-p256.key"), PW);
    assertEquals(Vectors.publicKey("cosign-p256.pub"), key.key());
  }

  @Test
  void an_openssh_public_line_is_the_same_key_as_its_spki() {
    assertEquals(
        KeyFile.readPublic(KEYS.resolve("p256.openssh.spki.pub"), NEVER),
        KeyFile.readPublic(KEYS.resolve("p256.openssh.pub"), NEVER));
  }

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void a_written_key_reads_back_in_every_form(Scheme scheme) throws IOException {
    SecretKey key = SecretKey.generate(scheme);
    char[] word = "täglich neu".toCharArray();
    for (KeyFile.Format format : KeyFile.Format.values()) {
      Path file = Files.write(folder.resolve(format.name()), KeyFile.write(key, format, word));
      assertEquals(key.key(), KeyFile.read(file, of -> word).key());
      assertEquals(key.key(), KeyFile.readPublic(file, of -> word));
      assertFalse(Files.readString(file).contains("BEGIN PRIVATE KEY"));
    }
    Path plain = Files.write(folder.resolve("plain"), KeyFile.writePlain(key));
    byte[] message = "message".getBytes(StandardCharsets.UTF_8);
    assertTrue(key.key().verifies(message, KeyFile.read(plain, NEVER).signer().sign(message)));
  }

  @Test
  void a_public_key_with_a_mistyped_letter_that_is_no_point_of_the_curve_is_not_read()
      throws IOException {
    byte[] spki = SecretKey.generate(Scheme.ED25519).key().spki();
    VerificationKey mistyped = VerificationKey.parse(spki);
    while (mistyped.isUsable()) {
      spki[20]++;
      mistyped = VerificationKey.parse(spki);
    }
    Path file = Files.writeString(folder.resolve("mistyped.pub"), mistyped.pem());
    Failure failure = assertThrows(Failure.class, () -> KeyFile.readPublic(file, NEVER));
    assertEquals(ExitCode.USAGE, failure.code());
    assertTrue(failure.getMessage().contains("not on the curve"), failure.getMessage());
  }

  @Test
  void a_file_without_end_is_no_key_no_bundle_and_no_trust_root() {
    Path endless = Path.of("/dev/zero");
    assertThrows(Failure.class, () -> KeyFile.readPublic(endless, NEVER));
    assertThrows(Failure.class, () -> Bundle.read(endless));
    assertThrows(Failure.class, () -> TrustRoot.read(endless));
  }

  @Test
  void two_generated_keys_differ() {
    assertNotEquals(
        SecretKey.generate(Scheme.ED25519).key(), SecretKey.generate(Scheme.ED25519).key());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519.pbkdf2.pem", "ed25519.scrypt.pem", "p256.pbkdf2.pem"})
  void a_wrong_passphrase_is_said_in_one_line(String file) {
    wrong(KEYS.resolve(file));
  }

  @Test
  void a_wrong_passphrase_does_not_open_a_cosign_key() {
    wrong(TRUST.resolve("cosign-p256.key"));
  }

  private static void wrong(Path file) {
    for (String word : new String[] {"", "PW", "pw ", "pww"}) {
      Failure e =
          assertThrows(Failure.class, () -> KeyFile.read(file, of -> word.toCharArray()), word);
      assertEquals(ExitCode.USAGE, e.code());
      assertTrue(e.getMessage().startsWith("wrong passphrase for "), e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "keys/p256.legacy.pem, PEM's own encryption",
    "keys/p384.sec1.pem, not on P-256",
    "keys/rsa.pkcs8.pem, neither an Ed25519 nor a P-256 key",
    "keys/encrypted.openssh, under a passphrase",
    "keys/ed25519.pub, a PEM file of type PUBLIC KEY",
    "trust/statement.json, no PEM block",
    "trust/agent.bin, no PEM block",
  })
  void what_is_no_private_key_is_refused_with_the_reason(String file, String reason) {
    Path path = Path.of("src/test/resources").resolve(file);
    Failure e = assertThrows(Failure.class, () -> KeyFile.read(path, PW));
    assertEquals(ExitCode.USAGE, e.code());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  @Test
  void an_absent_file_is_a_usage_error_and_a_huge_one_is_refused() throws IOException {
    Failure absent = assertThrows(Failure.class, () -> KeyFile.read(folder.resolve("no"), PW));
    assertEquals(ExitCode.USAGE, absent.code());
    Path huge = Files.write(folder.resolve("huge"), new byte[100_000]);
    assertEquals(ExitCode.USAGE, assertThrows(Failure.class, () -> KeyFile.read(huge, PW)).code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519.pkcs8.pem", "p256.sec1.pem", "ed25519.openssh", "p256.openssh"})
  void a_truncated_key_is_refused_at_every_offset(String file) throws IOException {
    byte[] whole = Files.readAllBytes(KEYS.resolve(file));
    VerificationKey key = KeyFile.read(KEYS.resolve(file), NEVER).key();
    Path part = folder.resolve("part");
    for (int length = 0; length < whole.length; length++) {
      Files.write(part, Arrays.copyOf(whole, length));
      try {
        // Only the last line's end may be missing.
        assertEquals(key, KeyFile.read(part, NEVER).key());
        assertTrue(length >= whole.length - 2, "read at " + length);
      } catch (Failure e) {
        assertEquals(ExitCode.USAGE, e.code());
      }
    }
  }

  @Test
  void a_key_that_asks_for_endless_work_is_refused_unopened() throws IOException {
    String json =
        new String(
            java.util.Base64.getMimeDecoder()
                .decode(
                    Files.readString(TRUST.resolve("cosign-p256.key"))
                        .replaceAll("-----[^-]*-----", "")),
            StandardCharsets.UTF_8);
    String costly = json.replace("\"N\":65536", "\"N\":1073741824");
    assertNotEquals(json, costly);
    String pem =
        "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n"
            + java.util.Base64.getMimeEncoder()
                .encodeToString(costly.getBytes(StandardCharsets.UTF_8))
            + "\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n";
    Path file = Files.writeString(folder.resolve("costly"), pem);
    Failure e = assertThrows(Failure.class, () -> KeyFile.read(file, PW));
    assertTrue(e.getMessage().contains("settings of cosign"), e.getMessage());
  }

  @Test
  void a_key_from_a_file_signs_what_the_trust_root_then_believes() {
    SecretKey key = KeyFile.read(TRUST.resolve("cosign-p256.key"), PW);
    Bundle bundle = Bundle.attest(Vectors.statement(), key.signer());
    var root = Vectors.root(Vectors.trusted(key.key(), Role.BUILDER, "cosign"));
    assertEquals("cosign", root.verify(bundle, Role.BUILDER, Vectors.NOW).signer().operator());
  }
}
