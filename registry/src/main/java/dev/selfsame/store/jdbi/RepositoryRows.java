package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.Change;
import dev.selfsame.store.ChangeLog;
import dev.selfsame.store.Needs;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** What a change of the log does to the rows. */
final class RepositoryRows {
  /** Repositories that have their row: most changes are made where others were made before. */
  private final Set<String> named = ConcurrentHashMap.newKeySet();

  /** Rows may have been removed under it. */
  void forget() {
    named.clear();
  }

  /** Applies a change, and says in the same transaction up to where the rows go. */
  void apply(Handle handle, ChangeLog.Place place, Instant at, Change change) {
    String repository = change.repository().value();
    boolean isNew = !named.contains(repository);
    handle.<RuntimeException>useTransaction(all -> {
      if (isNew) {
        execute(all, "merge into repository key (name) values (?)", repository);
      }
      switch (change) {
        case Change.Link(RepositoryName _, Digest blob) ->
            all.execute(
                "merge into link key (repository, blob) values (?, ?, ?)",
                repository,
                blob.toString(),
                at.toEpochMilli());
        case Change.Unlink(RepositoryName _, Digest blob) ->
            execute(
                all,
                "delete from link where repository = ? and blob = ?",
                repository,
                blob.toString());
        case Change.Put(RepositoryName _, StoredManifest manifest, List<TagName> tags) -> {
          put(all, repository, manifest);
          need(all, repository, manifest);
          for (TagName tag : tags) {
            execute(
                all,
                "merge into tag key (repository, name) values (?, ?, ?)",
                repository,
                tag.value(),
                manifest.digest().toString());
          }
        }
        case Change.DeleteManifest(RepositoryName _, Digest manifest) -> {
          String digest = manifest.toString();
          needNoMore(all, repository, digest, at);
          execute(all, "delete from tag where repository = ? and manifest = ?", repository, digest);
          execute(
              all, "delete from manifest where repository = ? and digest = ?", repository, digest);
        }
        case Change.DeleteTag(RepositoryName _, TagName tag) ->
            execute(
                all, "delete from tag where repository = ? and name = ?", repository, tag.value());
      }
      all.execute(
          "update applied set seq = ?, chain = ?, place = ?",
          place.seq(),
          place.chain(),
          place.end());
    });
    named.add(repository);
  }

  private static void put(Handle handle, String repository, StoredManifest manifest) {
    handle.execute(
        "merge into manifest key (repository, digest) values (?, ?, ?, ?, ?, ?, ?)",
        repository,
        manifest.digest().toString(),
        manifest.mediaType(),
        manifest.subject() == null ? null : manifest.subject().toString(),
        manifest.artifactType(),
        manifest.descriptor(),
        manifest.bytes());
  }

  private static void need(Handle handle, String repository, StoredManifest manifest) {
    Needs needs = Needs.of(manifest);
    if (needs.blobs().isEmpty() && needs.manifests().isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch(
            "merge into need key (repository, digest, manifest) values (?, ?, ?, ?)");
    String by = manifest.digest().toString();
    needs.blobs().forEach(blob -> batch.add(repository, blob.toString(), by, false));
    needs.manifests().forEach(child -> batch.add(repository, child.toString(), by, true));
    batch.execute();
  }

  /** What a manifest needed was wanted until it went. */
  private static void needNoMore(Handle handle, String repository, String manifest, Instant at) {
    List<String> needed =
        handle
            .createQuery("select digest from need where repository = ? and manifest = ?")
            .bind(0, repository)
            .bind(1, manifest)
            .mapTo(String.class)
            .list();
    if (needed.isEmpty()) {
      return;
    }
    PreparedBatch wanted =
        handle.prepareBatch(
            "update link set wanted = greatest(wanted, ?) where repository = ? and blob = ?");
    needed.forEach(digest -> wanted.add(at.toEpochMilli(), repository, digest));
    wanted.execute();
    execute(handle, "delete from need where repository = ? and manifest = ?", repository, manifest);
  }

  private static void execute(Handle handle, String sql, String... values) {
    handle.execute(sql, (Object[]) values);
  }
}
