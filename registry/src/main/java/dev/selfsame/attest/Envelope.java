package dev.selfsame.attest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.evidence.MalformedDocumentException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * A DSSE envelope: a statement's bytes and one signature, not yet believed. Only {@link TrustRoot}
 * turns it into an {@link Attestation}.
 *
 * <p>Source: Dead Simple Signing Envelope v1.0. Key ids are not written, and refused where they say
 * anything: cosign refuses foreign ones, and an unsigned name must not choose the key.
 */
public final class Envelope {
  /** The payload type of in-toto statements, the only one that is read. */
  public static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

  private final byte[] payload;
  private final byte[] signature;

  private Envelope(byte[] payload, byte[] signature) {
    this.payload = payload;
    this.signature = signature;
  }

  /** Signs a statement's exact bytes. */
  public static Envelope sign(Statement statement, Signer signer) {
    byte[] payload = statement.bytes();
    return new Envelope(payload, signer.sign(pae(payload)));
  }

  /**
   * Reads an envelope that stands alone, one line of an {@code .intoto.jsonl} file.
   *
   * @throws MalformedDocumentException where it is not strictly of the form
   */
  public static Envelope parse(byte[] json) {
    return read(StrictJson.object(json));
  }

  static Envelope read(Fields envelope) {
    envelope.only("payload", "payloadType", "signatures");
    String type = envelope.text("payloadType");
    if (!type.equals(PAYLOAD_TYPE)) {
      throw Fields.malformed("foreign payload type (want " + PAYLOAD_TYPE + "): " + type);
    }
    List<Fields> signatures = envelope.objects("signatures");
    if (signatures.size() != 1) {
      throw Fields.malformed(
          signatures.size() + " signatures where exactly one is allowed (one bundle a signer)");
    }
    Fields signature = signatures.getFirst().only("sig", "keyid");
    JsonNode keyid = signature.node().path("keyid");
    if (!keyid.isMissingNode() && !(keyid.isTextual() && keyid.textValue().isEmpty())) {
      throw Fields.malformed("the signature names a key by keyid, which is not signed");
    }
    return new Envelope(envelope.base64("payload"), signature.base64("sig"));
  }

  /** The statement's bytes; nothing is known of who wrote them. */
  public byte[] payload() {
    return payload.clone();
  }

  /** The one signature, 64 bytes for Ed25519, DER for P-256. */
  public byte[] signature() {
    return signature.clone();
  }

  /** What the signature covers: DSSE's pre-authentication encoding of type and payload. */
  public byte[] signedBytes() {
    return pae(payload);
  }

  /** The envelope alone as JSON on one line, as {@code .intoto.jsonl} files carry it. */
  public byte[] json() {
    return StrictJson.compact(tree());
  }

  ObjectNode tree() {
    ObjectNode tree =
        StrictJson.newObject()
            .put("payload", Base64.getEncoder().encodeToString(payload))
            .put("payloadType", PAYLOAD_TYPE);
    tree.putArray("signatures")
        .addObject()
        .put("sig", Base64.getEncoder().encodeToString(signature));
    return tree;
  }

  private static byte[] pae(byte[] payload) {
    // No formatter: it costs a fresh JVM ten milliseconds.
    String head =
        "DSSEv1 " + PAYLOAD_TYPE.length() + " " + PAYLOAD_TYPE + " " + payload.length + " ";
    ByteArrayOutputStream out = new ByteArrayOutputStream(head.length() + payload.length);
    out.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(payload);
    return out.toByteArray();
  }
}
