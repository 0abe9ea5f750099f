package dev.selfsame.attest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A Sigstore bundle v0.3 made with a key: either a DSSE envelope or a signature over a file's own
 * bytes. It is identified by the SHA-256 of its bytes, and not yet believed.
 *
 * <p>Source: sigstore protobuf-specs, {@code sigstore_bundle.proto}, JSON form; what cosign 2.5 to
 * 3.1 read and write is in the interoperability tests. Reading is strict: what a lenient parser
 * might see otherwise than we do is refused, and so is material that would go unverified (log
 * entries, time stamps, certificates).
 */
public final class Bundle {
  /** The media type that is written. */
  public static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

  /** More is refused unread, 16 MiB. */
  public static final int MAX_BYTES = 16 << 20;

  private static final String OLD_MEDIA_TYPE =
      "application/vnd.dev.sigstore.bundle+json;version=0.3";

  private final byte[] bytes;
  private final String hint;
  private final Content content;

  private Bundle(byte[] bytes, String hint, Content content) {
    this.bytes = bytes;
    this.hint = hint;
    this.content = content;
  }

  /** What a bundle carries. */
  public sealed interface Content {}

  /** A signed statement. */
  public record Attested(Envelope envelope) implements Content {}

  /** A signature over a file, as {@code cosign sign-blob} makes it. */
  public static final class SignedFile implements Content {
    private final Optional<Digest> digest;
    private final byte[] signature;

    private SignedFile(Optional<Digest> digest, byte[] signature) {
      this.digest = digest;
      this.signature = signature;
    }

    /** SHA-256 of the file as the bundle claims it; cosign 3.1.1 leaves it out with Ed25519. */
    public Optional<Digest> digest() {
      return digest;
    }

    /** 64 bytes for Ed25519, DER for P-256. */
    public byte[] signature() {
      return signature.clone();
    }
  }

  /**
   * What it says, whoever signed it and whether or not.
   *
   * @return empty where it is no statement
   * @throws dev.selfsame.evidence.MalformedDocumentException where its payload is none
   */
  public Optional<Statement> unverified() {
    return content instanceof Attested attested
        ? Optional.of(Statement.parse(attested.envelope().payload()))
        : Optional.empty();
  }

  /** Signs a statement and bundles the envelope. */
  public static Bundle attest(Statement statement, Signer signer) {
    Envelope envelope = Envelope.sign(statement, signer);
    ObjectNode root = head(signer.key());
    root.set("dsseEnvelope", envelope.tree());
    return new Bundle(StrictJson.compact(root), signer.key().hint(), new Attested(envelope));
  }

  /** Signs a file's bytes, as {@code cosign sign-blob} does. */
  public static Bundle signFile(byte[] file, Signer signer) {
    Digest digest = Digest.sha256(file);
    byte[] signature = signer.sign(file);
    ObjectNode root = head(signer.key());
    ObjectNode message = root.putObject("messageSignature");
    message
        .putObject("messageDigest")
        .put("algorithm", "SHA2_256")
        .put("digest", Base64.getEncoder().encodeToString(digest.bytes()));
    message.put("signature", Base64.getEncoder().encodeToString(signature));
    return new Bundle(
        StrictJson.compact(root),
        signer.key().hint(),
        new SignedFile(Optional.of(digest), signature));
  }

  /**
   * Reads a bundle's file.
   *
   * @throws Failure with exit 4 where it is not strictly of the form, exit 3 where it cannot be
   *     read
   */
  public static Bundle read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw Failure.badEvidence(file + ": more than 16 MiB is no bundle", HINT);
      }
      return parse(bytes, file.toString());
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read the bundle " + file, "check the path and its permissions", e);
    }
  }

  /**
   * Reads a bundle.
   *
   * @param origin how to name these bytes in an error, such as the file's path
   * @throws Failure with exit 4 and its own reason for each fault
   */
  public static Bundle parse(byte[] json, String origin) {
    try {
      return parse(json);
    } catch (MalformedDocumentException e) {
      throw new Failure(
          ExitCode.BAD_EVIDENCE,
          "%s is not a valid bundle: %s".formatted(origin, e.getMessage()),
          HINT,
          e);
    }
  }

  private static final String HINT =
      "ask its author for the original file; a bundle must arrive byte for byte";

  private static Bundle parse(byte[] json) {
    Fields root =
        StrictJson.object(json)
            .only("mediaType", "verificationMaterial", "dsseEnvelope", "messageSignature");
    String type = root.text("mediaType");
    if (!type.equals(MEDIA_TYPE) && !type.equals(OLD_MEDIA_TYPE)) {
      throw Fields.malformed("mediaType is not " + MEDIA_TYPE + ": " + type);
    }
    boolean attested = root.node().has("dsseEnvelope");
    if (attested == root.node().has("messageSignature")) {
      throw Fields.malformed("not exactly one of dsseEnvelope and messageSignature");
    }
    return new Bundle(
        json.clone(),
        hint(root.object("verificationMaterial")),
        attested
            ? new Attested(Envelope.read(root.object("dsseEnvelope")))
            : signedFile(root.object("messageSignature")));
  }

  private static String hint(Fields material) {
    for (String unverified :
        List.of(
            "certificate", "x509CertificateChain", "tlogEntries", "timestampVerificationData")) {
      JsonNode value = material.node().path(unverified);
      if (!value.isMissingNode() && !(value.isContainerNode() && value.isEmpty())) {
        throw Fields.malformed(
            material.at(unverified)
                + " would go unverified: only bundles made with a key are read");
      }
    }
    material.only(
        "publicKey",
        "certificate",
        "x509CertificateChain",
        "tlogEntries",
        "timestampVerificationData");
    JsonNode hint = material.object("publicKey").only("hint").node().path("hint");
    if (!hint.isMissingNode() && !hint.isTextual()) {
      throw Fields.malformed(material.at("publicKey.hint") + " is not text");
    }
    return hint.asText("");
  }

  private static SignedFile signedFile(Fields message) {
    message.only("messageDigest", "signature");
    byte[] signature = message.base64("signature");
    if (!message.has("messageDigest") || message.object("messageDigest").node().isEmpty()) {
      return new SignedFile(Optional.empty(), signature);
    }
    Fields digest = message.object("messageDigest").only("algorithm", "digest");
    byte[] hash = digest.base64("digest");
    if (!digest.text("algorithm").equals("SHA2_256") || hash.length != 32) {
      throw Fields.malformed(digest.at("digest") + " is not a SHA2_256 digest");
    }
    String hex = HexFormat.of().formatHex(hash);
    return new SignedFile(Optional.of(Digest.ofSha256Hex(hex)), signature);
  }

  private static ObjectNode head(VerificationKey key) {
    ObjectNode root = StrictJson.newObject().put("mediaType", MEDIA_TYPE);
    root.putObject("verificationMaterial").putObject("publicKey").put("hint", key.hint());
    return root;
  }

  /** The exact bytes, to be stored under {@link #digest}. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** SHA-256 of the bundle's bytes. */
  public Digest digest() {
    return Digest.sha256(bytes);
  }

  /** What the bundle says of its key, unsigned; orders the attempts and decides nothing. */
  public String hint() {
    return hint;
  }

  public Content content() {
    return content;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bundle bundle && Arrays.equals(bytes, bundle.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "bundle " + digest();
  }
}
