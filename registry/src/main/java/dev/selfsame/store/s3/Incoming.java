package dev.selfsame.store.s3;

import dev.selfsame.outcome.Failure;
import java.time.Instant;
import java.util.ArrayList;
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

  /**
   * What there is of an upload, be it there or not.
   *
   * @param last when something was last added, by the server's clock
   * @param size how many bytes its pieces have
   */
  record Traces(Instant last, long size) {
    Traces and(Traces more) {
      return new Traces(last.isAfter(more.last) ? last : more.last, size + more.size);
    }
  }

  /** What there is of every upload, by id. */
  Map<String, Traces> traces() {
    return traces(FOLDER, new TreeMap<>());
  }

  Optional<Traces> traces(String id) {
    return Optional.ofNullable(traces(folder(id), new TreeMap<>()).get(id));
  }

  private Map<String, Traces> traces(String begin, Map<String, Traces> found) {
    bucket.each(
        begin,
        entry -> {
          String[] names = entry.key().split("/", -1);
          if (names.length == 3) {
            found.merge(names[1], new Traces(entry.modified(), entry.size()), Traces::and);
          }
        });
    return found;
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
