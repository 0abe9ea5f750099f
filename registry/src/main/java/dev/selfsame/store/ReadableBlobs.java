package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import java.io.OutputStream;
import java.util.OptionalLong;

/** Bytes by digest. Whatever is read is hashed, and refused where it does not fit its digest. */
public interface ReadableBlobs {

  /** The size of a blob in bytes, or empty where there is none of this digest. */
  OptionalLong size(Digest digest);

  /**
   * A small blob, whole.
   *
   * @param limit how many bytes it may have
   * @throws dev.selfsame.outcome.Failure exit 4 where it is absent, larger than {@code limit}, or
   *     its bytes do not fit its digest; exit 3 where it cannot be read
   */
  byte[] read(Digest digest, int limit);

  /**
   * Copies a blob while hashing it. What has been written to {@code out} when this throws must not
   * be used.
   *
   * @return how many bytes were copied
   * @throws dev.selfsame.outcome.Failure exit 4 where it is absent or its bytes do not fit its
   *     digest; exit 3 where it cannot be read or {@code out} cannot be written
   */
  long copy(Digest digest, OutputStream out);
}
