package dev.selfsame.store.s3;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.RunningDigest;
import dev.selfsame.store.s3.Incoming.Piece;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Where blobs stand, and how bytes that were hashed and fit come there.
 *
 * @param spool a folder of this machine
 */
record Shelf(Bucket bucket, Patience patience, Path spool) {
  static final String FOLDER = "blobs/";

  static String key(Digest digest) {
    return "%s%s/%s/%s"
        .formatted(FOLDER, digest.algorithm().prefix(), digest.hex().substring(0, 2), digest.hex());
  }

  /** The digest of the blob that has this key; empty where it is no blob's. */
  static Optional<Digest> digest(String key) {
    String[] names = key.split("/", -1);
    try {
      return names.length == 4
          ? Optional.of(Digest.parse(names[1] + ":" + names[3])).filter(it -> key(it).equals(key))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Keeps bytes that have this digest. */
  void keep(Digest digest, Spool content) {
    String key = key(digest);
    if (bucket.create(key, content).isEmpty() && !stays(digest)) {
      bucket.replace(key, content);
    }
  }

  /**
   * Keeps pieces that have this digest together.
   *
   * @throws NoSuchElementException where one of them is there no more
   */
  void keep(Digest digest, List<Piece> pieces) {
    if (pieces.size() == 1) {
      Piece piece = pieces.getFirst();
      if (!bucket.copy(piece.key(), piece.etag(), key(digest), false) && !stays(digest)) {
        bucket.copy(piece.key(), piece.etag(), key(digest), true);
      }
    } else if (Incoming.size(pieces) <= Spool.PIECE) {
      try (Spool content = read(pieces)) {
        keep(digest, content);
      }
    } else if (!stays(digest) && !assemble(digest, pieces, false) && !stays(digest)) {
      assemble(digest, pieces, true);
    }
  }

  /** Whether what is there has this digest; then it is noted that it was put again. */
  private boolean stays(Digest digest) {
    // First, so that nobody takes it away for its age between the look and the note.
    try (Spool nothing = Spool.begin(spool)) {
      if (bucket.head(key(digest)).isPresent()) {
        bucket.replace(again(digest), nothing);
      }
    }
    return fits(digest);
  }

  /** When a blob was last put: its own time, or that of the note that it was put again. */
  Optional<Instant> kept(Digest digest) {
    Optional<Instant> first = bucket.head(key(digest)).map(HeadObjectResponse::lastModified);
    return first.map(time ->
        bucket
            .head(again(digest))
            .map(HeadObjectResponse::lastModified)
            .filter(time::isBefore)
            .orElse(time));
  }

  /** Removes a blob; whether it was there. */
  boolean remove(Digest digest) {
    if (bucket.head(key(digest)).isEmpty()) {
      return false;
    }
    bucket.delete(key(digest));
    bucket.delete(again(digest));
    return true;
  }

  private static String again(Digest digest) {
    return "again/%s/%s".formatted(digest.algorithm().prefix(), digest.hex());
  }

  private boolean assemble(Digest digest, List<Piece> pieces, boolean replace) {
    try (Multipart whole = Multipart.begin(bucket, key(digest))) {
      for (List<Piece> part : parts(pieces)) {
        if (part.size() == 1) {
          whole.copy(part.getFirst().key(), part.getFirst().etag());
        } else {
          try (Spool content = read(part)) {
            whole.send(content);
          }
        }
      }
      return whole.complete(replace);
    }
  }

  /** Pieces that are too small for a part of their own go together with those that follow. */
  static List<List<Piece>> parts(List<Piece> pieces) {
    List<List<Piece>> parts = new ArrayList<>();
    List<Piece> part = new ArrayList<>();
    for (Piece piece : pieces) {
      part.add(piece);
      if (piece.end() - part.getFirst().offset() >= Multipart.SMALLEST) {
        parts.add(part);
        part = new ArrayList<>();
      }
    }
    if (!part.isEmpty()) {
      parts.add(part);
    }
    return parts;
  }

  /** Whether there is a blob of this digest whose bytes have it. */
  private boolean fits(Digest digest) {
    Hashing hashing = new Hashing(digest.algorithm(), OutputStream.nullOutputStream());
    try {
      Download.whole(bucket, patience, key(digest), null).to(hashing, Long.MAX_VALUE);
      return hashing.digest().equals(digest);
    } catch (NoSuchElementException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("a hash took no bytes", e);
    }
  }

  /**
   * The digest of pieces together.
   *
   * @throws NoSuchElementException where one of them is there no more
   */
  Digest digest(List<Piece> pieces, Digest.Algorithm algorithm) {
    Hashing hashing = new Hashing(algorithm, OutputStream.nullOutputStream());
    pour(pieces, hashing);
    return hashing.digest();
  }

  private Spool read(List<Piece> pieces) {
    Spool content = Spool.begin(spool);
    try {
      pour(pieces, content.out());
      return content;
    } catch (RuntimeException e) {
      content.close();
      throw e;
    }
  }

  private void pour(List<Piece> pieces, OutputStream out) {
    try {
      for (Piece piece : pieces) {
        long came =
            Download.whole(bucket, patience, piece.key(), piece.etag()).to(out, piece.size());
        if (came != piece.size()) {
          throw bucket.trouble().wrong("read " + piece.key(), "it has another size than listed");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a spool or a hash took no bytes", e);
    }
  }

  /** Hashes what it passes on. */
  static final class Hashing extends OutputStream {
    private final RunningDigest hash;
    private final OutputStream out;

    Hashing(Digest.Algorithm algorithm, OutputStream out) {
      this.hash = new RunningDigest(algorithm);
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int count) throws IOException {
      hash.update(buffer, offset, count);
      out.write(buffer, offset, count);
    }

    Digest digest() {
      return hash.digest();
    }
  }
}
