package dev.selfsame.attest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Base64;

/** Bundles around payloads that {@link Statement} would not make. */
public final class RawBundle {
  private RawBundle() {}

  /** Signs any payload; written apart from the product's own code, from the DSSE specification. */
  public static Bundle of(byte[] payload, Signer signer) {
    ByteArrayOutputStream pae = new ByteArrayOutputStream();
    String type = "application/vnd.in-toto+json";
    pae.writeBytes(("DSSEv1 28 " + type + " " + payload.length + " ").getBytes(US_ASCII));
    pae.writeBytes(payload);
    Base64.Encoder base64 = Base64.getEncoder();
    String json =
        """
        {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json",
         "verificationMaterial":{"publicKey":{"hint":"%s"}},
         "dsseEnvelope":{"payload":"%s","payloadType":"%s","signatures":[{"sig":"%s"}]}}
        """
            .formatted(
                signer.key().hint(),
                base64.encodeToString(payload),
                type,
                base64.encodeToString(signer.sign(pae.toByteArray())));
    return Bundle.parse(json.getBytes(UTF_8), "raw");
  }
}
