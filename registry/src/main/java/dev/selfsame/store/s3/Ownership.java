package dev.selfsame.store.s3;

import dev.selfsame.outcome.Failure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Whose bytes a bucket holds: an object {@code owner} with the registry's lasting name and an id of
 * these bytes, which the registry's database has noted too. With another's database every blob
 * would be missing, or unneeded and taken away.
 */
public final class Ownership {
  private static final String KEY = "owner";
  private static final int MOST_BYTES = 200;

  private final Shelf shelf;

  Ownership(Shelf shelf) {
    this.shelf = shelf;
  }

  /** What the object says. */
  private record Owner(String registry, String id) {
    String text() {
      return "%s %s\n".formatted(registry, id);
    }
  }

  /**
   * Sees that the bytes are a registry's own. Those of which nobody has said whose they are become
   * this registry's.
   *
   * @param registry its lasting name
   * @param known the id of its bytes, where its database has noted one
   * @param unused whether its database has neither repositories nor channels
   * @return their id, to be noted
   * @throws Failure exit 3 where they are another registry's, or its own are elsewhere
   */
  public String take(String registry, Optional<String> known, boolean unused) {
    Optional<Owner> there = owner();
    if (there.isEmpty() && known.isEmpty()) {
      if (unused && shelf.bucket().hasAny(Shelf.FOLDER)) {
        // A new database needs none of them: they would be collected.
        throw Failure.undecided(
            "%s holds blobs, and the database holds nothing that they could be of"
                .formatted(shelf.bucket().trouble().place()),
            "check s3.bucket, s3.prefix and database.url: one of them is another registry's");
      }
      // Of several that start at once, the first writes it.
      write(new Owner(registry, "b-" + shelf.bucket().random()));
      there = owner();
    }
    return require(registry, known, there).id();
  }

  /**
   * As {@link #take}, for upkeep: bytes of which nobody has said whose they are stay so.
   *
   * @throws Failure as the other
   */
  public void require(String registry, Optional<String> known) {
    Optional<Owner> there = owner();
    if (there.isPresent() || known.isPresent()) {
      var _ = require(registry, known, there);
    }
  }

  private Owner require(String registry, Optional<String> known, Optional<Owner> there) {
    String holds =
        there
            .map(owner -> "the bytes %s of registry %s".formatted(owner.id(), owner.registry()))
            .orElse("no registry's bytes");
    return there
        .filter(owner -> owner.registry().equals(registry))
        .filter(owner -> known.isEmpty() || known.get().equals(owner.id()))
        .orElseThrow(() ->
            Failure.undecided(
                "%s holds %s, not %s of registry %s"
                    .formatted(
                        shelf.bucket().trouble().place(),
                        holds,
                        known.map(id -> "the bytes " + id).orElse("those"),
                        registry),
                "check s3.bucket, s3.prefix and database.url: one of them is another registry's"));
  }

  private Optional<Owner> owner() {
    if (shelf.bucket().head(KEY).isEmpty()) {
      return Optional.empty();
    }
    ByteArrayOutputStream there = new ByteArrayOutputStream();
    try {
      Download.whole(shelf.bucket(), shelf.patience(), KEY, null).to(there, MOST_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException("memory took no bytes", e);
    }
    String[] words = there.toString(StandardCharsets.UTF_8).strip().split(" ", -1);
    if (words.length != 2) {
      throw shelf
          .bucket()
          .trouble()
          .wrong("use it", shelf.bucket().prefix() + KEY + " does not say whose bytes they are");
    }
    return Optional.of(new Owner(words[0], words[1]));
  }

  private void write(Owner owner) {
    byte[] text = owner.text().getBytes(StandardCharsets.UTF_8);
    try (Spool content = Spool.begin(shelf.spool())) {
      content.fill(new ByteArrayInputStream(text), null, text.length);
      var _ = shelf.bucket().create(KEY, content);
    } catch (IOException e) {
      throw new UncheckedIOException("memory broke", e);
    }
  }
}
