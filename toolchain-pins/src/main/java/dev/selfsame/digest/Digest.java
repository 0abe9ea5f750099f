package dev.selfsame.digest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A content digest, written {@code sha256:} and 64 lower-case hex digits.
 *
 * <p>Source of the form: OCI Image Spec 1.1, Descriptors, Digests.
 *
 * @param algorithm how it was computed
 * @param hex lower-case hex, of the algorithm's length
 */
public record Digest(Algorithm algorithm, String hex) implements Comparable<Digest> {

  /** Throws {@link IllegalArgumentException} where {@code hex} is not of the algorithm's form. */
  public Digest {
    if (hex.length() != algorithm.hexLength() || !isLowerHex(hex)) {
      throw new IllegalArgumentException(
          "not a %s digest (%d lower-case hex digits): %s"
              .formatted(algorithm.prefix(), algorithm.hexLength(), hex));
    }
  }

  /**
   * Reads {@code algorithm:hex}.
   *
   * @throws IllegalArgumentException for any other form, upper-case hex included
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("not a digest (want sha256:HEX): " + text);
    }
    return new Digest(Algorithm.ofPrefix(text.substring(0, colon)), text.substring(colon + 1));
  }

  /** A SHA-256 digest from 64 lower-case hex digits. */
  public static Digest ofSha256Hex(String hex) {
    return new Digest(Algorithm.SHA256, hex);
  }

  /** The SHA-256 of these bytes. */
  public static Digest sha256(byte[] bytes) {
    return ofContent(Algorithm.SHA256, bytes);
  }

  /** The digest of these bytes. */
  public static Digest ofContent(Algorithm algorithm, byte[] bytes) {
    return of(algorithm, algorithm.start().digest(bytes));
  }

  /** The SHA-256 of a file's content, streamed. */
  public static Digest sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return sha256(in);
    }
  }

  /** The SHA-256 of what is left in a stream. */
  public static Digest sha256(InputStream in) throws IOException {
    MessageDigest hash = Algorithm.SHA256.start();
    byte[] buffer = new byte[1 << 16];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      hash.update(buffer, 0, n);
    }
    return of(Algorithm.SHA256, hash.digest());
  }

  static Digest of(Algorithm algorithm, byte[] hash) {
    return new Digest(algorithm, HexFormat.of().formatHex(hash));
  }

  /** The digest's own bytes, 32 for SHA-256. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  /** The first twelve hex digits, for people. */
  public String abbreviated() {
    return hex.substring(0, 12);
  }

  /** Written out: a record's own equality is bootstrapped at a cost that an audit would feel. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Digest digest
        && algorithm == digest.algorithm
        && hex.equals(digest.hex);
  }

  @Override
  public int hashCode() {
    return hex.hashCode();
  }

  @Override
  public int compareTo(Digest other) {
    int byAlgorithm = algorithm.compareTo(other.algorithm);
    return byAlgorithm != 0 ? byAlgorithm : hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return algorithm.prefix() + ":" + hex;
  }

  private static boolean isLowerHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return false;
      }
    }
    return true;
  }

  /** The digest algorithms of the OCI image specification. */
  public enum Algorithm {
    SHA256("SHA-256", 64),
    SHA512("SHA-512", 128);

    private final String jcaName;
    private final int hexLength;

    Algorithm(String jcaName, int hexLength) {
      this.jcaName = jcaName;
      this.hexLength = hexLength;
    }

    /** The part before the colon, {@code sha256} or {@code sha512}. */
    public String prefix() {
      return name().toLowerCase(Locale.ROOT);
    }

    int hexLength() {
      return hexLength;
    }

    MessageDigest start() {
      try {
        return MessageDigest.getInstance(jcaName);
      } catch (java.security.NoSuchAlgorithmException e) {
        throw new AssertionError("every JDK has " + jcaName, e);
      }
    }

    static Algorithm ofPrefix(String prefix) {
      for (Algorithm algorithm : values()) {
        if (algorithm.prefix().equals(prefix)) {
          return algorithm;
        }
      }
      throw new IllegalArgumentException("not a digest algorithm (sha256, sha512): " + prefix);
    }
  }
}
