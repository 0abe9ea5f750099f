package dev.selfsame.oci;

import dev.selfsame.store.Blob;
import dev.selfsame.store.Blobs;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Optional;

/** The bytes of a blob that is served. */
public sealed interface Content {

  /** How many bytes. */
  long size();

  /**
   * Writes some of them.
   *
   * @param from the place of the first
   * @param count how many; the range lies within
   */
  void write(long from, long count, OutputStream out) throws IOException;

  /** Where whoever may read them can fetch them by themselves; see {@link Blobs#elsewhere}. */
  default Optional<URI> elsewhere() {
    return Optional.empty();
  }

  /** Bytes that were made up for the answer. */
  @SuppressWarnings("ArrayRecordComponent") // written to a stream, never compared
  record Made(byte[] bytes) implements Content {
    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public void write(long from, long count, OutputStream out) throws IOException {
      out.write(bytes, (int) from, (int) count);
    }
  }

  /** A blob of the store. */
  record Stored(Blobs blobs, Blob blob) implements Content {
    @Override
    public long size() {
      return blob.size();
    }

    @Override
    public Optional<URI> elsewhere() {
      return blobs.elsewhere(blob.digest());
    }

    @Override
    public void write(long from, long count, OutputStream out) throws IOException {
      blobs.copyRange(blob.digest(), from, count, out);
    }
  }
}
