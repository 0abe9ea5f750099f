package dev.selfsame.store.s3;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.RunningDigest;
import dev.selfsame.store.s3.Incoming.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** An upload that this process has seen. One thread at a time works on it, holding its lock. */
final class Session {
  final ReentrantLock lock = new ReentrantLock();
  private List<Piece> pieces = new ArrayList<>();

  /** The hash of {@link #pieces}; null where it is not known. */
  private @Nullable RunningDigest hash;

  private boolean fresh;

  /** One that begins just now. */
  static Session begun() {
    Session session = new Session();
    session.hash = new RunningDigest(Digest.Algorithm.SHA256);
    session.fresh = true;
    return session;
  }

  /** Whether it began here, and nobody was seen to add to it: true once. */
  boolean fresh() {
    boolean was = fresh;
    fresh = false;
    return was;
  }

  List<Piece> pieces() {
    return pieces;
  }

  long stands() {
    return Incoming.size(pieces);
  }

  /** Takes the bucket's word for what the pieces are. */
  void adopt(List<Piece> there) {
    if (there.isEmpty() || !there.equals(pieces)) {
      pieces = new ArrayList<>(there);
      hash = there.isEmpty() ? new RunningDigest(Digest.Algorithm.SHA256) : null;
    }
  }

  /** The hash of the pieces, for more bytes to be hashed; null where it is not known. */
  @Nullable RunningDigest hash() {
    return hash;
  }

  /** The hash is of more than the pieces by now, until {@link #took}. */
  @Nullable RunningDigest ahead() {
    RunningDigest ahead = hash;
    hash = null;
    return ahead;
  }

  /**
   * Another piece is there.
   *
   * @param with the hash of all pieces with it; null where it is not known
   */
  void took(Piece piece, @Nullable RunningDigest with) {
    pieces.add(piece);
    hash = with;
  }

  /** The digest of the pieces, once; empty where it is not known. */
  Optional<Digest> grown(Digest.Algorithm algorithm) {
    RunningDigest grown = ahead();
    return grown != null && algorithm == Digest.Algorithm.SHA256
        ? Optional.of(grown.digest())
        : Optional.empty();
  }
}
