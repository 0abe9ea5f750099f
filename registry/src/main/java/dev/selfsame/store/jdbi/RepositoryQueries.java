package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.Repositories.Referrer;
import dev.selfsame.store.Repositories.Referrers;
import dev.selfsame.store.Repositories.Unneeded;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.TagName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of the server's repositories say, in H2. A page is ordered by all columns of the
 * index that it is read from: else H2 sorts every row behind the asked one for each page.
 */
final class RepositoryQueries {
  private static final int MOST_DESCRIPTORS = 4 << 20;
  private static final String NOT_NEEDED =
      "not exists (select 1 from need n where n.repository = l.repository and n.digest = l.blob)";

  /** Of a repository that is not there. */
  private static final long NONE = -1;

  /** Where the log has a manifest, and as what it is served. */
  record InLog(Digest digest, String mediaType, long place, int length) {}

  private RepositoryQueries() {}

  static boolean exists(Handle handle, RepositoryName repository) {
    return has(handle, "select 1 from repository where name = ?", repository.value());
  }

  static List<RepositoryName> names(Handle handle, @Nullable String after, int n) {
    return handle
        .createQuery("select name from repository where name > ? order by name limit ?")
        .bind(0, after == null ? "" : after)
        .bind(1, n)
        .mapTo(String.class)
        .map(RepositoryName::new)
        .list();
  }

  /** Asked for by itself: as part of another statement it would be asked for once a row. */
  private static long number(Handle handle, RepositoryName repository) {
    return handle
        .createQuery("select id from repository where name = ?")
        .bind(0, repository.value())
        .mapTo(Long.class)
        .findFirst()
        .orElse(NONE);
  }

  static boolean isLinked(Handle handle, RepositoryName repository, Digest blob) {
    return has(
        handle,
        "select 1 from link where repository = ? and blob = ?",
        number(handle, repository),
        DigestBytes.of(blob));
  }

  /** How a blob stands in a repository. */
  enum LinkState {
    /** It may not be read. */
    ABSENT,
    /** No manifest needs it, and it was not wanted lately. */
    UNNEEDED,
    /** A manifest needs it, or it was wanted lately. */
    SETTLED
  }

  /**
   * How a blob stands in a repository.
   *
   * @param since what was wanted then or later was wanted lately
   */
  static LinkState state(Handle handle, RepositoryName repository, Digest blob, Instant since) {
    return handle
        .createQuery(
            "select l.wanted >= ? or not "
                + NOT_NEEDED
                + " from link l where l.repository = ? and l.blob = ?")
        .bind(0, since.toEpochMilli())
        .bind(1, number(handle, repository))
        .bind(2, DigestBytes.of(blob))
        .mapTo(Boolean.class)
        .findFirst()
        .map(settled -> settled ? LinkState.SETTLED : LinkState.UNNEEDED)
        .orElse(LinkState.ABSENT);
  }

  static List<Unneeded> unneeded(
      Handle handle, RepositoryName repository, Instant before, @Nullable Digest after, int n) {
    return handle
        .createQuery(
            "select l.blob, l.wanted from link l"
                + " where l.repository = ? and l.blob > ? and l.wanted < ? and "
                + NOT_NEEDED
                + " order by l.repository, l.blob limit ?")
        .bind(0, number(handle, repository))
        .bind(1, bytes(after))
        .bind(2, before.toEpochMilli())
        .bind(3, n)
        .map((row, _) ->
            new Unneeded(
                repository,
                DigestBytes.digest(row.getBytes(1)),
                Instant.ofEpochMilli(row.getLong(2))))
        .list();
  }

  static boolean isUnneeded(Handle handle, Unneeded link, Instant before) {
    return handle
        .createQuery(
            "select 1 from link l where l.repository = ? and l.blob = ? and l.wanted < ? and "
                + NOT_NEEDED)
        .bind(0, number(handle, link.repository()))
        .bind(1, DigestBytes.of(link.blob()))
        .bind(2, before.toEpochMilli())
        .mapTo(Integer.class)
        .findFirst()
        .isPresent();
  }

  static Optional<RepositoryName> anyWith(Handle handle, Digest blob) {
    return handle
        .createQuery(
            "select r.name from link l join repository r on r.id = l.repository"
                + " where l.blob = ? limit 1")
        .bind(0, DigestBytes.of(blob))
        .mapTo(String.class)
        .map(RepositoryName::new)
        .findFirst();
  }

  static int links(Handle handle, Digest blob) {
    return handle
        .createQuery("select count(*) from link where blob = ?")
        .bind(0, DigestBytes.of(blob))
        .mapTo(Integer.class)
        .one();
  }

  static boolean isManifest(Handle handle, RepositoryName repository, Digest digest) {
    return has(
        handle,
        "select 1 from manifest where repository = ? and digest = ?",
        number(handle, repository),
        DigestBytes.of(digest));
  }

  static Optional<InLog> manifest(Handle handle, RepositoryName repository, Digest digest) {
    return handle
        .createQuery(
            "select m.digest, m.media_type, m.place, m.length"
                + " from repository r join manifest m on m.repository = r.id"
                + " where r.name = ? and m.digest = ?")
        .bind(0, repository.value())
        .bind(1, DigestBytes.of(digest))
        .map((row, _) -> inLog(row))
        .findFirst();
  }

  static Optional<InLog> manifest(Handle handle, RepositoryName repository, TagName tag) {
    return handle
        .createQuery(
            "select m.digest, m.media_type, m.place, m.length"
                + " from repository r join tag t on t.repository = r.id"
                + " join manifest m on m.id = t.manifest where r.name = ? and t.name = ?")
        .bind(0, repository.value())
        .bind(1, tag.value())
        .map((row, _) -> inLog(row))
        .findFirst();
  }

  private static InLog inLog(ResultSet row) throws SQLException {
    return new InLog(
        DigestBytes.digest(row.getBytes(1)), row.getString(2), row.getLong(3), row.getInt(4));
  }

  static boolean isTag(Handle handle, RepositoryName repository, TagName tag) {
    return has(
        handle,
        "select 1 from tag where repository = ? and name = ?",
        number(handle, repository),
        tag.value());
  }

  static List<TagName> tags(
      Handle handle, RepositoryName repository, @Nullable String after, int n) {
    return handle
        .createQuery(
            "select name from tag where repository = ? and name > ?"
                + " order by repository, name limit ?")
        .bind(0, number(handle, repository))
        .bind(1, after == null ? "" : after)
        .bind(2, n)
        .mapTo(String.class)
        .map(TagName::new)
        .list();
  }

  /**
   * A page of what refers to a manifest. H2 has a whole result in memory before the first of its
   * rows, so their lengths are asked for first. (It can also read row by row, and then reads an
   * index and its table as of different moments: a row that another deletes meanwhile fails it.)
   */
  static Referrers referrers(Handle handle, ManifestCache.ListKey asked) {
    List<Long> lengths =
        referring(handle, "octet_length(descriptor)", asked, asked.n() + 1L)
            .mapTo(Long.class)
            .list();
    int n = fitting(lengths, asked.n());
    List<Referrer> rows =
        referring(handle, "digest, descriptor", asked, n + 1L)
            .map((row, _) ->
                new Referrer(
                    DigestBytes.digest(row.getBytes("digest")), row.getString("descriptor")))
            .list();
    // By what was read last, and not by the lengths: others write meanwhile.
    return new Referrers(rows.subList(0, Math.min(n, rows.size())), rows.size() > n);
  }

  private static Query referring(
      Handle handle, String columns, ManifestCache.ListKey asked, long n) {
    String ofType = asked.type() == null ? "" : " and artifact_type = :type";
    String order = asked.type() == null ? "digest" : "artifact_type, digest";
    Query query =
        handle
            .createQuery(
                "select "
                    + columns
                    + " from referrer where repository = :repository and subject = :subject"
                    + ofType
                    + " and digest > :after order by repository, subject, "
                    + order
                    + " limit :n")
            .bind("repository", number(handle, asked.repository()))
            .bind("subject", DigestBytes.of(asked.subject()))
            .bind("after", bytes(asked.after()))
            .bind("n", n);
    return asked.type() == null ? query : query.bind("type", asked.type());
  }

  /** How many may be sent at once: one at least, and no more after {@link #MOST_DESCRIPTORS}. */
  private static int fitting(List<Long> lengths, int most) {
    long sent = 0;
    int n = 0;
    while (n < most && n < lengths.size() && sent < MOST_DESCRIPTORS) {
      sent += lengths.get(n);
      n++;
    }
    return Math.max(1, n);
  }

  private static byte[] bytes(@Nullable Digest after) {
    return after == null ? DigestBytes.beforeAll() : DigestBytes.of(after);
  }

  private static boolean has(Handle handle, String sql, Object... values) {
    var query = handle.createQuery(sql);
    for (int i = 0; i < values.length; i++) {
      query.bind(i, values[i]);
    }
    return query.mapTo(Integer.class).findFirst().isPresent();
  }
}
