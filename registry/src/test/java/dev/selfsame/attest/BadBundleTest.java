package dev.selfsame.attest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every fault of a bundle is refused with its own reason. */
class BadBundleTest {
  private static final Signer SIGNER = Vectors.ed25519();
  private static final Bundle GOOD = Bundle.attest(Vectors.statement(), SIGNER);
  private static final TrustRoot ROOT =
      Vectors.root(Vectors.trusted(SIGNER.key(), Role.BUILDER, "alice"));
  private static final String TEXT = new String(GOOD.bytes(), UTF_8);
  private static final String SIGNATURE =
      TEXT.substring(TEXT.indexOf("{\"sig\""), TEXT.indexOf("]}}"));

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("two signatures", SIGNATURE, SIGNATURE + "," + SIGNATURE, "2 signatures"),
        fault("no signature", SIGNATURE, "", "0 signatures"),
        fault("a keyid", "{\"sig\"", "{\"keyid\":\"abc\",\"sig\"", "by keyid"),
        fault("a keyid object", "{\"sig\"", "{\"keyid\":{},\"sig\"", "by keyid"),
        fault("a null keyid", "{\"sig\"", "{\"keyid\":null,\"sig\"", "by keyid"),
        fault("a foreign type", "vnd.in-toto+json", "vnd.other+json", "foreign payload type"),
        fault("a media type", "bundle.v0.3+json", "bundle.v0.9+json", "mediaType is not"),
        fault(
            "a duplicate key",
            "{\"mediaType\"",
            "{\"mediaType\":\"x\",\"mediaType\"",
            "Duplicate field 'mediaType'"),
        fault(
            "a duplicate key within",
            "\"payloadType\"",
            "\"payloadType\":\"x\",\"payloadType\"",
            "Duplicate field 'payloadType'"),
        fault("an unknown field", "{\"mediaType\"", "{\"x\":1,\"mediaType\"", "unknown field x"),
        fault(
            "an unknown field within",
            "{\"sig\"",
            "{\"cert\":\"x\",\"sig\"",
            "unknown field dsseEnvelope.signatures[0].cert"),
        fault(
            "both kinds",
            "\"dsseEnvelope\"",
            "\"messageSignature\":{},\"dsseEnvelope\"",
            "not exactly one of"),
        fault("neither kind", "\"dsseEnvelope\"", "\"other\"", "unknown field other"),
        fault(
            "a time stamp",
            "{\"publicKey\"",
            "{\"timestampVerificationData\":{\"rfc3161Timestamps\":[{}]},\"publicKey\"",
            "would go unverified"),
        fault(
            "a log entry",
            "{\"publicKey\"",
            "{\"tlogEntries\":[{}],\"publicKey\"",
            "would go unverified"),
        fault(
            "a certificate",
            "{\"publicKey\"",
            "{\"certificate\":{\"rawBytes\":\"\"},\"publicKey\"",
            "would go unverified"),
        fault("loose Base64", "\"payload\":\"", "\"payload\":\" ", "not canonical Base64"),
        fault("url Base64", "{\"sig\":\"", "{\"sig\":\"--__", "not canonical Base64"),
        fault("a number", "\"payload\":\"", "\"payload\":5,\"p\":\"", "unknown field"),
        fault("trailing data", "]}}", "]}} {}", "data after the end"));
  }

  private static Arguments fault(String name, String from, String to, String reason) {
    String bad = TEXT.replace(from, to);
    assertTrue(!bad.equals(TEXT), name);
    return Arguments.of(name, bad, reason);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void each_fault_has_its_own_reason(String name, String json, String reason) {
    Failure e = assertThrows(Failure.class, () -> Bundle.parse(json.getBytes(UTF_8), "b.json"));
    assertEquals(ExitCode.BAD_EVIDENCE, e.code());
    assertTrue(e.getMessage().startsWith("b.json is not a valid bundle: "), e.getMessage());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void empty_unverified_material_and_an_empty_keyid_are_read_as_absent() {
    String json =
        TEXT.replace(
                "{\"publicKey\"",
                "{\"tlogEntries\":[],\"timestampVerificationData\":{},\"publicKey\"")
            .replace("{\"sig\"", "{\"keyid\":\"\",\"sig\"");
    Bundle bundle = Bundle.parse(json.getBytes(UTF_8), "b.json");
    assertEquals("alice", ROOT.verify(bundle, Role.BUILDER, Vectors.NOW).signer().operator());
  }

  @Test
  void truncation_at_every_offset_is_refused() {
    byte[] whole = GOOD.bytes();
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      Failure e = assertThrows(Failure.class, () -> Bundle.parse(part, "b.json"));
      assertEquals(ExitCode.BAD_EVIDENCE, e.code());
    }
  }

  @Test
  void no_flipped_bit_of_the_file_changes_what_is_believed() {
    byte[] whole = GOOD.bytes();
    byte[] said = Vectors.statement().bytes();
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      try {
        Attestation attestation =
            ROOT.verify(Bundle.parse(flipped, "b.json"), Role.BUILDER, Vectors.NOW);
        // Only the hint, which decides nothing, may differ.
        assertTrue(Arrays.equals(said, attestation.statement().bytes()));
        int at = bit / 8;
        int hint = TEXT.indexOf("\"hint\":\"") + 8;
        assertTrue(at >= hint && at < hint + 44, "believed with bit " + bit + " flipped");
      } catch (Failure e) {
        assertEquals(ExitCode.BAD_EVIDENCE, e.code());
      }
    }
  }

  @Test
  void every_flipped_bit_of_payload_and_signature_is_refused() {
    Envelope envelope = ((Bundle.Attested) GOOD.content()).envelope();
    for (String part : new String[] {"payload", "sig"}) {
      byte[] bytes = part.equals("sig") ? envelope.signature() : envelope.payload();
      String before = "\"%s\":\"%s\"".formatted(part, Base64.getEncoder().encodeToString(bytes));
      assertTrue(TEXT.contains(before));
      for (int bit = 0; bit < bytes.length * 8; bit++) {
        byte[] flipped = bytes.clone();
        flipped[bit / 8] ^= (byte) (1 << (bit % 8));
        String after = "\"%s\":\"%s\"".formatted(part, Base64.getEncoder().encodeToString(flipped));
        Bundle bundle = Bundle.parse(TEXT.replace(before, after).getBytes(UTF_8), "b.json");
        Failure e =
            assertThrows(Failure.class, () -> ROOT.verify(bundle, Role.BUILDER, Vectors.NOW));
        assertTrue(e.getMessage().contains("does not hold"), e.getMessage());
      }
    }
  }

  @Test
  void text_that_is_no_utf8_or_has_a_byte_order_mark_is_refused() {
    byte[] utf16 = TEXT.getBytes(java.nio.charset.StandardCharsets.UTF_16LE);
    assertThrows(Failure.class, () -> Bundle.parse(utf16, "b.json"));
    byte[] marked = ("\uFEFF" + TEXT).getBytes(UTF_8);
    assertThrows(Failure.class, () -> Bundle.parse(marked, "b.json"));
    byte[] deep = "[".repeat(100_000).getBytes(UTF_8);
    assertThrows(Failure.class, () -> Bundle.parse(deep, "b.json"));
  }

  @Test
  void a_file_that_is_absent_or_too_large_is_refused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("b.json");
    assertEquals(ExitCode.UNDECIDED, assertThrows(Failure.class, () -> Bundle.read(file)).code());
    Files.write(file, new byte[Bundle.MAX_BYTES + 1]);
    assertEquals(
        ExitCode.BAD_EVIDENCE, assertThrows(Failure.class, () -> Bundle.read(file)).code());
    Files.write(file, GOOD.bytes());
    assertEquals(GOOD, Bundle.read(file));
  }
}
