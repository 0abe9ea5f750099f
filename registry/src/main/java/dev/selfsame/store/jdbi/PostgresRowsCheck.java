package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.Change;
import dev.selfsame.store.ChangeLog.Place;
import dev.selfsame.store.RowsCheck;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * Rows in PostgreSQL against their log: the log is applied to temporary tables of the same shape,
 * and the database compares the two. Servers may go on meanwhile: log and rows are read as they
 * were at one moment.
 */
final class PostgresRowsCheck implements RowsCheck {
  private static final int MOST_TOLD = 50;
  private static final int MOST_AT_ONCE = 64;

  /** Each table, and what is told of a row of it; those that others refer to stand first. */
  private static final Map<String, String> TABLES = tables();

  private static final String UNMET =
      "select n.repository || ': manifest ' || n.manifest || ' needs ' || n.digest"
          + " from pg_temp.need n where not exists (select from pg_temp.link l"
          + " where l.repository = n.repository and l.blob = n.digest)"
          + " and not exists (select from pg_temp.manifest m"
          + " where m.repository = n.repository and m.digest = n.digest)"
          + " order by 1 limit "
          + MOST_TOLD;

  private final PostgresAddress address;
  private final Connections connections;

  PostgresRowsCheck(PostgresAddress address, Connections connections) {
    this.address = address;
    this.connections = connections;
  }

  private static Map<String, String> tables() {
    Map<String, String> tables = new LinkedHashMap<>();
    tables.put("repository", "name");
    tables.put("link", "repository || ' ' || blob || ' ' || wanted");
    tables.put("manifest", "repository || ' ' || digest || ' ' || media_type");
    tables.put("need", "repository || ' ' || digest || ' ' || manifest");
    tables.put("tag", "repository || ' ' || name || ' ' || manifest");
    return tables;
  }

  @Override
  public Report run(Consumer<Digest> linked) {
    return PostgresSession.patiently(
        address,
        handle ->
            handle.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ, all -> compared(all, linked)));
  }

  private Report compared(Handle handle, Consumer<Digest> linked) {
    long changes = replay(handle);
    List<String> differing = new ArrayList<>();
    for (Map.Entry<String, String> table : TABLES.entrySet()) {
      String name = table.getKey();
      String ours = "pg_temp." + name;
      String theirs = PostgresAddress.SCHEMA + "." + name;
      only(handle, ours, theirs, table.getValue())
          .forEach(line -> differing.add("%s is not in the rows: %s".formatted(name, line)));
      only(handle, theirs, ours, table.getValue())
          .forEach(line -> differing.add("%s is not in the log: %s".formatted(name, line)));
    }
    try (ResultIterator<String> blobs =
        handle
            .createQuery("select distinct blob from pg_temp.link")
            .setFetchSize(1000)
            .mapTo(String.class)
            .iterator()) {
      blobs.forEachRemaining(blob -> linked.accept(Digest.parse(blob)));
    }
    List<String> unmet = handle.createQuery(UNMET).mapTo(String.class).list();
    return new Report(changes, false, Optional.empty(), false, differing, unmet);
  }

  /** Some of the rows that one table has and another has not, in any of their columns. */
  private static List<String> only(Handle handle, String one, String other, String told) {
    return handle
        .createQuery(
            "select %s from (table %s except table %s) as only_here order by 1 limit %d"
                .formatted(told, one, other, MOST_TOLD))
        .mapTo(String.class)
        .list();
  }

  /**
   * Applies the whole log to temporary tables, which hide the others from whoever does not name
   * their schema.
   *
   * @return how many changes there were
   */
  private long replay(Handle handle) {
    for (String table : TABLES.keySet()) {
      handle.execute(
          "create temporary table %1$s (like %2$s.%1$s including all) on commit drop"
              .formatted(table, PostgresAddress.SCHEMA));
    }
    handle.execute(
        "alter table pg_temp.tag add foreign key (repository, manifest)"
            + " references pg_temp.manifest (repository, digest) on delete cascade");
    Applying applying = new Applying(handle);
    PostgresChanges log = new PostgresChanges(address, one(handle));
    log.read(Place.START, applying::take);
    applying.flush();
    log.requireNoneAfter(log.last());
    return log.last().seq();
  }

  /** Changes that were made together and are alike go together. */
  private static final class Applying {
    private final Handle handle;
    private final List<PostgresWish> alike = new ArrayList<>();
    private String sql = "";
    private Instant since = Instant.EPOCH;

    Applying(Handle handle) {
      this.handle = handle;
    }

    void take(Place place, Instant at, Change change) {
      PostgresWish wish = new PostgresWish.Plain(change);
      String statement = PostgresRows.sql(wish);
      if (!statement.equals(sql) || !at.equals(since) || alike.size() >= MOST_AT_ONCE) {
        flush();
        sql = statement;
        since = at;
      }
      alike.add(wish);
    }

    void flush() {
      if (!alike.isEmpty()) {
        PostgresRows.apply(handle, sql, since, alike);
        alike.clear();
      }
    }
  }

  private static Connections one(Handle handle) {
    return new Connections() {
      @Override
      public <T> T with(Function<Handle, T> work) {
        return work.apply(handle);
      }
    };
  }

  @Override
  public boolean isLinked(Digest blob) {
    return connections.with(handle ->
        handle
            .createQuery("select 1 from link where blob = ? limit 1")
            .bind(0, blob.toString())
            .mapTo(Integer.class)
            .findFirst()
            .isPresent());
  }

  /** Nobody adds to the log meanwhile; writers wait. */
  @Override
  public Optional<String> rebuild(boolean keeping) {
    return PostgresSession.patiently(
        address,
        handle ->
            handle.inTransaction(all -> {
              all.createQuery("select seq from head for update").mapTo(Long.class).one();
              Optional<String> kept = keeping ? Optional.of(keep(all)) : Optional.empty();
              replay(all);
              for (String table : List.copyOf(TABLES.keySet()).reversed()) {
                all.execute("delete from " + PostgresAddress.SCHEMA + "." + table);
              }
              for (String table : TABLES.keySet()) {
                all.execute(
                    "insert into %1$s.%2$s table pg_temp.%2$s"
                        .formatted(PostgresAddress.SCHEMA, table));
              }
              return kept;
            }));
  }

  /** Copies the rows to tables that nothing reads. */
  private static String keep(Handle handle) {
    int number = 1;
    while (exists(handle, "quarantine_%d_link".formatted(number))) {
      number++;
    }
    for (String table : TABLES.keySet()) {
      handle.execute(
          "create table %1$s.quarantine_%2$d_%3$s as table %1$s.%3$s"
              .formatted(PostgresAddress.SCHEMA, number, table));
    }
    return "%s.quarantine_%d_*".formatted(PostgresAddress.SCHEMA, number);
  }

  private static boolean exists(Handle handle, String table) {
    @Nullable String found =
        handle
            .createQuery("select to_regclass(?)::text")
            .bind(0, PostgresAddress.SCHEMA + "." + table)
            .mapTo(String.class)
            .one();
    return found != null;
  }
}
