package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/** Blobs on their way in, each in parts. */
public interface Uploads {

  /** Begins one, and gives its id: 32 hex digits that nobody can guess. */
  String begin();

  /** How many bytes have arrived, or empty where there is no such upload. */
  OptionalLong received(String id);

  /**
   * Takes more bytes. What arrived before the stream broke is kept, and may be followed by the
   * rest.
   *
   * @param from the place of the first byte, or -1 for wherever the upload stands
   * @param expected how many bytes the sender announced, or -1; only buffers are sized by it
   * @return how many bytes have arrived now
   * @throws OutOfPlace where {@code from} is not where the upload stands
   * @throws NoSuchUpload where there is none
   * @throws IOException where the stream breaks
   * @throws dev.selfsame.outcome.Failure exit 3 where the bytes cannot be written
   */
  long append(String id, long from, long expected, InputStream content) throws IOException;

  /**
   * Ends an upload: the bytes become a blob, which survives a crash of the machine.
   *
   * @throws WrongDigest where the bytes have another digest; the upload is gone then
   * @throws NoSuchUpload where there is none
   * @throws dev.selfsame.outcome.Failure exit 3 where it cannot be kept; the upload is gone where
   *     its bytes may have been lost
   */
  Blob finish(String id, Digest expected);

  /**
   * Ends an upload without a blob.
   *
   * @return whether it was there
   */
  boolean cancel(String id);

  /**
   * An upload that was given up.
   *
   * @param id its id
   * @param received how many bytes had arrived
   */
  record Abandoned(String id, long received) {}

  /** Uploads that nobody has added to since, by id. */
  List<Abandoned> abandoned(Instant before);

  /**
   * Ends an upload without a blob, if nobody has added to it since.
   *
   * @return whether it is gone by this
   */
  boolean cancelAbandoned(String id, Instant before);

  /** There is no upload of this id. */
  final class NoSuchUpload extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NoSuchUpload(String id) {
      super("no upload " + id);
    }
  }

  /** The bytes do not begin where the upload stands. */
  final class OutOfPlace extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final long stands;

    public OutOfPlace(long from, long stands) {
      super("the upload stands at %d, and the bytes begin at %d".formatted(stands, from));
      this.stands = stands;
    }

    /** How many bytes have arrived. */
    public long stands() {
      return stands;
    }
  }

  /** The bytes are not those that were announced. */
  final class WrongDigest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WrongDigest(Digest expected, Digest found) {
      super("the bytes have %s, not %s".formatted(found, expected));
    }
  }
}
