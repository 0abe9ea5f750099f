package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.ChannelName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.RowView;

/** The catalogue of an embedded registry, in one H2 file. One process holds it at a time. */
public final class H2Catalogue implements Catalogue {
  private final Handle handle;
  private final Path pending;

  H2Catalogue(Handle handle, Path pending) {
    this.handle = handle;
    this.pending = pending;
  }

  @Override
  public void announce() {
    try {
      // It has to reach the disk before the evidence does, or nobody would miss the row. Made anew
      // where it is there: that a sync failed is told once, and that may have been before.
      AtomicFile.write(pending, new byte[0]);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot write %s: %s".formatted(pending, e.getMessage()),
          "check free space and permissions",
          e);
    }
  }

  @Override
  public void add(Row row) {
    guarded(() -> {
      handle.useTransaction(_ -> insert(row));
      sync();
      return true;
    });
    settle();
  }

  @Override
  public void replaceAll(Collection<? extends Row> rows) {
    guarded(() -> {
      refill(rows);
      return true;
    });
    settle();
  }

  /** As {@link #replaceAll}, with the database's own exception where it is damaged. */
  void refill(Collection<? extends Row> rows) {
    handle.useTransaction(all -> {
      all.execute("delete from staged");
      all.execute("delete from promoted");
      rows.forEach(this::insert);
    });
    sync();
  }

  /** Before it is said that nothing is pending: what H2 has committed may be in memory alone. */
  private void sync() {
    handle.execute("checkpoint sync");
  }

  /** Reads a little of each table; throws what the database throws where one is not there. */
  void probe() {
    handle.execute("select name, artifact, bundle, operator, reproducible, at from staged limit 1");
    handle.execute("select name, channel, seq, artifact, bundle, at from promoted limit 1");
  }

  /** From here on the rows and the evidence agree. */
  void settle() {
    try {
      Files.deleteIfExists(pending);
    } catch (IOException e) {
      throw Failure.undecided("cannot delete " + pending, "check its folder's permissions", e);
    }
  }

  private void insert(Row row) {
    switch (row) {
      case Staged staged -> insert(staged);
      case Promoted promoted -> insert(promoted);
    }
  }

  private void insert(Staged row) {
    handle
        .createUpdate(
            """
            merge into staged using (values (1))
            on name = :name and artifact = :artifact and bundle = :bundle
            when not matched then insert (name, artifact, bundle, operator, reproducible, at)
            values (:name, :artifact, :bundle, :operator, :reproducible, :at)
            """)
        .bind("name", row.name().value())
        .bind("artifact", row.artifact().toString())
        .bind("bundle", row.bundle().toString())
        .bind("operator", row.operator())
        .bind("reproducible", row.reproducible())
        .bind("at", row.at().atOffset(ZoneOffset.UTC))
        .execute();
  }

  private void insert(Promoted row) {
    List<String> there =
        handle
            .createQuery(
                "select bundle from promoted"
                    + " where name = :name and channel = :channel and seq = :seq")
            .bind("name", row.name().value())
            .bind("channel", row.channel().value())
            .bind("seq", row.seq())
            .mapTo(String.class)
            .list();
    if (there.contains(row.bundle().toString())) {
      return;
    }
    if (!there.isEmpty()) {
      throw Failure.badEvidence(
          "promotion %d of %s into %s has two records, %s and %s"
              .formatted(row.seq(), row.name(), row.channel(), there.getFirst(), row.bundle()),
          "delete the registry's catalogue.mv.db, which is made again; if this stays, the channel"
              + " was forked");
    }
    handle
        .createUpdate(
            "insert into promoted (name, channel, seq, artifact, bundle, at)"
                + " values (:name, :channel, :seq, :artifact, :bundle, :at)")
        .bind("name", row.name().value())
        .bind("channel", row.channel().value())
        .bind("seq", row.seq())
        .bind("artifact", row.artifact().toString())
        .bind("bundle", row.bundle().toString())
        .bind("at", row.at().atOffset(ZoneOffset.UTC))
        .execute();
  }

  @Override
  public List<Staged> staged(ArtifactName name) {
    return guarded(() ->
        handle
            .createQuery("select * from staged where name = :name order by at desc, bundle")
            .bind("name", name.value())
            .reduceRows(
                new java.util.ArrayList<Staged>(),
                (all, row) -> {
                  all.add(staged(row));
                  return all;
                }));
  }

  @Override
  public List<Promoted> promotions(ArtifactName name, ChannelName channel) {
    return guarded(() ->
        handle
            .createQuery(
                "select * from promoted where name = :name and channel = :channel"
                    + " order by seq desc")
            .bind("name", name.value())
            .bind("channel", channel.value())
            .reduceRows(
                new java.util.ArrayList<Promoted>(),
                (all, row) -> {
                  all.add(promoted(row));
                  return all;
                }));
  }

  @Override
  public List<ArtifactName> names(String text) {
    return guarded(() ->
        handle
            .createQuery(
                "select name from staged where position(:text in name) > 0"
                    + " union select name from promoted where position(:text in name) > 0"
                    + " order by name")
            .bind("text", text)
            .mapTo(String.class)
            .map(ArtifactName::new)
            .list());
  }

  @Override
  public void close() {
    handle.close();
  }

  private static Staged staged(RowView row) {
    return new Staged(
        new ArtifactName(row.getColumn("name", String.class)),
        Digest.parse(row.getColumn("artifact", String.class)),
        Digest.parse(row.getColumn("bundle", String.class)),
        row.getColumn("operator", String.class),
        row.getColumn("reproducible", Boolean.class),
        at(row));
  }

  private static Promoted promoted(RowView row) {
    return new Promoted(
        new ArtifactName(row.getColumn("name", String.class)),
        new ChannelName(row.getColumn("channel", String.class)),
        row.getColumn("seq", Long.class),
        Digest.parse(row.getColumn("artifact", String.class)),
        Digest.parse(row.getColumn("bundle", String.class)),
        at(row));
  }

  private static Instant at(RowView row) {
    return row.getColumn("at", OffsetDateTime.class).toInstant();
  }

  /** Whatever the database or an altered row does, users are told that it is but a cache. */
  private static <T> T guarded(Supplier<T> work) {
    try {
      return work.get();
    } catch (JdbiException | IllegalArgumentException e) {
      throw Failure.undecided(
          "the registry's catalogue cannot be used: " + H2Trouble.phrase(e),
          "delete catalogue.mv.db in the registry's folder; it is made again from the evidence",
          e);
    }
  }
}
