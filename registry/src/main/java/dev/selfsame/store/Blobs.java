package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Bytes by digest, with all that whoever keeps them needs. */
public interface Blobs extends ReadableBlobs {

  /**
   * Keeps what the stream holds. When this returns, the bytes survive a crash of the machine.
   *
   * @throws dev.selfsame.outcome.Failure exit 3 where they cannot be read or written; then nothing
   *     is kept
   */
  Blob put(InputStream content);

  /** Keeps these bytes, as {@link #put(InputStream)} does. */
  default Blob put(byte[] content) {
    return put(new ByteArrayInputStream(content));
  }

  /**
   * Copies some bytes of a blob, without a look at its digest: whoever asked has to take one.
   *
   * @param from the place of the first byte
   * @param count how many; the range lies within the blob
   * @throws NoSuchElementException where there is no such blob
   * @throws IOException where {@code out} cannot be written
   * @throws dev.selfsame.outcome.Failure exit 3 where it cannot be read
   */
  void copyRange(Digest digest, long from, long count, OutputStream out) throws IOException;

  /**
   * An address from which whoever has it can fetch a blob by themselves for some minutes; empty
   * where that is not offered. It is a secret of its receiver, who has to hash what comes.
   */
  default Optional<URI> elsewhere(Digest digest) {
    return Optional.empty();
  }

  /**
   * A word that is another one as soon as the bytes of a blob were written to; empty where there is
   * no such blob.
   */
  Optional<String> state(Digest digest);

  /**
   * Those of these blobs whose bytes are not there: a check has put them aside, or they were lost.
   * A store that would be asked over a network for each may tell only what was put aside.
   */
  default List<Digest> gone(Set<Digest> blobs) {
    return blobs.stream().filter(blob -> size(blob).isEmpty()).toList();
  }

  /** Every blob by its name, sorted; none has been read. */
  List<Blob> list();

  /** Tells of every blob, sorted by name; none has been read, and not all are held in memory. */
  default void each(Consumer<Blob> reader) {
    list().forEach(reader);
  }

  /**
   * When a blob's bytes came, or empty where there is none. Whether putting it again counts is left
   * to the store.
   */
  Optional<Instant> kept(Digest digest);

  /**
   * Removes a blob for good. Nobody but {@link dev.selfsame.upkeep.Collector} does, and within
   * {@link Repositories#removing} alone.
   *
   * @return whether it was there
   * @throws dev.selfsame.outcome.Failure exit 3 where it cannot be removed
   */
  boolean remove(Digest digest);

  /**
   * What a writer that died has left.
   *
   * @param id by which {@link #discard} knows it
   * @param size bytes
   */
  record Leftover(String id, long size) {}

  /** What nobody has written to since, and nobody ever will; empty where a store knows none. */
  default List<Leftover> leftovers(Instant before) {
    return List.of();
  }

  /** Removes a leftover, unless somebody works on it after all; whether it is gone. */
  default boolean discard(Leftover leftover) {
    return false;
  }
}
