package dev.selfsame.attest.keys;

import dev.selfsame.attest.Signer;
import dev.selfsame.attest.VerificationKey;
import dev.selfsame.attest.VerificationKey.Scheme;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.math.ec.ECPoint;

/** An Ed25519 or P-256 key pair that can be written to a file. */
public final class SecretKey {
  /** FIPS 186-4, D.1.2.3; the order tells a curve apart from all others in use. */
  private static final BigInteger P256_ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  private final byte[] pkcs8;
  private final VerificationKey key;

  private SecretKey(byte[] pkcs8, VerificationKey key) {
    this.pkcs8 = pkcs8;
    this.key = key;
  }

  /** Makes a new key from the JDK's secure random source. */
  public static SecretKey generate(Scheme scheme) {
    try {
      KeyPairGenerator generator =
          switch (scheme) {
            case ED25519 -> KeyPairGenerator.getInstance("Ed25519");
            case ECDSA_P256 -> {
              KeyPairGenerator curves = KeyPairGenerator.getInstance("EC");
              curves.initialize(new ECGenParameterSpec("secp256r1"));
              yield curves;
            }
          };
      return of(PrivateKeyFactory.createKey(generator.generateKeyPair().getPrivate().getEncoded()));
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError("every JDK makes " + scheme + " keys", e);
    }
  }

  /**
   * The key in its one encoding here, whatever file it came from; the public half is computed anew.
   *
   * @throws IllegalArgumentException for another scheme or curve
   */
  static SecretKey of(AsymmetricKeyParameter secret) throws IOException {
    return switch (secret) {
      case Ed25519PrivateKeyParameters edwards -> ed25519(edwards);
      case ECPrivateKeyParameters curve -> p256(curve);
      default ->
          throw new IllegalArgumentException(
              "neither an Ed25519 nor a P-256 key: " + secret.getClass().getSimpleName());
    };
  }

  private static SecretKey ed25519(Ed25519PrivateKeyParameters secret) throws IOException {
    var algorithm = new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519);
    byte[] spki =
        new SubjectPublicKeyInfo(algorithm, secret.generatePublicKey().getEncoded()).getEncoded();
    byte[] pkcs8 =
        new PrivateKeyInfo(algorithm, new DEROctetString(secret.getEncoded())).getEncoded();
    return new SecretKey(pkcs8, VerificationKey.parse(spki));
  }

  private static SecretKey p256(ECPrivateKeyParameters secret) throws IOException {
    if (!secret.getParameters().getN().equals(P256_ORDER)) {
      throw new IllegalArgumentException("an EC key that is not on P-256");
    }
    BigInteger number = secret.getD();
    ECPoint point = secret.getParameters().getG().multiply(number).normalize();
    byte[] encoded = point.getEncoded(false);
    var algorithm =
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1);
    byte[] spki = new SubjectPublicKeyInfo(algorithm, encoded).getEncoded();
    var body = new ECPrivateKey(256, number, new DERBitString(encoded), null);
    return new SecretKey(
        new PrivateKeyInfo(algorithm, body).getEncoded(), VerificationKey.parse(spki));
  }

  /** The public half. */
  public VerificationKey key() {
    return key;
  }

  /** The pair, ready to sign. */
  public Signer signer() {
    try {
      KeyFactory factory =
          KeyFactory.getInstance(key.scheme() == Scheme.ED25519 ? "Ed25519" : "EC");
      return Signer.of(factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8)), key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a checked key is refused: " + key, e);
    }
  }

  /** PrivateKeyInfo in DER (RFC 5958, version 0). */
  byte[] pkcs8() {
    return pkcs8.clone();
  }

  @Override
  public String toString() {
    return "secret " + key;
  }
}
