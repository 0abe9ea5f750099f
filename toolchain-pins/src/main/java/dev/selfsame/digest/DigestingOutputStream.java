package dev.selfsame.digest;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Hashes and counts what is written through it. Not for use by many threads. */
public final class DigestingOutputStream extends FilterOutputStream {
  private final MessageDigest hash = Digest.Algorithm.SHA256.start();
  private long count;

  public DigestingOutputStream(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    hash.update((byte) b);
    count++;
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws IOException {
    out.write(buffer, offset, length);
    hash.update(buffer, offset, length);
    count += length;
  }

  /** Bytes written so far. */
  public long count() {
    return count;
  }

  /**
   * The SHA-256 of what was written. Ends the stream's hashing: call once, after the last write.
   */
  public Digest digest() {
    return Digest.of(Digest.Algorithm.SHA256, hash.digest());
  }
}
