package dev.selfsame.store.jdbi;

import dev.selfsame.store.Change;
import java.time.Instant;

/** A change that is to be made in PostgreSQL, and on what condition. */
sealed interface PostgresWish {
  /** What is to be made. */
  Change change();

  /** Made wherever it changes something; a manifest only where all that it needs is there. */
  record Plain(Change change) implements PostgresWish {}

  /** A link is wanted again, if it is there still, no manifest needs it and it was not since. */
  record Renewal(Change.Link change, Instant since) implements PostgresWish {}

  /** A link goes, if no manifest needs it and it was not wanted since. */
  record Collection(Change.Unlink change, Instant before) implements PostgresWish {}
}
