package dev.selfsame.cli;

import dev.selfsame.digest.Digest;
import dev.selfsame.pins.fetch.Shelf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPKeyRingGenerator;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPairGeneratorProvider;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** A Debian mirror in a folder: the suite trixie, signed with a key of its own. */
final class SignedMirror {
  private static final Instant KEY_MADE = Instant.parse("2025-01-01T00:00:00Z");

  private final Path folder;
  private final PGPKeyPair key;

  /** One package, {@code depends} as in a control file and empty where it needs nothing. */
  record Package(String name, String version, String depends, byte[] deb) {
    String path() {
      String withoutEpoch = version.substring(version.indexOf(':') + 1);
      return "pool/main/%1$s/%1$s_%2$s_amd64.deb".formatted(name, withoutEpoch);
    }

    String stanza() {
      return """
      Package: %s
      Version: %s
      Architecture: amd64
      Maintainer: Nobody <nobody@example.org>
      %sFilename: %s
      Size: %d
      SHA256: %s
      Description: made by a test

      """
          .formatted(
              name,
              version,
              depends.isEmpty() ? "" : "Depends: " + depends + "\n",
              path(),
              deb.length,
              Digest.sha256(deb).hex());
    }
  }

  SignedMirror(Path folder) throws IOException, PGPException {
    this.folder = Files.createDirectories(folder);
    this.key =
        new BcPGPKeyPairGeneratorProvider().get(4, Date.from(KEY_MADE)).generateRsaKeyPair(2048);
    PGPSignatureSubpacketGenerator flags = new PGPSignatureSubpacketGenerator();
    flags.setKeyFlags(true, KeyFlags.SIGN_DATA | KeyFlags.CERTIFY_OTHER);
    PGPKeyRingGenerator ring =
        new PGPKeyRingGenerator(
            PGPSignature.POSITIVE_CERTIFICATION,
            key,
            "Test archive <archive@example.org>",
            new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1),
            flags.generate(),
            null,
            signer(),
            null);
    Files.write(keyring(), ring.generatePublicKeyRing().getEncoded());
  }

  private BcPGPContentSignerBuilder signer() {
    return new BcPGPContentSignerBuilder(
        key.getPublicKey().getAlgorithm(), HashAlgorithmTags.SHA256);
  }

  Path keyring() {
    return folder.resolve("keyring.gpg");
  }

  String url() {
    return folder.toUri().toString();
  }

  /** Has a server answer with all that the folder holds now. */
  void serve(Shelf shelf) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        shelf.put("/" + folder.relativize(file), Files.readAllBytes(file));
      }
    }
  }

  /** Puts a release in the place of an earlier one; packages that were there stay in the pool. */
  void release(Instant date, List<Package> packages) throws IOException, PGPException {
    StringBuilder index = new StringBuilder();
    for (Package one : packages) {
      index.append(one.stanza());
      write(one.path(), one.deb());
    }
    byte[] plain = index.toString().getBytes(StandardCharsets.UTF_8);
    byte[] packed = xz(plain);
    String place = "dists/trixie/main/binary-amd64/";
    write(place + "Packages.xz", packed);
    write(place + "by-hash/SHA256/" + Digest.sha256(packed).hex(), packed);
    DateTimeFormatter form =
        DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    String release =
        """
        Origin: Test
        Suite: stable
        Codename: trixie
        Date: %s
        Architectures: amd64
        Components: main
        SHA256:
         %s %d main/binary-amd64/Packages
         %s %d main/binary-amd64/Packages.xz
        """
            .formatted(
                form.format(date),
                Digest.sha256(plain).hex(),
                plain.length,
                Digest.sha256(packed).hex(),
                packed.length);
    write("dists/trixie/InRelease", clearSigned(release, date));
  }

  /** RFC 9580, section 7: line ends are CRLF in what is signed, and the last one is not. */
  private byte[] clearSigned(String text, Instant date) throws IOException, PGPException {
    PGPSignatureGenerator signature = new PGPSignatureGenerator(signer(), key.getPublicKey());
    signature.init(PGPSignature.CANONICAL_TEXT_DOCUMENT, key.getPrivateKey());
    PGPSignatureSubpacketGenerator made = new PGPSignatureSubpacketGenerator();
    made.setSignatureCreationTime(false, Date.from(date));
    made.setIssuerFingerprint(false, key.getPublicKey());
    signature.setHashedSubpackets(made.generate());
    signature.update(text.strip().replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream armour = new ByteArrayOutputStream();
    try (ArmoredOutputStream out = ArmoredOutputStream.builder().clearHeaders().build(armour)) {
      signature.generate().encode(out);
    }
    return ("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
            + text.strip()
            + "\n"
            + armour.toString(StandardCharsets.US_ASCII))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] xz(byte[] plain) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (XZOutputStream out = new XZOutputStream(packed, new LZMA2Options(0))) {
      out.write(plain);
    }
    return packed.toByteArray();
  }

  private void write(String path, byte[] content) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }
}
