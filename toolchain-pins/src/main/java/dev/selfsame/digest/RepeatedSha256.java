package dev.selfsame.digest;

import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;

/**
 * The SHA-256 of one text after the other, for whoever hashes so many short ones that to make an
 * object for each would cost more than the hash. Not for use by many threads.
 */
public final class RepeatedSha256 {
  /** How long one is as hex. */
  public static final int HEX_LENGTH = 64;

  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final MessageDigest hash = Digest.Algorithm.SHA256.start();
  private final byte[] bytes = new byte[HEX_LENGTH / 2];

  /** Hashes bytes, and writes it as lower-case hex: {@link #HEX_LENGTH} bytes. */
  public void hex(byte[] of, int from, int length, byte[] to, int at) {
    try {
      hash.update(of, from, length);
      hash.digest(bytes, 0, bytes.length);
    } catch (DigestException e) {
      throw new AssertionError("a SHA-256 has room here", e);
    }
    for (int i = 0; i < bytes.length; i++) {
      to[at + 2 * i] = DIGITS[(bytes[i] >> 4) & 0xf];
      to[at + 2 * i + 1] = DIGITS[bytes[i] & 0xf];
    }
  }
}
