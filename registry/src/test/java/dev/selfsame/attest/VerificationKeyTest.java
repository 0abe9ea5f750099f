package dev.selfsame.attest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.VerificationKey.Scheme;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationKeyTest {

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void a_signature_holds_for_its_message_and_no_other(Scheme scheme) throws IOException {
    Signer signer = Vectors.signer(scheme);
    byte[] message = "message".getBytes(UTF_8);
    byte[] signature = signer.sign(message);
    assertTrue(signer.key().verifies(message, signature));
    assertTrue(signer.key().verifies(new ByteArrayInputStream(message), signature));
    assertFalse(signer.key().verifies("messagf".getBytes(UTF_8), signature));
    assertFalse(Vectors.signer(scheme).key().verifies(message, signature));
  }

  /** RFC 8032, 7.1, TEST 3. */
  @Test
  void the_vector_of_rfc_8032_holds() {
    HexFormat hex = HexFormat.of();
    VerificationKey key =
        VerificationKey.parse(
            hex.parseHex(
                "302a300506032b6570032100"
                    + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"));
    byte[] signature =
        hex.parseHex(
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
    assertTrue(key.verifies(hex.parseHex("af82"), signature));
  }

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void a_signature_of_any_other_length_is_no_signature(Scheme scheme) {
    Signer signer = Vectors.signer(scheme);
    byte[] message = {1, 2, 3};
    byte[] signature = signer.sign(message);
    for (int length = 0; length < signature.length + 40; length++) {
      boolean whole = length == signature.length;
      assertEquals(whole, signer.key().verifies(message, Arrays.copyOf(signature, length)));
    }
  }

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void a_key_reads_back_from_each_of_its_forms(Scheme scheme) {
    VerificationKey key = Vectors.signer(scheme).key();
    assertEquals(key, VerificationKey.parse(key.spki()));
    assertEquals(key, VerificationKey.parsePem(key.pem()));
    assertEquals(key.fingerprint(), VerificationKey.parse(key.spki()).fingerprint());
    assertTrue(key.pem().endsWith("-----END PUBLIC KEY-----\n"));
  }

  @ParameterizedTest
  @EnumSource(Scheme.class)
  void a_truncated_or_prolonged_key_is_refused(Scheme scheme) {
    byte[] spki = Vectors.signer(scheme).key().spki();
    for (int length = 0; length <= spki.length + 1; length++) {
      byte[] part = Arrays.copyOf(spki, length);
      if (length != spki.length) {
        assertThrows(IllegalArgumentException.class, () -> VerificationKey.parse(part));
      }
    }
  }

  @Test
  void a_point_off_the_curve_is_refused() {
    byte[] spki = Vectors.signer(Scheme.ECDSA_P256).key().spki();
    spki[spki.length - 1] ^= 1;
    assertThrows(IllegalArgumentException.class, () -> VerificationKey.parse(spki));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "0100000000000000000000000000000000000000000000000000000000000080",
      })
  void a_point_of_small_order_for_which_anyone_can_sign_is_refused(String point) {
    byte[] spki = HexFormat.of().parseHex("302a300506032b6570032100" + point);
    assertThrows(IllegalArgumentException.class, () -> VerificationKey.parse(spki));
  }

  @Test
  void by_a_point_that_is_not_on_the_curve_of_ed25519_no_signature_holds() {
    byte[] message = {1, 2, 3};
    byte[] signature = Vectors.ed25519().sign(message);
    int off = 0;
    for (int y = 2; y < 40; y++) {
      byte[] spki = Arrays.copyOf(HexFormat.of().parseHex("302a300506032b6570032100"), 44);
      spki[12] = (byte) y;
      VerificationKey key = VerificationKey.parse(spki);
      assertFalse(key.verifies(message, signature));
      off += key.isUsable() ? 0 : 1;
    }
    assertTrue(off > 5 && off < 33, off + " of 38 are off the curve");
    assertTrue(Vectors.ed25519().key().isUsable());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----"})
  void what_is_no_public_key_is_refused(String text) {
    assertThrows(IllegalArgumentException.class, () -> VerificationKey.parsePem(text));
  }

  @Test
  void halves_that_do_not_belong_together_make_no_signer() throws Exception {
    var generator = java.security.KeyPairGenerator.getInstance("Ed25519");
    var secret = generator.generateKeyPair().getPrivate();
    VerificationKey other = Vectors.ed25519().key();
    assertThrows(IllegalArgumentException.class, () -> Signer.of(secret, other));
    VerificationKey curve = Vectors.signer(Scheme.ECDSA_P256).key();
    assertThrows(IllegalArgumentException.class, () -> Signer.of(secret, curve));
  }
}
