package dev.selfsame.store.s3;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.RunningDigest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Uploads;
import dev.selfsame.store.s3.Incoming.Piece;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;

/**
 * Uploads in a bucket. An upload outlives its server and may go on at another. What this process
 * keeps of it is the hash of its bytes so far, with the pieces that were hashed: where the bucket
 * holds others by now, they are read again.
 */
public final class S3Uploads implements Uploads {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

  private final Shelf shelf;
  private final Incoming incoming;
  private final ConcurrentMap<String, Session> sessions = new ConcurrentHashMap<>();

  S3Uploads(Shelf shelf, Incoming incoming) {
    this.shelf = shelf;
    this.incoming = incoming;
  }

  @Override
  public String begin() {
    String id = UUID.randomUUID().toString().replace("-", "");
    try (Spool nothing = Spool.begin(shelf.spool())) {
      incoming.begin(id, nothing);
    }
    sessions.put(id, Session.begun());
    return id;
  }

  @Override
  public OptionalLong received(String id) {
    if (!ID.matcher(id).matches()) {
      return OptionalLong.empty();
    }
    return incoming
        .pieces(id)
        .map(pieces -> OptionalLong.of(Incoming.size(pieces)))
        .orElse(OptionalLong.empty());
  }

  @Override
  public long append(String id, long from, long expected, InputStream content) throws IOException {
    Session session = lock(id);
    try {
      if (!session.fresh() || from > 0) {
        session.adopt(there(id, session));
      }
      if (from >= 0 && from != session.stands()) {
        throw new OutOfPlace(from, session.stands());
      }
      boolean more = take(id, session, expected, content, from < 0);
      while (more) {
        more = take(id, session, expected, content, false);
      }
      return session.stands();
    } finally {
      session.lock.unlock();
    }
  }

  /**
   * Takes the next piece. What arrived before the stream broke is kept.
   *
   * @param anywhere whether it may stand behind what another server has added
   */
  private boolean take(
      String id, Session session, long expected, InputStream content, boolean anywhere)
      throws IOException {
    try (Spool spool = Spool.begin(shelf.spool())) {
      boolean more;
      try {
        more = spool.fill(content, session.hash(), expected);
      } catch (IOException | RuntimeException broken) {
        // Helidon throws unchecked ones.
        add(id, session, spool, anywhere);
        throw broken;
      }
      add(id, session, spool, anywhere);
      return more;
    }
  }

  private void add(String id, Session session, Spool spool, boolean anywhere) {
    if (spool.size() == 0) {
      return;
    }
    RunningDigest hash = session.ahead();
    Optional<Piece> added = incoming.add(id, session.pieces(), spool);
    if (added.isPresent()) {
      session.took(added.get(), hash);
      return;
    }
    long from = session.stands();
    session.adopt(there(id, session));
    Optional<Piece> behind =
        anywhere ? incoming.add(id, session.pieces(), spool) : Optional.empty();
    session.took(behind.orElseThrow(() -> new OutOfPlace(from, session.stands())), null);
  }

  @Override
  public Blob finish(String id, Digest expected) {
    Session session = lock(id);
    try {
      Digest found = found(id, session, expected);
      if (!expected.equals(found)) {
        sessions.remove(id, session);
        incoming.remove(id);
        throw new WrongDigest(expected, found);
      }
      keep(expected, session.pieces());
      sessions.remove(id, session);
      discard(id, session.pieces());
      return new Blob(expected, session.stands());
    } catch (NoSuchElementException e) {
      // It ended at another server just now.
      sessions.remove(id, session);
      throw new NoSuchUpload(id);
    } finally {
      session.lock.unlock();
    }
  }

  /** The digest of the upload's bytes: the one that grew with it, or that of its pieces. */
  private Digest found(String id, Session session, Digest expected) {
    Optional<Digest> grown = session.grown(expected.algorithm());
    if (grown.isPresent() && grown.get().equals(expected)) {
      return expected;
    }
    // Another server may have added to it.
    List<Piece> hashed = List.copyOf(session.pieces());
    session.adopt(there(id, session));
    return grown.isPresent() && hashed.equals(session.pieces())
        ? grown.get()
        : shelf.digest(session.pieces(), expected.algorithm());
  }

  private void keep(Digest digest, List<Piece> pieces) {
    if (pieces.isEmpty()) {
      try (Spool nothing = Spool.begin(shelf.spool())) {
        shelf.keep(digest, nothing);
      }
    } else {
      shelf.keep(digest, pieces);
    }
  }

  /** The blob is kept by now; what stays of the upload is found by clearing. */
  private void discard(String id, List<Piece> pieces) {
    try {
      incoming.remove(id, pieces);
    } catch (Failure e) {
      return;
    }
  }

  @Override
  public boolean cancel(String id) {
    if (received(id).isEmpty()) {
      return false;
    }
    Session session = locked(id);
    try {
      incoming.remove(id);
      return true;
    } finally {
      sessions.remove(id, session);
      session.lock.unlock();
    }
  }

  /**
   * Removes uploads that nobody has added to for as long as {@code age}, at whichever server, and
   * ends multipart uploads that were begun before that.
   */
  public void clear(Duration age, Instant now) {
    Instant before = now.minus(age);
    abandoned(before).forEach(upload -> cancelAbandoned(upload.id(), before));
    for (Multipart.Unfinished left : Multipart.unfinished(shelf.bucket(), Shelf.FOLDER, before)) {
      boolean _ = Multipart.abort(shelf.bucket(), left);
    }
  }

  /** Also those of which only something is left. */
  @Override
  public List<Abandoned> abandoned(Instant before) {
    Set<String> known = Set.copyOf(sessions.keySet());
    Map<String, Incoming.Traces> there = incoming.traces();
    // These ended at another server.
    known.stream().filter(id -> !there.containsKey(id)).forEach(sessions::remove);
    return there.entrySet().stream()
        .filter(upload -> upload.getValue().last().isBefore(before))
        .map(upload -> new Abandoned(upload.getKey(), upload.getValue().size()))
        .toList();
  }

  @Override
  public boolean cancelAbandoned(String id, Instant before) {
    if (!ID.matcher(id).matches()) {
      return false;
    }
    Session session = locked(id);
    boolean gone = false;
    try {
      // Somebody may have gone on with it while this thread waited.
      gone = incoming.traces(id).filter(traces -> traces.last().isBefore(before)).isPresent();
      if (gone) {
        incoming.remove(id);
      }
      return gone;
    } finally {
      if (gone) {
        sessions.remove(id, session);
      }
      session.lock.unlock();
    }
  }

  /** What the bucket holds of an upload that is there. */
  private List<Piece> there(String id, Session session) {
    Optional<List<Piece>> pieces = incoming.pieces(id);
    if (pieces.isEmpty()) {
      sessions.remove(id, session);
      throw new NoSuchUpload(id);
    }
    return pieces.get();
  }

  private Session lock(String id) {
    if (!ID.matcher(id).matches()) {
      throw new NoSuchUpload(id);
    }
    return locked(id);
  }

  /** The upload's own session, held by this thread alone. */
  private Session locked(String id) {
    while (true) {
      Session session = sessions.computeIfAbsent(id, _ -> new Session());
      boolean current = false;
      session.lock.lock();
      try {
        // Or it ended while this thread waited, and whoever comes now has another.
        current = sessions.get(id) == session;
        if (current) {
          return session;
        }
      } finally {
        if (!current) {
          session.lock.unlock();
        }
      }
    }
  }
}
