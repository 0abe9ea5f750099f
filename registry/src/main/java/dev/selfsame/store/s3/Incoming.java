package dev.selfsame.store.s3;

import dev.selfsame.outcome.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Bytes on their way in: objects under {@code uploads/ID/}, which hold all that is known of them.
 */
record Incoming(Bucket bucket) {
  private static final String FOLDER = "uploads/";
  private static final String BEGUN = "begun";

  /** As many as a multipart upload has parts. */
  private static final int MOST_PIECES = 10_000;

  /**
   * Some bytes of an upload.
   *
   * @param offset their place in it
   * @param etag the object's, as the server gave it
   */
  record Piece(String key, long offset, long size, String etag) {
    long end() {
      return offset + size;
    }
  }

  /** Where an upload ends whose pieces these are. */
  static long size(List<Piece> pieces) {
    return pieces.isEmpty() ? 0 : pieces.getLast().end();
  }

  void begin(String id, Spool nothing) {
    if (bucket.create(begun(id), nothing).isEmpty()) {
      throw bucket.trouble().wrong("begin an upload", "its random name is taken");
    }
  }

  /** The pieces of an upload without a gap from its first byte; empty where there is none such. */
  Optional<List<Piece>> pieces(String id) {
    List<Piece> pieces = new ArrayList<>();
    bucket.each(
        folder(id),
        entry -> {
          if (entry.key().equals(key(id, size(pieces)))) {
            pieces.add(new Piece(entry.key(), size(pieces), entry.size(), entry.etag()));
          }
        });
    // Looked at last: whoever removes an upload begins here, so that no piece was missed.
    return bucket.head(begun(id)).map(_ -> pieces);
  }

  /**
   * Adds a piece.
   *
   * @return empty where another has been added there
   */
  Optional<Piece> add(String id, List<Piece> before, Spool content) {
    if (before.size() >= MOST_PIECES) {
      throw Failure.undecided(
          "the upload has %d pieces already".formatted(before.size()),
          "begin again, and send it at once or in larger pieces");
    }
    long offset = size(before);
    return bucket
        .create(key(id, offset), content)
        .map(etag -> new Piece(key(id, offset), offset, content.size(), etag));
  }

  /** Removes an upload with these pieces: first that it is there, so that nobody adds to it. */
  void remove(String id, List<Piece> pieces) {
    bucket.delete(begun(id));
    bucket.delete(pieces.stream().map(Piece::key).toList());
  }

  /** Removes all that there is of an upload. */
  void remove(String id) {
    bucket.delete(begun(id));
    List<String> left = new ArrayList<>();
    bucket.each(folder(id), entry -> left.add(entry.key()));
    bucket.delete(left);
  }

  /** Every upload of which there is something, with the time when something was last added. */
  Map<String, Instant> last() {
    Map<String, Instant> last = new TreeMap<>();
    bucket.each(
        FOLDER,
        entry -> {
          String[] names = entry.key().split("/", -1);
          if (names.length == 3) {
            last.merge(names[1], entry.modified(), (a, b) -> a.isAfter(b) ? a : b);
          }
        });
    return last;
  }

  /** When something was last added to an upload, of which there is something. */
  Optional<Instant> last(String id) {
    List<Instant> times = new ArrayList<>();
    bucket.each(folder(id), entry -> times.add(entry.modified()));
    return times.stream().max(Comparator.naturalOrder());
  }

  private static String folder(String id) {
    return FOLDER + id + "/";
  }

  private static String begun(String id) {
    return folder(id) + BEGUN;
  }

  /** Sorted by key is sorted by place. */
  private static String key(String id, long offset) {
    return "%s%016x".formatted(folder(id), offset);
  }
}
