package dev.selfsame.attest.keys;

import dev.selfsame.attest.VerificationKey;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.util.OpenSSHPrivateKeyUtil;
import org.bouncycastle.crypto.util.OpenSSHPublicKeyUtil;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;
import org.jspecify.annotations.Nullable;

/** Keys in files, in every form that this package reads and writes. */
public final class KeyFile {
  private static final int MAX_BYTES = 64 << 10;
  private static final String PUBLIC = "PUBLIC KEY";
  private static final String PLAIN = "PRIVATE KEY";
  private static final String SEALED = "ENCRYPTED PRIVATE KEY";
  private static final String SIGSTORE = "ENCRYPTED SIGSTORE PRIVATE KEY";
  private static final String OLD_SIGSTORE = "ENCRYPTED COSIGN PRIVATE KEY";
  private static final String SEC1 = "EC PRIVATE KEY";
  private static final String SEC1_PARAMETERS = "EC PARAMETERS";
  private static final String OPENSSH = "OPENSSH PRIVATE KEY";

  private KeyFile() {}

  /** How a private key is written. */
  public enum Format {
    /** PKCS#8: openssl, Java and Selfsame read it. */
    PKCS8,
    /** Sigstore's form, the only one that cosign signs with. */
    COSIGN
  }

  /**
   * Reads a private key.
   *
   * @param passphrase asked only where the key is encrypted
   * @throws Failure with exit 2 where the file is no private key that is read here, or the
   *     passphrase is wrong; exit 3 where it cannot be read
   */
  public static SecretKey read(Path file, Passphrase passphrase) {
    return secret(file, pem(file, text(file)), passphrase);
  }

  /**
   * Reads a public key: PEM, Base64 of its DER, or an OpenSSH public key line; or takes it from a
   * private key's file.
   *
   * @throws Failure as {@link #read}
   */
  public static VerificationKey readPublic(Path file, Passphrase passphrase) {
    String text = text(file).strip();
    if (text.startsWith("ssh-ed25519 ") || text.startsWith("ecdsa-sha2-nistp256 ")) {
      return sshLine(file, text);
    }
    if (text.startsWith("-----BEGIN ") && !text.startsWith("-----BEGIN " + PUBLIC)) {
      return secret(file, pem(file, text), passphrase).key();
    }
    try {
      VerificationKey key = VerificationKey.parsePem(text);
      if (!key.isUsable()) {
        throw malformed(file, "the public key's point is not on the curve", null);
      }
      return key;
    } catch (IllegalArgumentException e) {
      throw malformed(file, e.getMessage(), e);
    }
  }

  /** The private key in PEM, encrypted. */
  public static byte[] write(SecretKey key, Format format, char[] passphrase) {
    SecureRandom random = new SecureRandom();
    try {
      return switch (format) {
        case PKCS8 -> pem(SEALED, Pbes2.seal(key.pkcs8(), passphrase, random));
        case COSIGN -> pem(SIGSTORE, SigstoreSecretBox.seal(key.pkcs8(), passphrase, random));
      };
    } catch (IOException e) {
      throw new IllegalStateException("a key cannot be encoded", e);
    }
  }

  /** The private key as plain PKCS#8 in PEM, readable by whoever gets the file. */
  public static byte[] writePlain(SecretKey key) {
    try {
      return pem(PLAIN, key.pkcs8());
    } catch (IOException e) {
      throw new IllegalStateException("a key cannot be encoded", e);
    }
  }

  private static SecretKey secret(Path file, PemObject pem, Passphrase passphrase) {
    byte[] body = pem.getContent();
    try {
      return switch (pem.getType()) {
        case PLAIN -> SecretKey.of(PrivateKeyFactory.createKey(body));
        case SEALED -> {
          char[] word = passphrase.ask(file.toString());
          yield SecretKey.of(PrivateKeyFactory.createKey(Pbes2.open(body, word)));
        }
        case SIGSTORE, OLD_SIGSTORE -> {
          char[] word = passphrase.ask(file.toString());
          yield SecretKey.of(PrivateKeyFactory.createKey(SigstoreSecretBox.open(body, word)));
        }
        case SEC1 -> SecretKey.of(PrivateKeyFactory.createKey(ofSec1(body)));
        case OPENSSH -> openSsh(body);
        default -> throw new IllegalArgumentException("a PEM file of type " + pem.getType());
      };
    } catch (WrongPassphraseException e) {
      throw new Failure(
          ExitCode.USAGE,
          "wrong passphrase for " + file,
          "try again; a damaged key file looks the same",
          e);
    } catch (MalformedDocumentException e) {
      throw malformed(file, e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      if (e instanceof Failure failure) {
        throw failure;
      }
      // BouncyCastle meets damage with many kinds of RuntimeException.
      throw malformed(file, e.getMessage(), e);
    }
  }

  /** SEC1 may leave the curve out where a PEM block before names it; only P-256 is read. */
  private static PrivateKeyInfo ofSec1(byte[] body) throws IOException {
    ECPrivateKey key = ECPrivateKey.getInstance(body);
    var curve = key.getParametersObject();
    var p256 = SECObjectIdentifiers.secp256r1;
    if (curve != null && !curve.toASN1Primitive().equals(p256)) {
      throw new IllegalArgumentException("an EC key that is not on P-256");
    }
    return new PrivateKeyInfo(
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, p256), key);
  }

  private static SecretKey openSsh(byte[] body) throws IOException {
    byte[] unencrypted = "openssh-key-v1\0\0\0\0\4none".getBytes(StandardCharsets.ISO_8859_1);
    if (body.length < unencrypted.length
        || !Arrays.equals(unencrypted, Arrays.copyOf(body, unencrypted.length))) {
      throw new IllegalArgumentException(
          "an OpenSSH key under a passphrase; take it off with ssh-keygen -p -N '' on a copy");
    }
    return SecretKey.of(OpenSSHPrivateKeyUtil.parsePrivateKeyBlob(body));
  }

  private static VerificationKey sshLine(Path file, String text) {
    String[] words = text.lines().findFirst().orElse("").split("\\s+", 3);
    try {
      byte[] blob = Base64.getDecoder().decode(words[1]);
      return VerificationKey.parse(
          SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(
                  OpenSSHPublicKeyUtil.parsePublicKey(blob))
              .getEncoded());
    } catch (IOException | RuntimeException e) {
      throw malformed(file, "a damaged OpenSSH public key line", e);
    }
  }

  private static PemObject pem(Path file, String text) {
    try (PemReader reader = new PemReader(new StringReader(text))) {
      PemObject first = reader.readPemObject();
      if (first != null && first.getType().equals(SEC1_PARAMETERS)) {
        first = reader.readPemObject();
      }
      if (first == null) {
        throw malformed(file, "no PEM block in it", null);
      }
      if (!first.getHeaders().isEmpty()) {
        throw malformed(
            file,
            "PEM's own encryption, which is weak; convert it with openssl pkcs8 -topk8",
            null);
      }
      return first;
    } catch (IOException | RuntimeException e) {
      if (e instanceof Failure failure) {
        throw failure;
      }
      throw malformed(file, "a damaged PEM block", e);
    }
  }

  private static byte[] pem(String type, byte[] body) throws IOException {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(type, body));
    }
    return text.toString().replace("\r\n", "\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(Path file) {
    // A device or a pipe has no size: what is read is what counts.
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw malformed(file, "more than 64 KiB", null);
      }
      return new String(bytes, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new Failure(
          Files.exists(file) ? ExitCode.UNDECIDED : ExitCode.USAGE,
          "cannot read the key " + file,
          Files.exists(file)
              ? "check its permissions"
              : "check the path, or make one with: selfsame keys generate --out " + file,
          e);
    }
  }

  private static Failure malformed(Path file, @Nullable String what, @Nullable Throwable cause) {
    return new Failure(
        ExitCode.USAGE,
        "%s is not a key that can be read: %s".formatted(file, what == null ? "damaged" : what),
        "wanted: an Ed25519 or P-256 key as PKCS#8, SEC1, cosign or unencrypted OpenSSH file",
        cause);
  }
}
