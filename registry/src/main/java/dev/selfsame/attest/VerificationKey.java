package dev.selfsame.attest;

import dev.selfsame.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * A public key that checks signatures: pure Ed25519 (RFC 8032, never the pre-hashed form) or ECDSA
 * on P-256 with SHA-256 in DER. Two keys are equal where their encodings are; since only the one
 * canonical encoding of each scheme is read, one key cannot stand under two fingerprints.
 *
 * <p>Uses the JDK alone.
 */
public final class VerificationKey {
  private static final String PEM_BEGIN = "-----BEGIN PUBLIC KEY-----";
  private static final String PEM_END = "-----END PUBLIC KEY-----";
  private static final BigInteger P256_P =
      new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
  private static final BigInteger P256_B =
      new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);

  /** Little-endian y of every point of order 1, 2, 4 and 8, non-canonical encodings included. */
  private static final List<String> SMALL_ORDER =
      List.of(
          "0000000000000000000000000000000000000000000000000000000000000000",
          "0100000000000000000000000000000000000000000000000000000000000000",
          "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
          "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

  private final byte[] spki;
  private final Scheme scheme;
  private final Digest fingerprint;

  private VerificationKey(byte[] spki, Scheme scheme) {
    this.spki = spki;
    this.scheme = scheme;
    this.fingerprint = Digest.sha256(spki);
  }

  /** The signature schemes that Selfsame and cosign have in common. */
  public enum Scheme {
    /** RFC 8410; a third of P-256's cost in a fresh JVM. */
    ED25519("Ed25519", "Ed25519", "Ed25519", "302a300506032b6570032100", 32),
    /** RFC 5480, named curve, uncompressed point. */
    ECDSA_P256(
        "ECDSA P-256",
        "EC",
        "SHA256withECDSA",
        "3059301306072a8648ce3d020106082a8648ce3d03010703420004",
        64);

    private final String title;
    private final String keyAlgorithm;
    private final String signatureAlgorithm;
    private final String prefix;
    private final int length;

    Scheme(
        String title, String keyAlgorithm, String signatureAlgorithm, String prefix, int length) {
      this.title = title;
      this.keyAlgorithm = keyAlgorithm;
      this.signatureAlgorithm = signatureAlgorithm;
      this.prefix = prefix;
      this.length = prefix.length() / 2 + length;
    }

    /** The scheme's name for people. */
    public String title() {
      return title;
    }

    String keyAlgorithm() {
      return keyAlgorithm;
    }

    Signature start() {
      try {
        return Signature.getInstance(signatureAlgorithm);
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every JDK has " + signatureAlgorithm, e);
      }
    }

    boolean encodes(byte[] spki) {
      return spki.length == length && HexFormat.of().formatHex(spki).startsWith(prefix);
    }
  }

  /**
   * Reads a SubjectPublicKeyInfo in DER.
   *
   * @throws IllegalArgumentException for every other encoding, scheme or curve, and for a point
   *     that is not on the curve
   */
  public static VerificationKey parse(byte[] spki) {
    for (Scheme scheme : Scheme.values()) {
      if (scheme.encodes(spki)) {
        checkPoint(scheme, spki);
        return new VerificationKey(spki.clone(), scheme);
      }
    }
    throw new IllegalArgumentException(
        "not an Ed25519 or P-256 public key (SubjectPublicKeyInfo in DER)");
  }

  /**
   * Reads a {@code PUBLIC KEY} in PEM, or bare Base64 of its DER.
   *
   * @throws IllegalArgumentException where it is neither
   */
  public static VerificationKey parsePem(String text) {
    String body = text.strip();
    if (body.startsWith(PEM_BEGIN) && body.endsWith(PEM_END)) {
      body = body.substring(PEM_BEGIN.length(), body.length() - PEM_END.length());
    } else if (body.startsWith("-----")) {
      throw new IllegalArgumentException("not a PEM PUBLIC KEY");
    }
    byte[] spki;
    try {
      spki = Base64.getDecoder().decode(body.replace("\n", "").replace("\r", "").strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the public key is not Base64", e);
    }
    return parse(spki);
  }

  /** The SubjectPublicKeyInfo in DER. */
  public byte[] spki() {
    return spki.clone();
  }

  public Scheme scheme() {
    return scheme;
  }

  /** SHA-256 of the SubjectPublicKeyInfo. */
  public Digest fingerprint() {
    return fingerprint;
  }

  /** The fingerprint as Sigstore bundles carry it: Base64. Never decides anything. */
  public String hint() {
    return Base64.getEncoder().encodeToString(fingerprint.bytes());
  }

  /** The key in PEM with a final newline. */
  public String pem() {
    return PEM_BEGIN
        + "\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(spki)
        + "\n"
        + PEM_END
        + "\n";
  }

  /**
   * Whether anything can be signed for it. Half of all 32 bytes are no point of Ed25519's curve,
   * and {@link #parse} does not look, since that costs as much as half a signature: no signature
   * holds by such a key.
   */
  public boolean isUsable() {
    try {
      var _ = started();
      return true;
    } catch (InvalidKeyException e) {
      return false;
    }
  }

  /** Whether this key made this signature over exactly this message. */
  public boolean verifies(byte[] message, byte[] signature) {
    try {
      Signature check = started();
      check.update(message);
      return check.verify(signature);
    } catch (SignatureException | InvalidKeyException e) {
      return false; // not even of a signature's form, or no point of the curve
    }
  }

  /** Whether this key made this signature over all that is left in the stream. */
  public boolean verifies(InputStream message, byte[] signature) throws IOException {
    try {
      Signature check = started();
      byte[] buffer = new byte[1 << 16];
      for (int n = message.read(buffer); n >= 0; n = message.read(buffer)) {
        check.update(buffer, 0, n);
      }
      return check.verify(signature);
    } catch (SignatureException | InvalidKeyException e) {
      return false;
    }
  }

  private Signature started() throws InvalidKeyException {
    try {
      Signature check = scheme.start();
      PublicKey key =
          KeyFactory.getInstance(scheme.keyAlgorithm())
              .generatePublic(new X509EncodedKeySpec(spki));
      check.initVerify(key);
      return check;
    } catch (InvalidKeySpecException e) {
      throw new InvalidKeyException("no point of the curve: " + fingerprint, e);
    } catch (InvalidKeyException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has " + scheme.keyAlgorithm(), e);
    }
  }

  private static void checkPoint(Scheme scheme, byte[] spki) {
    if (scheme == Scheme.ECDSA_P256 && !onP256(spki)) {
      throw new IllegalArgumentException("the public key's point is not on P-256");
    }
    if (scheme == Scheme.ED25519 && smallOrder(spki)) {
      throw new IllegalArgumentException(
          "the public key's point has small order: anyone could sign for it");
    }
  }

  /** The sign bit aside, y alone decides whether eight times the point is the neutral element. */
  private static boolean smallOrder(byte[] spki) {
    byte[] y = Arrays.copyOfRange(spki, spki.length - 32, spki.length);
    y[31] &= 0x7f;
    return SMALL_ORDER.contains(HexFormat.of().formatHex(y));
  }

  private static boolean onP256(byte[] spki) {
    BigInteger x = new BigInteger(1, spki, spki.length - 64, 32);
    BigInteger y = new BigInteger(1, spki, spki.length - 32, 32);
    BigInteger three = BigInteger.valueOf(3);
    BigInteger right = x.pow(3).subtract(three.multiply(x)).add(P256_B).mod(P256_P);
    return x.compareTo(P256_P) < 0
        && y.compareTo(P256_P) < 0
        && y.multiply(y).mod(P256_P).equals(right);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerificationKey key && Arrays.equals(spki, key.spki);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(spki);
  }

  @Override
  public String toString() {
    return scheme.title() + " " + fingerprint;
  }
}
