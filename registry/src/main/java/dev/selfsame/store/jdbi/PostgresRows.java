package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.Change;
import dev.selfsame.store.Needs;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** What a change does to the rows in PostgreSQL: one statement for each, since each is a trip. */
final class PostgresRows {
  /** Follows the rows that a statement has changed: only then the repository has changed. */
  private static final String TOUCH =
      " insert into repository (name, version) select :repository, :seq"
          + " where exists (select from done)"
          + " on conflict (name) do update set version = excluded.version";

  private static final String NOT_NEEDED =
      "not exists (select from need n where n.repository = :repository and n.digest = :blob)";

  private PostgresRows() {}

  /**
   * Applies a change.
   *
   * @param seq its number, if it changes something
   * @param at when it is made
   * @return whether it changed anything
   */
  static boolean apply(Handle handle, long seq, Instant at, PostgresWish wish) {
    return update(handle, at, wish)
            .bind("repository", wish.change().repository().value())
            .bind("seq", seq)
            .execute()
        > 0;
  }

  private static Update update(Handle handle, Instant at, PostgresWish wish) {
    return switch (wish) {
      case PostgresWish.Plain(Change change) -> update(handle, at, change);
      case PostgresWish.Renewal(Change.Link link, Instant since) ->
          handle
              .createUpdate(
                  "with done as (update link set wanted = :at"
                      + " where repository = :repository and blob = :blob and wanted < :since and "
                      + NOT_NEEDED
                      + " returning 1)"
                      + TOUCH)
              .bind("blob", link.blob().toString())
              .bind("since", since.toEpochMilli())
              .bind("at", at.toEpochMilli());
      case PostgresWish.Collection(Change.Unlink unlink, Instant before) ->
          handle
              .createUpdate(
                  "with done as (delete from link"
                      + " where repository = :repository and blob = :blob and wanted < :before and "
                      + NOT_NEEDED
                      + " returning 1)"
                      + TOUCH)
              .bind("blob", unlink.blob().toString())
              .bind("before", before.toEpochMilli());
    };
  }

  private static Update update(Handle handle, Instant at, Change change) {
    return switch (change) {
      case Change.Link(RepositoryName _, Digest blob) ->
          handle
              .createUpdate(
                  "with done as (insert into link (repository, blob, wanted)"
                      + " values (:repository, :blob, :at)"
                      + " on conflict (repository, blob) do update set wanted = excluded.wanted where "
                      + NOT_NEEDED
                      + " returning 1)"
                      + TOUCH)
              .bind("blob", blob.toString())
              .bind("at", at.toEpochMilli());
      case Change.Unlink(RepositoryName _, Digest blob) ->
          handle
              .createUpdate(
                  "with done as (delete from link where repository = :repository and blob = :blob"
                      + " returning 1)"
                      + TOUCH)
              .bind("blob", blob.toString());
      case Change.Put(RepositoryName _, StoredManifest manifest, List<TagName> tags) ->
          put(handle, manifest, tags);
      case Change.DeleteManifest(RepositoryName _, Digest manifest) ->
          // Its tags go with it, by their foreign key. What it needed was wanted until now.
          handle
              .createUpdate(
                  "with done as (delete from manifest"
                      + " where repository = :repository and digest = :manifest returning 1),"
                      + " needed as (delete from need"
                      + " where repository = :repository and manifest = :manifest"
                      + " returning digest),"
                      + " wanted as (update link set wanted = greatest(wanted, :at)"
                      + " where repository = :repository"
                      + " and blob in (select digest from needed))"
                      + TOUCH)
              .bind("manifest", manifest.toString())
              .bind("at", at.toEpochMilli());
      case Change.DeleteTag(RepositoryName _, TagName tag) ->
          handle
              .createUpdate(
                  "with done as (delete from tag where repository = :repository and name = :tag"
                      + " returning 1)"
                      + TOUCH)
              .bind("tag", tag.value());
    };
  }

  private static Update put(Handle handle, StoredManifest manifest, List<TagName> tags) {
    Needs needs = Needs.of(manifest);
    return handle
        .createUpdate(
            """
            with done as (
              insert into manifest
                (repository, digest, media_type, subject, artifact_type, descriptor, bytes)
              select :repository, :digest, :mediaType, :subject, cast(:type as bytea),
                :descriptor, :bytes
              where not exists (select from unnest(:blobs) as b (blob) where not exists (
                  select from link where repository = :repository and link.blob = b.blob))
                and not exists (select from unnest(:children) as c (child) where not exists (
                  select from manifest
                  where repository = :repository and manifest.digest = c.child))
              on conflict (repository, digest) do update set
                media_type = excluded.media_type, subject = excluded.subject,
                artifact_type = excluded.artifact_type, descriptor = excluded.descriptor
              returning 1),
            tagged as (
              insert into tag (repository, name, manifest)
              select :repository, unnest(:tags), :digest from done
              on conflict (repository, name) do update set manifest = excluded.manifest),
            needs as (
              insert into need (repository, digest, manifest, child)
              select :repository, unnest(:blobs), :digest, false from done
              union all select :repository, unnest(:children), :digest, true from done
              on conflict do nothing)
            """
                + TOUCH)
        .bind("digest", manifest.digest().toString())
        .bind("mediaType", manifest.mediaType())
        .bind("subject", manifest.subject() == null ? null : manifest.subject().toString())
        .bind("type", bytes(manifest.artifactType()))
        .bind("descriptor", manifest.descriptor())
        .bind("bytes", manifest.bytes())
        .bindArray("tags", String.class, tags.stream().map(TagName::value).distinct().toList())
        .bindArray("blobs", String.class, texts(needs.blobs()))
        .bindArray("children", String.class, texts(needs.manifests()));
  }

  private static List<String> texts(Set<Digest> digests) {
    return digests.stream().map(Digest::toString).sorted().toList();
  }

  static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
