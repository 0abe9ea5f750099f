package dev.selfsame.digest;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** Hashes and counts what is read through it. Not for use by many threads. */
public final class DigestingInputStream extends FilterInputStream {
  private final Digest.Algorithm algorithm;
  private final MessageDigest hash;
  private final byte[] own = new byte[1 << 16];
  private long count;

  /** Hashes by SHA-256. */
  public DigestingInputStream(InputStream in) {
    this(in, Digest.Algorithm.SHA256);
  }

  /** Hashes by this algorithm. */
  public DigestingInputStream(InputStream in, Digest.Algorithm algorithm) {
    super(in);
    this.algorithm = algorithm;
    this.hash = algorithm.start();
  }

  @Override
  public int read() throws IOException {
    int b = in.read();
    if (b >= 0) {
      hash.update((byte) b);
      count++;
    }
    return b;
  }

  /**
   * Hashes bytes before the caller has them. Who only passes over bytes may read them into a buffer
   * that all threads share, as commons-io does, and another thread may have written there by the
   * time they would be hashed.
   */
  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = in.read(own, 0, Math.min(length, own.length));
    if (n > 0) {
      hash.update(own, 0, n);
      System.arraycopy(own, 0, buffer, offset, n);
      count += n;
    }
    return n;
  }

  /** Reads what it passes over, so that skipped bytes are hashed too. */
  @Override
  public long skip(long n) throws IOException {
    byte[] buffer = new byte[(int) Math.min(1 << 16, Math.max(0, n))];
    long skipped = 0;
    while (skipped < n) {
      int read = read(buffer, 0, (int) Math.min(buffer.length, n - skipped));
      if (read < 0) {
        break;
      }
      skipped += read;
    }
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** Bytes read so far. */
  public long count() {
    return count;
  }

  /** The digest of what was read. Ends the stream's hashing: call once, after the last read. */
  public Digest digest() {
    return Digest.of(algorithm, hash.digest());
  }
}
