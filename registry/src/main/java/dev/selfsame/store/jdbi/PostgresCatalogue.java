package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.ChannelName;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/** The catalogue in PostgreSQL. */
final class PostgresCatalogue implements Catalogue {
  private static final int NANOS = 9;

  private final Connections connections;

  PostgresCatalogue(Connections connections) {
    this.connections = connections;
  }

  /**
   * Makes it again from the evidence where somebody announced some and died. Only for one who holds
   * the right to write: for others, somebody may be about to add the row.
   */
  void catchUp(Supplier<? extends Collection<? extends Row>> evidence, Progress progress) {
    boolean behind =
        connections.with(handle ->
            handle
                .createQuery("select announced <> settled from catalogue")
                .mapTo(Boolean.class)
                .one());
    if (behind) {
      Collection<? extends Row> rows = evidence.get();
      replaceAll(rows);
      progress.note(
          "catalogue made again from the evidence, %d rows (it was left behind the evidence)"
              .formatted(rows.size()));
    }
  }

  @Override
  public void announce() {
    connections.with(handle -> handle.execute("update catalogue set announced = announced + 1"));
  }

  @Override
  public void add(Row row) {
    connections.inTransaction(handle -> {
      insert(handle, row);
      return settle(handle);
    });
  }

  @Override
  public void replaceAll(Collection<? extends Row> rows) {
    connections.inTransaction(handle -> {
      handle.execute("delete from staged");
      handle.execute("delete from promoted");
      rows.forEach(row -> insert(handle, row));
      return settle(handle);
    });
  }

  private static int settle(Handle handle) {
    return handle.execute("update catalogue set settled = announced");
  }

  private static void insert(Handle handle, Row row) {
    switch (row) {
      case Staged staged ->
          handle.execute(
              "insert into staged (name, artifact, bundle, operator, reproducible, at)"
                  + " values (?, ?, ?, ?, ?, ?) on conflict do nothing",
              staged.name().value(),
              staged.artifact().toString(),
              staged.bundle().toString(),
              staged.operator(),
              staged.reproducible(),
              seconds(staged.at()));
      case Promoted promoted -> insert(handle, promoted);
    }
  }

  private static void insert(Handle handle, Promoted row) {
    int added =
        handle.execute(
            "insert into promoted (name, channel, seq, artifact, bundle, at)"
                + " values (?, ?, ?, ?, ?, ?) on conflict do nothing",
            row.name().value(),
            row.channel().value(),
            row.seq(),
            row.artifact().toString(),
            row.bundle().toString(),
            seconds(row.at()));
    Optional<String> there =
        added == 1
            ? Optional.of(row.bundle().toString())
            : handle
                .createQuery(
                    "select bundle from promoted where name = ? and channel = ? and seq = ?")
                .bind(0, row.name().value())
                .bind(1, row.channel().value())
                .bind(2, row.seq())
                .mapTo(String.class)
                .findFirst();
    if (!there.equals(Optional.of(row.bundle().toString()))) {
      throw Failure.badEvidence(
          "promotion %d of %s into %s has two records, %s and %s"
              .formatted(
                  row.seq(),
                  row.name(),
                  row.channel(),
                  there.orElse("one in another place"),
                  row.bundle()),
          "look at the channel's records: it was forked, or the database was altered");
    }
  }

  @Override
  public List<Staged> staged(ArtifactName name) {
    return connections.with(handle ->
        handle
            .createQuery("select * from staged where name = ? order by at desc, bundle")
            .bind(0, name.value())
            .map((row, _) -> staged(row))
            .list());
  }

  @Override
  public List<Promoted> promotions(ArtifactName name, ChannelName channel) {
    return connections.with(handle ->
        handle
            .createQuery("select * from promoted where name = ? and channel = ? order by seq desc")
            .bind(0, name.value())
            .bind(1, channel.value())
            .map((row, _) -> promoted(row))
            .list());
  }

  @Override
  public List<ArtifactName> names(String text) {
    if (text.indexOf(0) >= 0) {
      return List.of(); // No name has a zero, and PostgreSQL does not take one.
    }
    return connections.with(handle ->
        handle
            .createQuery(
                "select name from staged where position(:text in name) > 0"
                    + " union select name from promoted where position(:text in name) > 0"
                    + " order by name")
            .bind("text", text)
            .mapTo(String.class)
            .map(found -> PostgresChannels.parsed(found, () -> new ArtifactName(found)))
            .list());
  }

  @Override
  public void close() {
    // The connections are others'.
  }

  private static Staged staged(ResultSet row) throws SQLException {
    try {
      return new Staged(
          new ArtifactName(row.getString("name")),
          Digest.parse(row.getString("artifact")),
          Digest.parse(row.getString("bundle")),
          row.getString("operator"),
          row.getBoolean("reproducible"),
          instant(row));
    } catch (IllegalArgumentException e) {
      throw altered(e);
    }
  }

  private static Promoted promoted(ResultSet row) throws SQLException {
    try {
      return new Promoted(
          new ArtifactName(row.getString("name")),
          new ChannelName(row.getString("channel")),
          row.getLong("seq"),
          Digest.parse(row.getString("artifact")),
          Digest.parse(row.getString("bundle")),
          instant(row));
    } catch (IllegalArgumentException e) {
      throw altered(e);
    }
  }

  private static Failure altered(IllegalArgumentException e) {
    return Failure.undecided(
        "the registry's catalogue cannot be used: " + e.getMessage(),
        "'update selfsame.catalogue set announced = announced + 1' has it made again from the"
            + " evidence",
        e);
  }

  private static BigDecimal seconds(Instant at) {
    return BigDecimal.valueOf(at.getEpochSecond()).add(BigDecimal.valueOf(at.getNano(), NANOS));
  }

  private static Instant instant(ResultSet row) throws SQLException {
    BigDecimal seconds = row.getBigDecimal("at");
    BigDecimal whole = seconds.setScale(0, java.math.RoundingMode.FLOOR);
    return Instant.ofEpochSecond(
        whole.longValueExact(), seconds.subtract(whole).movePointRight(NANOS).longValueExact());
  }
}
