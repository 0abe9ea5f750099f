package dev.selfsame.oci.http;

import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate of this machine that signs itself, and its key: server.pem and server.key. */
record SelfSigned(Path folder) {

  TlsFiles files() {
    return new TlsFiles(folder.resolve("server.pem"), folder.resolve("server.key"));
  }

  X509Certificate make(String algorithm, long serial) throws Exception {
    return make(KeyPairGenerator.getInstance(algorithm), algorithm, serial, true);
  }

  X509Certificate make(KeyPairGenerator generator, String algorithm, long serial, boolean pkcs8)
      throws Exception {
    if (!algorithm.equals("Ed25519")) {
      generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
    }
    KeyPair pair = generator.generateKeyPair();
    Instant now = Instant.now();
    X500Name name = new X500Name("CN=localhost");
    String signing =
        switch (algorithm) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "Ed25519";
        };
    X509Certificate certificate =
        new JcaX509CertificateConverter()
            .getCertificate(
                new JcaX509v3CertificateBuilder(
                        name,
                        BigInteger.valueOf(serial),
                        Date.from(now.minusSeconds(60)),
                        Date.from(now.plusSeconds(3600)),
                        name,
                        pair.getPublic())
                    .addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(
                            new GeneralName[] {
                              new GeneralName(GeneralName.dNSName, "localhost"),
                              new GeneralName(GeneralName.iPAddress, "127.0.0.1")
                            }))
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                    .build(new JcaContentSignerBuilder(signing).build(pair.getPrivate())));
    // As PKCS#8; PEM writers write the older forms otherwise.
    write("server.key", pkcs8 ? new JcaPKCS8Generator(pair.getPrivate(), null) : pair.getPrivate());
    write("server.pem", certificate);
    return certificate;
  }

  private void write(String name, Object content) throws Exception {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(content);
    }
    Path beside = folder.resolve(name + ".new");
    Files.writeString(beside, text.toString());
    Files.move(beside, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }
}
