package dev.selfsame.attest.keys;

import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.misc.MiscObjectIdentifiers;
import org.bouncycastle.asn1.misc.ScryptParams;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfoBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;

/** PKCS#8 under a passphrase: PBES2 of RFC 8018, with scrypt of RFC 7914 too when reading. */
final class Pbes2 {
  /** OWASP Password Storage Cheat Sheet, PBKDF2-HMAC-SHA256. */
  private static final int ITERATIONS = 600_000;

  private static final int MAX_ITERATIONS = 20_000_000;
  private static final long MAX_SCRYPT_BYTES = 1L << 30;

  private Pbes2() {}

  /** EncryptedPrivateKeyInfo in DER: PBKDF2-HMAC-SHA256 and AES-256-CBC. */
  static byte[] seal(byte[] pkcs8, char[] passphrase, SecureRandom random) throws IOException {
    var prf = new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);
    try {
      var encryptor =
          new JcePKCSPBEOutputEncryptorBuilder(NISTObjectIdentifiers.id_aes256_CBC)
              .setProvider(new BouncyCastleProvider())
              .setPRF(prf)
              .setIterationCount(ITERATIONS)
              .setRandom(random)
              .build(passphrase);
      return new PKCS8EncryptedPrivateKeyInfoBuilder(PrivateKeyInfo.getInstance(pkcs8))
          .build(encryptor)
          .getEncoded();
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("BouncyCastle has no PBES2", e);
    }
  }

  /**
   * Opens an EncryptedPrivateKeyInfo.
   *
   * @throws WrongPassphraseException where the passphrase does not open it
   * @throws IllegalArgumentException where it is no such structure, or asks for more work than any
   *     honest key does
   */
  static byte[] open(byte[] der, char[] passphrase) throws IOException, WrongPassphraseException {
    EncryptedPrivateKeyInfo sealed = EncryptedPrivateKeyInfo.getInstance(der);
    checkCost(sealed.getEncryptionAlgorithm());
    try {
      var decryptor =
          new JcePKCSPBEInputDecryptorProviderBuilder()
              .setProvider(new BouncyCastleProvider())
              .build(passphrase);
      return new PKCS8EncryptedPrivateKeyInfo(sealed).decryptPrivateKeyInfo(decryptor).getEncoded();
    } catch (PKCSException e) {
      // Wrong padding, or bytes that are no key: CBC cannot tell a wrong passphrase from damage.
      throw new WrongPassphraseException();
    }
  }

  private static void checkCost(AlgorithmIdentifier algorithm) {
    if (!algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)) {
      throw new IllegalArgumentException("encrypted, but not by PBES2");
    }
    KeyDerivationFunc derivation =
        PBES2Parameters.getInstance(algorithm.getParameters()).getKeyDerivationFunc();
    if (derivation.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)) {
      var count = PBKDF2Params.getInstance(derivation.getParameters()).getIterationCount();
      if (count.signum() < 1 || count.bitLength() > 31 || count.intValue() > MAX_ITERATIONS) {
        throw new IllegalArgumentException("PBKDF2 with " + count + " iterations");
      }
    } else if (derivation.getAlgorithm().equals(MiscObjectIdentifiers.id_scrypt)) {
      ScryptParams scrypt = ScryptParams.getInstance(derivation.getParameters());
      var bytes =
          scrypt
              .getCostParameter()
              .multiply(scrypt.getBlockSize())
              .multiply(scrypt.getParallelizationParameter())
              .shiftLeft(7);
      if (bytes.signum() < 1 || bytes.bitLength() > 62 || bytes.longValue() > MAX_SCRYPT_BYTES) {
        throw new IllegalArgumentException("scrypt that needs " + bytes + " bytes");
      }
    } else {
      throw new IllegalArgumentException("a key derivation that is neither PBKDF2 nor scrypt");
    }
  }
}
