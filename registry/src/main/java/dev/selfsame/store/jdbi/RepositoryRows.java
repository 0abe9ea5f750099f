package dev.selfsame.store.jdbi;

import dev.selfsame.store.Change;
import dev.selfsame.store.ChangeLog.Place;
import dev.selfsame.store.Needs;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * What a change of the log does to the rows. One thread at a time applies one after the other, as
 * the log has them.
 */
final class RepositoryRows {
  private static final int MOST_NAMED = 10_000;

  /** Numbers of repositories: most changes are made where others were made before. */
  private final Map<String, Long> named = new HashMap<>();

  /** Up to where the log was applied. */
  private Place last = Place.START;

  /** What is applied next follows this change; rows may have been removed. */
  void follow(Place place) {
    named.clear();
    last = place;
  }

  /** Applies a change, and says in the same transaction up to where the rows go. */
  void apply(Handle handle, Place place, Instant at, Change change) {
    String name = change.repository().value();
    long repository =
        handle.<Long, RuntimeException>inTransaction(all -> {
          long number = repository(all, name, place);
          apply(all, number, place, at, change);
          all.execute(
              "update applied set seq = ?, chain = ?, place = ?",
              place.seq(),
              place.chain(),
              place.end());
          return number;
        });
    if (named.size() >= MOST_NAMED) {
      named.clear();
    }
    named.put(name, repository);
    last = place;
  }

  private long repository(Handle handle, String name, Place place) {
    Long known = named.get(name);
    if (known != null) {
      return known;
    }
    return handle
        .createQuery("select id from repository where name = ?")
        .bind(0, name)
        .mapTo(Long.class)
        .findFirst()
        .orElseGet(() -> {
          handle.execute("insert into repository (id, name) values (?, ?)", place.seq(), name);
          return place.seq();
        });
  }

  private void apply(Handle handle, long repository, Place place, Instant at, Change change) {
    switch (change) {
      case Change.Link link ->
          handle.execute(
              "merge into link key (repository, blob) values (?, ?, ?)",
              repository,
              DigestBytes.of(link.blob()),
              at.toEpochMilli());
      case Change.Unlink unlink ->
          handle.execute(
              "delete from link where repository = ? and blob = ?",
              repository,
              DigestBytes.of(unlink.blob()));
      case Change.Put put -> put(handle, repository, place, put.manifest(), put.tags());
      case Change.DeleteManifest delete ->
          handle
              .createQuery("select id from manifest where repository = ? and digest = ?")
              .bind(0, repository)
              .bind(1, DigestBytes.of(delete.manifest()))
              .mapTo(Long.class)
              .findFirst()
              .ifPresent(manifest -> delete(handle, repository, manifest, at));
      case Change.DeleteTag delete ->
          handle.execute(
              "delete from tag where repository = ? and name = ?",
              repository,
              delete.tag().value());
    }
  }

  private void put(
      Handle handle, long repository, Place place, StoredManifest manifest, List<TagName> tags) {
    byte[] digest = DigestBytes.of(manifest.digest());
    Optional<Known> known =
        handle
            .createQuery("select id, media_type from manifest where repository = ? and digest = ?")
            .bind(0, repository)
            .bind(1, digest)
            .map((row, _) -> new Known(row.getLong(1), row.getString(2)))
            .findFirst();
    long number = known.map(Known::number).orElse(place.seq());
    if (known.filter(found -> found.mediaType().equals(manifest.mediaType())).isEmpty()) {
      handle.execute(
          "merge into manifest key (id) values (?, ?, ?, ?, ?, ?)",
          number,
          repository,
          digest,
          manifest.mediaType(),
          place.end(),
          Math.toIntExact(place.end() - last.end()));
    }
    if (manifest.subject() != null) {
      handle.execute(
          "merge into referrer key (manifest) values (?, ?, ?, ?, ?, ?)",
          number,
          repository,
          DigestBytes.of(manifest.subject()),
          manifest.artifactType(),
          digest,
          manifest.descriptor());
    }
    if (number == place.seq()) {
      need(handle, repository, number, manifest);
    }
    for (TagName tag : tags) {
      handle.execute(
          "merge into tag key (repository, name) values (?, ?, ?)",
          repository,
          tag.value(),
          number);
    }
  }

  /** A manifest that is there. */
  private record Known(long number, String mediaType) {}

  private static void need(Handle handle, long repository, long number, StoredManifest manifest) {
    Needs needs = Needs.of(manifest);
    if (needs.blobs().isEmpty() && needs.manifests().isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch(
            "merge into need key (repository, digest, manifest) values (?, ?, ?, ?)");
    needs.blobs().forEach(blob -> batch.add(repository, DigestBytes.of(blob), number, false));
    needs.manifests().forEach(child -> batch.add(repository, DigestBytes.of(child), number, true));
    batch.execute();
  }

  private static void delete(Handle handle, long repository, long manifest, Instant at) {
    needNoMore(handle, repository, manifest, at);
    for (String sql :
        List.of(
            "delete from tag where manifest = ?",
            "delete from referrer where manifest = ?",
            "delete from manifest where id = ?")) {
      handle.execute(sql, manifest);
    }
  }

  /** What a manifest needed was wanted until it went. */
  private static void needNoMore(Handle handle, long repository, long manifest, Instant at) {
    List<byte[]> needed =
        handle
            .createQuery("select digest from need where manifest = ?")
            .bind(0, manifest)
            .mapTo(byte[].class)
            .list();
    if (needed.isEmpty()) {
      return;
    }
    PreparedBatch wanted =
        handle.prepareBatch(
            "update link set wanted = greatest(wanted, ?) where repository = ? and blob = ?");
    needed.forEach(digest -> wanted.add(at.toEpochMilli(), repository, digest));
    wanted.execute();
    handle.execute("delete from need where manifest = ?", manifest);
  }
}
