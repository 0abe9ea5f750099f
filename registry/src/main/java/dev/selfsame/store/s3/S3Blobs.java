package dev.selfsame.store.s3;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.RunningDigest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.s3.Incoming.Piece;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Blobs in a bucket, by digest. */
public final class S3Blobs implements Blobs {
  /** Long enough for a large blob over a slow line; the address is known to its receiver alone. */
  private static final Duration ELSEWHERE = Duration.ofMinutes(10);

  /** Nobody tells whether one is worked on, and 512 parts of a large blob may take long. */
  private static final Duration LONGEST_WORK = Duration.ofDays(1);

  private static final String RESTORE =
      "restore it from a copy of the bucket, or submit the evidence again";

  private final Shelf shelf;
  private final Incoming incoming;
  private final @Nullable S3Presigner presigner;

  S3Blobs(Shelf shelf, Incoming incoming, @Nullable S3Presigner presigner) {
    this.shelf = shelf;
    this.incoming = incoming;
    this.presigner = presigner;
  }

  @Override
  public Blob put(InputStream content) {
    RunningDigest hash = new RunningDigest(Digest.Algorithm.SHA256);
    try (Spool first = Spool.begin(shelf.spool())) {
      if (first.fill(content, hash, -1)) {
        return putLarge(first, content, hash);
      }
      Blob blob = new Blob(hash.digest(), first.size());
      shelf.keep(blob.digest(), first);
      return blob;
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** Goes through pieces, so that this machine holds one of them at a time. */
  private Blob putLarge(Spool first, InputStream content, RunningDigest hash) throws IOException {
    String id = shelf.bucket().random();
    List<Piece> pieces = new ArrayList<>();
    try {
      add(id, pieces, first);
      boolean more = true;
      while (more) {
        try (Spool next = Spool.begin(shelf.spool())) {
          more = next.fill(content, hash, -1);
          add(id, pieces, next);
        }
      }
      Blob blob = new Blob(hash.digest(), Incoming.size(pieces));
      shelf.keep(blob.digest(), pieces);
      return blob;
    } finally {
      discard(id, pieces);
    }
  }

  private void add(String id, List<Piece> pieces, Spool content) {
    if (content.size() > 0) {
      pieces.add(incoming.add(id, pieces, content).orElseThrow());
    }
  }

  /** The outcome is known by now; what stays is found by clearing. */
  private void discard(String id, List<Piece> pieces) {
    try {
      incoming.remove(id, pieces);
    } catch (Failure e) {
      return;
    }
  }

  @Override
  public OptionalLong size(Digest digest) {
    return shelf
        .bucket()
        .head(Shelf.key(digest))
        .map(head -> OptionalLong.of(head.contentLength()))
        .orElse(OptionalLong.empty());
  }

  /** One request for all, as long as not many were put aside. */
  @Override
  public List<Digest> gone(Set<Digest> blobs) {
    return blobs.isEmpty()
        ? List.of()
        : S3Check.aside(shelf.bucket()).stream()
            .filter(blobs::contains)
            .distinct()
            .filter(blob -> size(blob).isEmpty())
            .toList();
  }

  @Override
  public byte[] read(Digest digest, int limit) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (copy(digest, out, limit) < 0) {
      throw Failure.badEvidence(
          "blob %s is larger than %d bytes, which no such evidence is".formatted(digest, limit),
          RESTORE);
    }
    return out.toByteArray();
  }

  @Override
  public long copy(Digest digest, OutputStream out) {
    return copy(digest, out, Long.MAX_VALUE);
  }

  private long copy(Digest digest, OutputStream out, long limit) {
    Shelf.Hashing hashing = new Shelf.Hashing(digest.algorithm(), out);
    long count;
    try {
      count =
          Download.whole(shelf.bucket(), shelf.patience(), Shelf.key(digest), null)
              .to(hashing, limit);
    } catch (NoSuchElementException e) {
      throw Failure.badEvidence("blob %s is missing".formatted(digest), RESTORE);
    } catch (IOException e) {
      throw broken(e);
    }
    if (count >= 0) {
      Digest found = hashing.digest();
      if (!found.equals(digest)) {
        throw Failure.badEvidence(
            "blob %s was altered: its bytes have %s".formatted(digest, found), RESTORE);
      }
    }
    return count;
  }

  @Override
  public void copyRange(Digest digest, long from, long count, OutputStream out) throws IOException {
    if (count == 0) {
      if (size(digest).isEmpty()) {
        throw new NoSuchElementException("no blob " + digest);
      }
      return;
    }
    Download.range(shelf.bucket(), shelf.patience(), Shelf.key(digest), from, count).to(out, count);
  }

  @Override
  public Optional<String> state(Digest digest) {
    return shelf
        .bucket()
        .head(Shelf.key(digest))
        .map(head -> "%s %d %s".formatted(head.eTag(), head.contentLength(), head.lastModified()));
  }

  @Override
  public List<Blob> list() {
    List<Blob> blobs = new ArrayList<>();
    each(blobs::add);
    return blobs;
  }

  @Override
  public void each(Consumer<Blob> reader) {
    shelf
        .bucket()
        .each(Shelf.FOLDER, entry -> reader.accept(new Blob(digest(entry.key()), entry.size())));
  }

  /** By the server's clock. */
  @Override
  public Optional<Instant> kept(Digest digest) {
    return shelf.kept(digest);
  }

  @Override
  public boolean remove(Digest digest) {
    return shelf.remove(digest);
  }

  /**
   * Multipart uploads that were begun a day before that and that nobody has finished, known by
   * their key and id: of another writer nothing more is known.
   */
  @Override
  public List<Leftover> leftovers(Instant before) {
    List<Leftover> leftovers = new ArrayList<>();
    Bucket bucket = shelf.bucket();
    Instant begun = before.minus(LONGEST_WORK);
    for (Multipart.Unfinished left : Multipart.unfinished(bucket, Shelf.FOLDER, begun)) {
      leftovers.add(new Leftover(left.key() + " " + left.id(), Multipart.size(bucket, left)));
    }
    return leftovers;
  }

  @Override
  public boolean discard(Leftover leftover) {
    int space = leftover.id().indexOf(' ');
    return Multipart.abort(
        shelf.bucket(),
        new Multipart.Unfinished(
            leftover.id().substring(0, space), leftover.id().substring(space + 1)));
  }

  private static Digest digest(String key) {
    return Shelf.digest(key).orElseThrow(() -> foreign(key));
  }

  private static Failure foreign(String key) {
    return Failure.badEvidence(
        "an object that is none of the registry's stands among its blobs: " + key,
        "take it away after seeing who put it there");
  }

  @Override
  public Optional<URI> elsewhere(Digest digest) {
    return presigned(digest, ELSEWHERE);
  }

  /**
   * An address from which a blob can be had without credentials for a while, so that its bytes need
   * not go through this server. Whoever is sent there has to hash what comes, and nothing tells
   * that the blob is there. The address is a secret of its receiver: it is not for logs.
   *
   * @param life how long it works, at most 7 days
   * @return empty where the settings do not allow it
   */
  public Optional<URI> presigned(Digest digest, Duration life) {
    if (presigner == null) {
      return Optional.empty();
    }
    Bucket bucket = shelf.bucket();
    String key = bucket.prefix() + Shelf.key(digest);
    S3Presigner signing = presigner;
    return Optional.of(
        bucket.ask(
            "sign an address",
            () ->
                URI.create(
                    signing
                        .presignGetObject(p ->
                            p.signatureDuration(life)
                                .getObjectRequest(g -> g.bucket(bucket.name()).key(key)))
                        .url()
                        .toString())));
  }

  private static Failure broken(IOException e) {
    return Failure.undecided(
        "cannot copy bytes: " + e.getMessage(), "run the command again; nothing was kept", e);
  }
}
