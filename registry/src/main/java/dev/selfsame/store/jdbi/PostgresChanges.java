package dev.selfsame.store.jdbi;

import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ChainedLine;
import dev.selfsame.store.Change;
import dev.selfsame.store.ChangeFields;
import dev.selfsame.store.ChangeLog.Place;
import dev.selfsame.store.Changes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** The chain of lines in PostgreSQL, to be read and checked. */
final class PostgresChanges implements Changes {
  /** Each may have as much as a manifest. */
  private static final int LINES_AT_ONCE = 32;

  private final PostgresAddress address;
  private final Connections connections;

  PostgresChanges(PostgresAddress address, Connections connections) {
    this.address = address;
    this.connections = connections;
  }

  @Override
  public Place last() {
    return connections.with(handle ->
        handle
            .createQuery("select seq, chain, place from head")
            .map((row, _) -> new Place(row.getLong(1), row.getString(2), row.getLong(3)))
            .one());
  }

  @Override
  public void read(Place after, Reader reader) {
    Place end = last();
    Place before = after;
    while (before.seq() < end.seq()) {
      List<String> lines = linesAfter(before.seq());
      if (lines.isEmpty()) {
        throw altered(before.seq() + 1, "it is not there");
      }
      for (String text : lines) {
        before = take(before, text.getBytes(StandardCharsets.UTF_8), reader);
        if (before.seq() == end.seq() && !before.equals(end)) {
          throw altered(before.seq(), "it is not the one that was added last");
        }
      }
    }
  }

  /**
   * The last change is the last line. Only for who reads all of it as it was at one moment.
   *
   * @throws Failure exit 4 where lines follow it
   */
  void requireNoneAfter(Place last) {
    if (!linesAfter(last.seq()).isEmpty()) {
      throw altered(last.seq() + 1, "it is there, and was never added");
    }
  }

  private List<String> linesAfter(long seq) {
    return connections.with(handle ->
        handle
            .createQuery("select line from change where seq > ? order by seq limit ?")
            .bind(0, seq)
            .bind(1, LINES_AT_ONCE)
            .mapTo(String.class)
            .list());
  }

  private Place take(Place before, byte[] bytes, Reader reader) {
    Place place;
    Instant at;
    Change change;
    try {
      ChainedLine line = ChainedLine.parse(bytes);
      if (!line.follows(before)) {
        throw altered(before.seq() + 1, "it does not follow the line before it");
      }
      place = ChainedLine.after(before, bytes);
      at = ChainedLine.at(line.fields());
      change = ChangeFields.read(line.fields());
    } catch (IllegalArgumentException e) {
      throw altered(before.seq() + 1, String.valueOf(e.getMessage()));
    }
    reader.take(place, at, change);
    return place;
  }

  private Failure altered(long seq, String why) {
    return Failure.badEvidence(
        "change %d of %s was altered: %s".formatted(seq, address, why),
        "restore the database from a copy, after seeing who changed it");
  }
}
