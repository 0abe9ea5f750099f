package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.Digest.Algorithm;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A digest as rows in H2 have it: a byte for its algorithm and its own bytes, in half the room of
 * its text. Their order is that of {@link Digest#compareTo}.
 */
final class DigestBytes {
  private static final byte[] BEFORE_ALL = new byte[0];

  private DigestBytes() {}

  static byte[] of(Digest digest) {
    byte[] bytes = digest.bytes();
    byte[] row = new byte[1 + bytes.length];
    row[0] = number(digest.algorithm());
    System.arraycopy(bytes, 0, row, 1, bytes.length);
    return row;
  }

  /** Less than every digest. */
  static byte[] beforeAll() {
    return BEFORE_ALL;
  }

  /**
   * Reads what {@link #of} wrote.
   *
   * @throws IllegalArgumentException where it is nothing of the kind
   */
  static Digest digest(byte[] row) {
    for (Algorithm algorithm : Algorithm.values()) {
      if (row.length > 0 && row[0] == number(algorithm)) {
        return new Digest(
            algorithm, HexFormat.of().formatHex(Arrays.copyOfRange(row, 1, row.length)));
      }
    }
    throw new IllegalArgumentException("not a digest: " + HexFormat.of().formatHex(row));
  }

  /** What is in files, and is not to follow how the constants are ordered. */
  private static byte number(Algorithm algorithm) {
    return switch (algorithm) {
      case SHA256 -> 1;
      case SHA512 -> 2;
    };
  }
}
