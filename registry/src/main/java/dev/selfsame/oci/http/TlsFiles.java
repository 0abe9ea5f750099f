package dev.selfsame.oci.http;

import dev.selfsame.outcome.Failure;
import io.helidon.common.tls.Tls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * A server's certificate with its chain, and its private key, as PEM files. They are read again
 * when they change, as a renewal does it.
 *
 * @param certificate the server's own first, then those that lead to the root
 * @param key PKCS#8, PKCS#1 or SEC 1, not encrypted
 */
public record TlsFiles(Path certificate, Path key) {

  /**
   * Reads both.
   *
   * @throws Failure exit 3 where one cannot be read; exit 2 where one is malformed, or the key is
   *     not the certificate's
   */
  Tls load() {
    List<X509Certificate> chain = chain();
    PrivateKey secret = secret();
    requirePair(chain.getFirst().getPublicKey(), secret);
    return Tls.builder()
        .privateKey(secret)
        .privateKeyCertChain(chain)
        .enabledProtocols(List.of("TLSv1.3", "TLSv1.2"))
        .build();
  }

  /** What the files look like now, by which a change is seen. */
  String state() throws IOException {
    return Files.readAttributes(certificate, "unix:ino,size,ctime").toString()
        + Files.readAttributes(key, "unix:ino,size,ctime");
  }

  private List<X509Certificate> chain() {
    try (InputStream in = Files.newInputStream(certificate)) {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (chain.isEmpty()) {
        throw malformed(certificate, "it has no certificate");
      }
      return chain;
    } catch (IOException e) {
      throw unreadable(certificate, e);
    } catch (GeneralSecurityException e) {
      throw malformed(certificate, String.valueOf(e.getMessage()));
    }
  }

  private PrivateKey secret() {
    try (BufferedReader in = Files.newBufferedReader(key, StandardCharsets.US_ASCII);
        PEMParser parser = new PEMParser(in)) {
      for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
        // An EC key's file begins with its parameters.
        if (part instanceof PEMKeyPair pair) {
          return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
        }
        if (part instanceof PrivateKeyInfo info) {
          return new JcaPEMKeyConverter().getPrivateKey(info);
        }
      }
      throw malformed(key, "it has no private key that is not encrypted");
    } catch (org.bouncycastle.openssl.PEMException e) {
      throw malformed(key, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw unreadable(key, e);
    }
  }

  private void requirePair(PublicKey open, PrivateKey secret) {
    String algorithm =
        switch (secret.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC", "ECDSA" -> "SHA256withECDSA";
          default -> "Ed25519";
        };
    try {
      byte[] probe = new byte[32];
      new SecureRandom().nextBytes(probe);
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(secret);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(open);
      signature.update(probe);
      if (signature.verify(signed)) {
        return;
      }
    } catch (GeneralSecurityException e) {
      throw malformed(key, "it does not belong to " + certificate);
    }
    throw malformed(key, "it does not belong to " + certificate);
  }

  private static Failure unreadable(Path file, IOException e) {
    return Failure.undecided(
        "cannot read %s: %s".formatted(file, e.getMessage()),
        "check the path and that this user may read it",
        e);
  }

  private static Failure malformed(Path file, String why) {
    return Failure.usage(
        "%s: %s".formatted(file, why), "name a certificate and its key, both in PEM");
  }
}
