package dev.selfsame.pins.lock;

import dev.selfsame.outcome.Failure;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.bc.BcPGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/**
 * The keys that may sign a release, and the check of a clear-signed text by them (RFC 9580, section
 * 7, Cleartext Signature Framework).
 */
public final class Keyring {
  /** Where Debian's own keys stand on a Debian machine. */
  public static final Path DEBIAN = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

  private static final String BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----";
  private static final String SIGNATURE = "-----BEGIN PGP SIGNATURE-----";
  private static final String END = "-----END PGP SIGNATURE-----";
  private static final Set<Integer> STRONG =
      Set.of(HashAlgorithmTags.SHA256, HashAlgorithmTags.SHA384, HashAlgorithmTags.SHA512);

  private final BcPGPPublicKeyRingCollection keys;

  private Keyring(BcPGPPublicKeyRingCollection keys) {
    this.keys = keys;
  }

  /**
   * Reads a keyring, binary or armoured.
   *
   * @throws Failure (usage) where it cannot be read
   */
  public static Keyring read(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      var keys = new BcPGPPublicKeyRingCollection(PGPUtil.getDecoderStream(in));
      if (keys.size() == 0) {
        throw new IOException("it holds no key");
      }
      return new Keyring(keys);
    } catch (IOException | PGPException e) {
      throw Failure.usage(
          "cannot read the archive keyring %s: %s".formatted(file, e.getMessage()),
          "install debian-archive-keyring, or name another with --keyring FILE");
    }
  }

  /**
   * A text whose signature held.
   *
   * @param lines as they were signed, without line ends
   * @param signedBy fingerprints of the keys, upper-case hex, sorted
   */
  public record Signed(List<String> lines, List<String> signedBy) {
    public Signed {
      lines = List.copyOf(lines);
      signedBy = List.copyOf(signedBy);
    }
  }

  /**
   * Checks a clear-signed file. Signatures by keys that are not in the keyring count for nothing;
   * one by a key of the keyring that does not hold condemns the file.
   *
   * @param name how errors name it
   * @throws Failure (bad evidence) where no signature of a known key holds
   */
  public Signed verify(byte[] file, String name) {
    Framed framed = unframe(new String(file, StandardCharsets.ISO_8859_1), name);
    Set<String> signers = new TreeSet<>();
    try {
      for (PGPSignature signature : signatures(framed.armour())) {
        PGPPublicKey key = keys.getPublicKey(signature.getKeyID());
        if (key == null) {
          continue;
        }
        String fingerprint = HexFormat.of().withUpperCase().formatHex(key.getFingerprint());
        String trouble = trouble(signature, key, framed.canonical());
        if (!trouble.isEmpty()) {
          throw bad(name, "the signature by key %s %s".formatted(fingerprint, trouble));
        }
        signers.add(fingerprint);
      }
    } catch (IOException | PGPException | RuntimeException e) {
      if (e instanceof dev.selfsame.outcome.Failure failure) {
        throw failure;
      }
      throw bad(name, "its signature cannot be read (%s)".formatted(e.getMessage()));
    }
    if (signers.isEmpty()) {
      throw bad(name, "no key of the keyring has signed it");
    }
    return new Signed(framed.lines(), List.copyOf(signers));
  }

  private static String trouble(PGPSignature signature, PGPPublicKey key, String text)
      throws PGPException {
    if (!STRONG.contains(signature.getHashAlgorithm())) {
      return "uses a hash that is broken or unknown";
    }
    if (key.hasRevocation()) {
      return "is by a revoked key";
    }
    Instant made = signature.getCreationTime().toInstant();
    Instant keyMade = key.getCreationTime().toInstant();
    long valid = key.getValidSeconds();
    if (made.isBefore(keyMade) || (valid > 0 && made.isAfter(keyMade.plusSeconds(valid)))) {
      return "was made outside of the key's lifetime";
    }
    signature.init(new BcPGPContentVerifierBuilderProvider(), key);
    signature.update(text.getBytes(StandardCharsets.ISO_8859_1));
    return signature.verify() ? "" : "does not hold";
  }

  private static List<PGPSignature> signatures(String armour) throws IOException {
    List<PGPSignature> all = new ArrayList<>();
    try (InputStream in =
        new ArmoredInputStream(
            new ByteArrayInputStream(armour.getBytes(StandardCharsets.ISO_8859_1)))) {
      BcPGPObjectFactory packets = new BcPGPObjectFactory(in);
      for (Object packet = packets.nextObject(); packet != null; packet = packets.nextObject()) {
        if (!(packet instanceof PGPSignatureList list)) {
          throw new IOException("a packet that is no signature");
        }
        list.forEach(all::add);
      }
    }
    return all;
  }

  /** Signed text and armour, in ISO 8859-1: each character is a byte as it stands in the file. */
  private record Framed(List<String> lines, String canonical, String armour) {}

  /** Takes the framing apart; nothing may stand before it, between its parts or behind it. */
  private static Framed unframe(String file, String name) {
    List<String> all = file.lines().toList();
    int body = all.indexOf("") + 1;
    int signature = all.indexOf(SIGNATURE);
    boolean framed =
        !all.isEmpty()
            && all.getFirst().equals(BEGIN)
            && all.getLast().equals(END)
            && body > 0
            && signature > body
            && all.subList(1, body - 1).stream().allMatch(l -> l.startsWith("Hash: "));
    if (!framed) {
      throw bad(name, "it is not a clear-signed file");
    }
    List<String> lines = new ArrayList<>();
    for (String line : all.subList(body, signature)) {
      if (line.startsWith("-") && !line.startsWith("- ")) {
        throw bad(name, "it has a line that is not dash-escaped");
      }
      String text = line.startsWith("- ") ? line.substring(2) : line;
      lines.add(text.replaceFirst("[ \\t\\r]+$", ""));
    }
    String canonical = String.join("\r\n", lines);
    String armour = String.join("\n", all.subList(signature, all.size())) + "\n";
    List<String> decoded =
        lines.stream()
            .map(l -> new String(l.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
            .toList();
    return new Framed(decoded, canonical, armour);
  }

  private static Failure bad(String name, String why) {
    return Failure.badEvidence(
        "%s is not to be trusted: %s".formatted(name, why).replace("\n", " "),
        "try another mirror; if the keyring is old, update debian-archive-keyring");
  }
}
