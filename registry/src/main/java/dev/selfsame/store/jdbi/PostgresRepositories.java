package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.Change;
import dev.selfsame.store.Needs;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * The server's repositories in PostgreSQL, for as many servers at once as there are.
 *
 * <p>The rows are the truth, and nothing of them is kept here: whatever is answered was read after
 * it was asked for, so that no server tells of what another has deleted. What can be seen is on the
 * disk: PostgreSQL shows a row to others when its commit is there.
 */
final class PostgresRepositories implements Repositories {
  private static final int MOST_DESCRIPTORS = 4 << 20;

  private final Connections connections;
  private final PostgresWrites writes;
  private final PostgresBlobLocks locks;

  PostgresRepositories(Connections connections, PostgresWrites writes, PostgresBlobLocks locks) {
    this.connections = connections;
    this.writes = writes;
    this.locks = locks;
  }

  @Override
  public boolean exists(RepositoryName repository) {
    return has("select 1 from repository where name = ?", repository);
  }

  @Override
  public List<RepositoryName> names(@Nullable String after, int n) {
    return connections.with(handle ->
        handle
            .createQuery("select name from repository where name > ? order by name limit ?")
            .bind(0, place(after))
            .bind(1, n)
            .mapTo(String.class)
            .map(RepositoryName::new)
            .list());
  }

  @Override
  public void link(RepositoryName repository, Digest blob) {
    writes.make(new Change.Link(repository, blob));
  }

  @Override
  public boolean want(RepositoryName repository, Digest blob, Duration lately) {
    Instant since = writes.now().minus(lately);
    Optional<Boolean> settled =
        connections.with(handle ->
            handle
                .createQuery(
                    "select l.wanted >= ? or exists (select from need n"
                        + " where n.repository = l.repository and n.digest = l.blob)"
                        + " from link l where l.repository = ? and l.blob = ?")
                .bind(0, since.toEpochMilli())
                .bind(1, repository.value())
                .bind(2, blob.toString())
                .mapTo(Boolean.class)
                .findFirst());
    if (settled.isEmpty() || settled.get()) {
      return settled.isPresent();
    }
    return writes.make(new PostgresWish.Renewal(new Change.Link(repository, blob), since))
        || linked(repository, blob);
  }

  @Override
  public int links(Digest blob) {
    return connections.with(handle ->
        handle
            .createQuery("select count(*) from link where blob = ?")
            .bind(0, blob.toString())
            .mapTo(Integer.class)
            .one());
  }

  @Override
  public List<Unneeded> unneeded(
      RepositoryName repository, Instant before, @Nullable Digest after, int n) {
    return connections.with(handle ->
        handle
            .createQuery(
                "select l.blob, l.wanted from link l"
                    + " where l.repository = ? and l.blob > ? and l.wanted < ?"
                    + " and not exists (select from need n"
                    + " where n.repository = l.repository and n.digest = l.blob)"
                    + " order by l.blob limit ?")
            .bind(0, repository.value())
            .bind(1, after == null ? "" : after.toString())
            .bind(2, before.toEpochMilli())
            .bind(3, n)
            .map((row, _) ->
                new Unneeded(
                    repository,
                    Digest.parse(row.getString(1)),
                    Instant.ofEpochMilli(row.getLong(2))))
            .list());
  }

  @Override
  public List<Unneeded> unlink(List<Unneeded> links, Instant before) {
    List<Boolean> gone =
        writes.makeAll(
            links.stream()
                .map(link ->
                    new PostgresWish.Collection(
                        new Change.Unlink(link.repository(), link.blob()), before))
                .toList());
    return IntStream.range(0, links.size()).filter(gone::get).mapToObj(links::get).toList();
  }

  @Override
  public <T> T keeping(Digest blob, Supplier<T> work) {
    return locks.keeping(blob, work);
  }

  @Override
  public <T> T removing(Digest blob, Supplier<T> work) {
    return locks.removing(blob, work);
  }

  @Override
  public <T> Optional<T> removingSoon(Digest blob, Supplier<T> work) {
    return locks.removingSoon(blob, work);
  }

  @Override
  public boolean linked(RepositoryName repository, Digest blob) {
    return has("select 1 from link where repository = ? and blob = ?", repository, blob);
  }

  @Override
  public boolean unlink(RepositoryName repository, Digest blob) {
    return writes.make(new Change.Unlink(repository, blob));
  }

  @Override
  public Optional<RepositoryName> anyWith(Digest blob) {
    return connections.with(handle ->
        handle
            .createQuery("select repository from link where blob = ? limit 1")
            .bind(0, blob.toString())
            .mapTo(String.class)
            .map(RepositoryName::new)
            .findFirst());
  }

  @Override
  public Optional<Digest> put(
      RepositoryName repository, StoredManifest manifest, List<TagName> tags) {
    Needs needs = Needs.of(manifest);
    while (!writes.make(new Change.Put(repository, manifest, tags))) {
      Optional<Digest> missing =
          Stream.concat(
                  needs.blobs().stream().filter(blob -> !linked(repository, blob)),
                  needs.manifests().stream().filter(child -> manifest(repository, child).isEmpty()))
              .min(Comparator.naturalOrder());
      // Or it has come since, and the next try finds it.
      if (missing.isPresent()) {
        return missing;
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<StoredManifest> manifest(RepositoryName repository, Digest digest) {
    return connections.with(handle ->
        first(
            handle
                .createQuery("select * from manifest where repository = ? and digest = ?")
                .bind(0, repository.value())
                .bind(1, digest.toString())));
  }

  @Override
  public Optional<StoredManifest> manifest(RepositoryName repository, TagName tag) {
    return connections.with(handle ->
        first(
            handle
                .createQuery(
                    "select m.* from tag t join manifest m"
                        + " on m.repository = t.repository and m.digest = t.manifest"
                        + " where t.repository = ? and t.name = ?")
                .bind(0, repository.value())
                .bind(1, tag.value())));
  }

  @Override
  public boolean delete(RepositoryName repository, Digest manifest) {
    return writes.make(new Change.DeleteManifest(repository, manifest));
  }

  @Override
  public boolean delete(RepositoryName repository, TagName tag) {
    return writes.make(new Change.DeleteTag(repository, tag));
  }

  @Override
  public List<TagName> tags(RepositoryName repository, @Nullable String after, int n) {
    return connections.with(handle ->
        handle
            .createQuery(
                "select name from tag where repository = ? and name > ? order by name limit ?")
            .bind(0, repository.value())
            .bind(1, place(after))
            .bind(2, n)
            .mapTo(String.class)
            .map(TagName::new)
            .list());
  }

  @Override
  public Referrers referrers(
      RepositoryName repository,
      Digest subject,
      @Nullable String artifactType,
      @Nullable Digest after,
      int n) {
    return connections.with(handle -> {
      Query query =
          handle
              .createQuery(referrersSql(artifactType))
              .bind("repository", repository.value())
              .bind("subject", subject.toString())
              .bind("after", after == null ? "" : after.toString())
              .bind("n", n)
              .bind("oneMore", n + 1L)
              .bind("most", MOST_DESCRIPTORS);
      if (artifactType != null) {
        query.bind("type", PostgresRows.bytes(artifactType));
      }
      return page(query);
    });
  }

  /** The database itself stops at so many bytes: the driver would have them all in memory. */
  private static String referrersSql(@Nullable String artifactType) {
    return "select digest, descriptor, there from ("
        + " select digest, descriptor, count(*) over () as there,"
        + " sum(octet_length(descriptor)) over (order by digest) - octet_length(descriptor) as sent"
        + " from (select digest, descriptor from manifest"
        + " where repository = :repository and subject = :subject"
        + (artifactType == null ? "" : " and artifact_type = :type")
        + " and digest > :after order by digest limit :oneMore) as found) as counted"
        + " where sent < :most order by digest limit :n";
  }

  private static Referrers page(Query query) {
    record Found(Referrer referrer, long there) {}
    List<Found> rows =
        query
            .map((row, _) ->
                new Found(
                    new Referrer(Digest.parse(row.getString(1)), row.getString(2)), row.getLong(3)))
            .list();
    return new Referrers(
        rows.stream().map(Found::referrer).toList(),
        !rows.isEmpty() && rows.getFirst().there() > rows.size());
  }

  @Override
  public Optional<String> trouble() {
    return Optional.empty(); // The database itself answers, or does not.
  }

  @Override
  public void close() {
    // The connections are the store's.
  }

  private static Optional<StoredManifest> first(Query query) {
    return query.reduceRows(
        Optional.<StoredManifest>empty(), (_, row) -> Optional.of(manifest(row)));
  }

  private static StoredManifest manifest(RowView row) {
    String subject = row.getColumn("subject", String.class);
    byte[] type = row.getColumn("artifact_type", byte[].class);
    return new StoredManifest(
        Digest.parse(row.getColumn("digest", String.class)),
        row.getColumn("media_type", String.class),
        row.getColumn("bytes", byte[].class),
        subject == null ? null : Digest.parse(subject),
        type == null ? null : new String(type, java.nio.charset.StandardCharsets.UTF_8),
        row.getColumn("descriptor", String.class));
  }

  private boolean has(String sql, Object... values) {
    return connections.with(handle -> has(handle, sql, values));
  }

  private static boolean has(Handle handle, String sql, Object... values) {
    Query query = handle.createQuery(sql);
    for (int i = 0; i < values.length; i++) {
      query.bind(i, values[i].toString());
    }
    return query.mapTo(Integer.class).findFirst().isPresent();
  }

  /** No name has a zero, and what follows one in a place to begin after makes no difference. */
  static String place(@Nullable String after) {
    String text = after == null ? "" : after;
    return text.indexOf(0) < 0 ? text : text.substring(0, text.indexOf(0));
  }
}
