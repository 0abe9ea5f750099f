package dev.selfsame.store.remote;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.DigestingOutputStream;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ReadableBlobs;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.OptionalLong;

/**
 * Blobs that a server's lists have named. What it holds beside them is not there, and nothing is
 * put: evidence goes to a server as a submission or a promotion, see {@link RemoteIntake}.
 */
final class RemoteBlobs implements ReadableBlobs {
  private static final String RESTORE =
      "restore it from a copy of the registry, or submit the evidence again";

  private final Connection connection;
  private final Shelf shelf;

  RemoteBlobs(Connection connection, Shelf shelf) {
    this.connection = connection;
    this.shelf = shelf;
  }

  @Override
  public OptionalLong size(Digest digest) {
    return shelf.place(digest).map(Shelf.Place::size).orElseGet(OptionalLong::empty);
  }

  @Override
  public byte[] read(Digest digest, int limit) {
    Shelf.Place place = place(digest);
    byte[] bytes = place.content() == null ? fetch(place, digest, limit) : place.content();
    if (bytes.length > limit) {
      throw tooLarge(digest, limit);
    }
    requireSame(digest, Digest.sha256(bytes));
    return bytes.clone();
  }

  private byte[] fetch(Shelf.Place place, Digest digest, int limit) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!fetched(place, digest, out, limit)) {
      throw tooLarge(digest, limit);
    }
    return out.toByteArray();
  }

  @Override
  public long copy(Digest digest, OutputStream out) {
    Shelf.Place place = place(digest);
    DigestingOutputStream hashing = new DigestingOutputStream(out);
    long most = place.size().orElse(Long.MAX_VALUE);
    if (!fetched(place, digest, hashing, most)) {
      throw Failure.badEvidence(
          "blob %s has more bytes than the registry says, %d".formatted(digest, most), RESTORE);
    }
    requireSame(digest, hashing.digest());
    return hashing.count();
  }

  private boolean fetched(Shelf.Place place, Digest digest, OutputStream out, long most) {
    return connection.fetchIfThere(place.path(), out, most).orElseThrow(() -> missing(digest));
  }

  private Shelf.Place place(Digest digest) {
    return shelf.place(digest).orElseThrow(() -> missing(digest));
  }

  private static Failure missing(Digest digest) {
    return Failure.badEvidence("blob %s is missing".formatted(digest), RESTORE);
  }

  private static Failure tooLarge(Digest digest, int limit) {
    return Failure.badEvidence(
        "blob %s is larger than %d bytes, which no such evidence is".formatted(digest, limit),
        RESTORE);
  }

  private static void requireSame(Digest wanted, Digest found) {
    if (!found.equals(wanted)) {
      throw Failure.badEvidence(
          "blob %s was altered: its bytes have %s".formatted(wanted, found), RESTORE);
    }
  }
}
