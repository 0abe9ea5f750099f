package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.Change;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

  private PostgresRows() {}

  /**
   * Applies a change.
   *
   * @param seq its number, if it changes something
   * @return whether it changed anything
   */
  static boolean apply(Handle handle, long seq, Change change) {
    return update(handle, change)
            .bind("repository", change.repository().value())
            .bind("seq", seq)
            .execute()
        > 0;
  }

  private static Update update(Handle handle, Change change) {
    return switch (change) {
      case Change.Link(RepositoryName _, Digest blob) ->
          handle
              .createUpdate(
                  "with done as (insert into link (repository, blob) values (:repository, :blob)"
                      + " on conflict do nothing returning 1)"
                      + TOUCH)
              .bind("blob", blob.toString());
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
          // Its tags go with it, by their foreign key.
          handle
              .createUpdate(
                  "with done as (delete from manifest"
                      + " where repository = :repository and digest = :manifest returning 1)"
                      + TOUCH)
              .bind("manifest", manifest.toString());
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
    return handle
        .createUpdate(
            """
            with done as (
              insert into manifest
                (repository, digest, media_type, subject, artifact_type, descriptor, bytes)
              values (:repository, :digest, :mediaType, :subject, :type, :descriptor, :bytes)
              on conflict (repository, digest) do update set
                media_type = excluded.media_type, subject = excluded.subject,
                artifact_type = excluded.artifact_type, descriptor = excluded.descriptor
              returning 1),
            tagged as (
              insert into tag (repository, name, manifest)
              select :repository, unnest(:tags), :digest
              on conflict (repository, name) do update set manifest = excluded.manifest)
            """
                + TOUCH)
        .bind("digest", manifest.digest().toString())
        .bind("mediaType", manifest.mediaType())
        .bind("subject", manifest.subject() == null ? null : manifest.subject().toString())
        .bind("type", bytes(manifest.artifactType()))
        .bind("descriptor", manifest.descriptor())
        .bind("bytes", manifest.bytes())
        .bindArray("tags", String.class, tags.stream().map(TagName::value).distinct().toList());
  }

  static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
