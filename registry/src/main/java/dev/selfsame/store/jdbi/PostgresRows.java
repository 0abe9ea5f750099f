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
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * What changes do to the rows in PostgreSQL: one statement for each, and one trip to the server for
 * all that have the same.
 */
final class PostgresRows {
  private static final String NOT_NEEDED =
      "not exists (select from need n where n.repository = :repository and n.digest = :blob)";

  private static final String LINK =
      "with noted as (insert into repository (name) values (:repository) on conflict do nothing)"
          + " insert into link (repository, blob, wanted) values (:repository, :blob, :at)"
          + " on conflict (repository, blob) do update set wanted = excluded.wanted where "
          + NOT_NEEDED;

  private static final String RENEW =
      "update link set wanted = :at"
          + " where repository = :repository and blob = :blob and wanted < :than and "
          + NOT_NEEDED;

  private static final String UNLINK =
      "delete from link where repository = :repository and blob = :blob";

  private static final String COLLECT = UNLINK + " and wanted < :than and " + NOT_NEEDED;

  /** Nothing of it is made where something is not there that the manifest needs. */
  private static final String PUT =
      """
      with complete as (
        select where not exists (select from unnest(:blobs) as b (blob) where not exists (
            select from link where repository = :repository and link.blob = b.blob))
          and not exists (select from unnest(:children) as c (child) where not exists (
            select from manifest where repository = :repository and manifest.digest = c.child))),
      noted as (
        insert into repository (name) select :repository from complete on conflict do nothing),
      tagged as (
        insert into tag (repository, name, manifest)
        select :repository, unnest(:tags), :digest from complete
        on conflict (repository, name) do update set manifest = excluded.manifest),
      needs as (
        insert into need (repository, digest, manifest, child)
        select :repository, unnest(:blobs), :digest, false from complete
        union all select :repository, unnest(:children), :digest, true from complete
        on conflict do nothing)
      insert into manifest
        (repository, digest, media_type, subject, artifact_type, descriptor, bytes)
      select :repository, :digest, :mediaType, :subject, cast(:type as bytea), :descriptor, :bytes
      from complete
      on conflict (repository, digest) do update set
        media_type = excluded.media_type, subject = excluded.subject,
        artifact_type = excluded.artifact_type, descriptor = excluded.descriptor
      """;

  /** Its tags go with it, by their foreign key. What it needed was wanted until now. */
  private static final String DELETE_MANIFEST =
      "with needed as (delete from need"
          + " where repository = :repository and manifest = :digest returning need.digest),"
          + " wanted as (update link set wanted = greatest(wanted, :at)"
          + " where repository = :repository and blob in (select digest from needed))"
          + " delete from manifest where repository = :repository and digest = :digest";

  private static final String DELETE_TAG =
      "delete from tag where repository = :repository and name = :tag";

  private PostgresRows() {}

  /** The statement of a wish. */
  static String sql(PostgresWish wish) {
    return switch (wish) {
      case PostgresWish.Renewal _ -> RENEW;
      case PostgresWish.Collection _ -> COLLECT;
      case PostgresWish.Plain(Change change) ->
          switch (change) {
            case Change.Link _ -> LINK;
            case Change.Unlink _ -> UNLINK;
            case Change.Put _ -> PUT;
            case Change.DeleteManifest _ -> DELETE_MANIFEST;
            case Change.DeleteTag _ -> DELETE_TAG;
          };
    };
  }

  /**
   * Does what is wished, in that order.
   *
   * @param sql the statement of them all
   * @param at when
   * @return for each how many rows it has changed; 0 where it changed nothing
   */
  static int[] apply(Handle handle, String sql, Instant at, List<PostgresWish> wishes) {
    PreparedBatch batch = handle.prepareBatch(sql);
    for (PostgresWish wish : wishes) {
      batch.bind("repository", wish.change().repository().value());
      batch.bind("at", at.toEpochMilli());
      switch (wish) {
        case PostgresWish.Renewal(Change.Link _, Instant since) ->
            batch.bind("than", since.toEpochMilli());
        case PostgresWish.Collection(Change.Unlink _, Instant before) ->
            batch.bind("than", before.toEpochMilli());
        case PostgresWish.Plain _ -> {}
      }
      bind(batch, wish.change());
      batch.add();
    }
    return batch.execute();
  }

  private static void bind(PreparedBatch batch, Change change) {
    switch (change) {
      case Change.Link(RepositoryName _, Digest blob) -> batch.bind("blob", blob.toString());
      case Change.Unlink(RepositoryName _, Digest blob) -> batch.bind("blob", blob.toString());
      case Change.DeleteManifest(RepositoryName _, Digest manifest) ->
          batch.bind("digest", manifest.toString());
      case Change.DeleteTag(RepositoryName _, TagName tag) -> batch.bind("tag", tag.value());
      case Change.Put(RepositoryName _, StoredManifest manifest, List<TagName> tags) -> {
        Needs needs = Needs.of(manifest);
        batch
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
    }
  }

  private static List<String> texts(Set<Digest> digests) {
    return digests.stream().map(Digest::toString).sorted().toList();
  }

  static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
