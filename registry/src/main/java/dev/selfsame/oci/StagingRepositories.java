package dev.selfsame.oci;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.RunningDigest;
import dev.selfsame.oci.OciError.Code;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.Needs;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import dev.selfsame.store.Uploads;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Repositories that take pushes.
 *
 * <p>A write is acknowledged when it would survive a crash: first the bytes, then the row that
 * names them. What a crash leaves between the two is a blob that nothing names.
 */
public final class StagingRepositories implements ReadableRepositories {
  private static final int MOST_TAGS_AT_ONCE = 16;
  private static final Duration LATELY = Duration.ofMinutes(10);

  private final Blobs blobs;
  private final Uploads uploads;
  private final Repositories rows;
  private final Duration lately;

  public StagingRepositories(Blobs blobs, Uploads uploads, Repositories rows) {
    this(blobs, uploads, rows, LATELY);
  }

  /**
   * One that says in its own time that a blob is wanted.
   *
   * @param lately how long it need not be said again; a collector's grace is longer by far
   */
  public StagingRepositories(Blobs blobs, Uploads uploads, Repositories rows, Duration lately) {
    this.blobs = blobs;
    this.uploads = uploads;
    this.rows = rows;
    this.lately = lately;
  }

  /** Begins an upload, and gives its id. */
  public String begin() {
    return uploads.begin();
  }

  /**
   * How many bytes of an upload have arrived.
   *
   * @throws OciError where there is no such upload
   */
  public long received(String id) {
    return uploads.received(id).orElseThrow(() -> noUpload(id));
  }

  /**
   * Takes more bytes of an upload.
   *
   * @param from the place of the first, or -1 for wherever the upload stands
   * @param expected how many the sender announced, or -1
   * @return how many have arrived
   * @throws OciError where there is no such upload, or it stands elsewhere
   * @throws IOException where the stream breaks; what arrived is kept
   */
  public long append(String id, long from, long expected, InputStream content) throws IOException {
    try {
      return uploads.append(id, from, expected, content);
    } catch (Uploads.NoSuchUpload e) {
      throw noUpload(id);
    } catch (Uploads.OutOfPlace e) {
      throw new OciError(Code.RANGE_INVALID, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Makes a blob of an upload, readable in a repository.
   *
   * @throws OciError where there is no such upload, or its bytes have another digest
   */
  public Blob finish(RepositoryName repository, String id, Digest digest) {
    try {
      return rows.keeping(
          digest,
          () -> {
            Blob blob = uploads.finish(id, digest);
            rows.link(repository, digest);
            return blob;
          });
    } catch (Uploads.NoSuchUpload e) {
      throw noUpload(id);
    } catch (Uploads.WrongDigest e) {
      throw new OciError(Code.DIGEST_INVALID, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Ends an upload without a blob.
   *
   * @throws OciError where there is no such upload
   */
  public void cancel(String id) {
    if (!uploads.cancel(id)) {
      throw noUpload(id);
    }
  }

  /** Ends an upload without a blob, if it has not ended yet. */
  public void abandon(String id) {
    uploads.cancel(id);
  }

  /**
   * Makes a blob of another repository readable in this one.
   *
   * @param from where it is, null for wherever it is
   * @param readable whether who asks may read there: mounting is reading
   * @return the blob, or empty where it is not there: then its bytes have to be pushed
   */
  public Optional<Blob> mount(
      RepositoryName repository,
      Digest digest,
      @Nullable RepositoryName from,
      Predicate<RepositoryName> readable) {
    return rows.keeping(
        digest,
        () -> {
          boolean there =
              from == null
                  ? rows.anyWith(digest).filter(readable).isPresent()
                  : readable.test(from) && rows.linked(from, digest);
          OptionalLong size = blobs.size(digest);
          if (!there || size.isEmpty()) {
            return Optional.empty();
          }
          rows.link(repository, digest);
          return Optional.of(new Blob(digest, size.getAsLong()));
        });
  }

  /**
   * Makes a blob of the store readable in a repository.
   *
   * @throws OciError where the store does not have it
   */
  void link(RepositoryName repository, Digest digest) {
    boolean there =
        rows.keeping(
            digest,
            () -> {
              if (blobs.size(digest).isEmpty()) {
                return false;
              }
              rows.link(repository, digest);
              return true;
            });
    if (!there) {
      throw noBlob(digest);
    }
  }

  /** Whether a blob may be read in a repository. */
  boolean has(RepositoryName repository, Digest digest) {
    return rows.linked(repository, digest);
  }

  /** Keeps a small blob, readable in a repository. */
  void put(RepositoryName repository, byte[] content) {
    rows.keeping(
        Digest.sha256(content),
        () -> {
          Blob blob = blobs.put(content);
          rows.link(repository, blob.digest());
          return blob;
        });
  }

  /**
   * Removes a blob from a repository.
   *
   * @throws OciError where it is not there
   */
  public void deleteBlob(RepositoryName repository, Digest digest) {
    if (!rows.unlink(repository, digest)) {
      throw noBlob(digest);
    }
  }

  /**
   * Sees that bytes are a manifest such as {@link #put} takes, whatever it needs.
   *
   * @throws OciError where they are not
   */
  public static void requireManifest(String contentType, byte[] bytes) {
    Manifest.parse(bytes, contentType);
  }

  /**
   * Keeps a manifest.
   *
   * @param reference its digest, or a tag that is to point to it
   * @param more further tags, for a manifest that is put by its digest
   * @param contentType without parameters; empty where its pusher did not say
   * @throws OciError where it is malformed, has another digest, or names what is not here
   */
  public StoredManifest put(
      RepositoryName repository,
      Reference reference,
      List<TagName> more,
      String contentType,
      byte[] bytes) {
    Manifest manifest = Manifest.parse(bytes, contentType);
    List<TagName> tags = new ArrayList<>(more);
    Digest digest;
    switch (reference) {
      case Reference.ByDigest(Digest named) -> {
        digest = digest(named.algorithm(), bytes);
        if (!digest.equals(named)) {
          throw new OciError(
              Code.DIGEST_INVALID, "the manifest has %s, not %s".formatted(digest, named));
        }
      }
      case Reference.ByTag(TagName tag) -> {
        digest = digest(Digest.Algorithm.SHA256, bytes);
        tags.add(tag);
      }
    }
    if (tags.size() > MOST_TAGS_AT_ONCE) {
      throw new OciError(Code.TAG_INVALID, "more than %d tags".formatted(MOST_TAGS_AT_ONCE));
    }
    StoredManifest stored = manifest.stored(digest, bytes);
    requireBytes(repository, Needs.of(stored).blobs());
    // The row decides, where nothing can come between: a link is made after the bytes, and goes
    // before them.
    rows.put(repository, stored, tags)
        .ifPresent(missing -> {
          throw pushFirst(missing);
        });
    return stored;
  }

  /**
   * What a check has put aside is linked still, or nobody would be told that it is missing. Of what
   * is not linked nothing is said here: whether the store has it is nothing to who may not read it.
   */
  private void requireBytes(RepositoryName repository, Set<Digest> needed) {
    blobs.gone(needed).stream()
        .filter(blob -> rows.linked(repository, blob))
        .min(Comparator.naturalOrder())
        .ifPresent(missing -> {
          throw pushFirst(missing);
        });
  }

  private static OciError pushFirst(Digest missing) {
    return new OciError(Code.MANIFEST_BLOB_UNKNOWN, "push first what it needs: " + missing);
  }

  private static Digest digest(Digest.Algorithm algorithm, byte[] bytes) {
    RunningDigest hash = new RunningDigest(algorithm);
    hash.update(bytes, 0, bytes.length);
    return hash.digest();
  }

  /**
   * Removes a tag, or a manifest with all its tags.
   *
   * @throws OciError where it is not there
   */
  public void delete(RepositoryName repository, Reference reference) {
    boolean was =
        switch (reference) {
          case Reference.ByDigest(Digest digest) -> rows.delete(repository, digest);
          case Reference.ByTag(TagName tag) -> rows.delete(repository, tag);
        };
    if (!was) {
      throw noManifest(reference);
    }
  }

  @Override
  public StoredManifest manifest(RepositoryName repository, Reference reference) {
    Optional<StoredManifest> found =
        switch (reference) {
          case Reference.ByDigest(Digest digest) -> rows.manifest(repository, digest);
          case Reference.ByTag(TagName tag) -> rows.manifest(repository, tag);
        };
    return found.orElseThrow(() -> noManifest(reference));
  }

  @Override
  public Content blob(RepositoryName repository, Digest digest) {
    OptionalLong size = blobs.size(digest);
    if (size.isEmpty() || !isReadable(repository, digest)) {
      throw noBlob(digest);
    }
    return new Content.Stored(blobs, new Blob(digest, size.getAsLong()));
  }

  /**
   * Where nothing can be written, reading goes on all the same: that the blob is wanted is not
   * noted then, so that the collector may take it earlier, which whoever names it in a manifest is
   * told.
   */
  private boolean isReadable(RepositoryName repository, Digest digest) {
    try {
      return rows.want(repository, digest, lately);
    } catch (Failure notNoted) {
      return rows.linked(repository, digest);
    }
  }

  @Override
  public List<TagName> tags(RepositoryName repository, @Nullable String after, int n) {
    List<TagName> tags = rows.tags(repository, after, n);
    if (tags.isEmpty() && !rows.exists(repository)) {
      throw new OciError(Code.NAME_UNKNOWN, "no repository " + repository);
    }
    return tags;
  }

  @Override
  public Repositories.Referrers referrers(
      RepositoryName repository,
      Digest subject,
      @Nullable String artifactType,
      @Nullable Digest after,
      int n) {
    return rows.referrers(repository, subject, artifactType, after, n);
  }

  @Override
  public List<RepositoryName> names(@Nullable String after, int n) {
    return rows.names(after, n);
  }

  private static OciError noUpload(String id) {
    return new OciError(Code.BLOB_UPLOAD_UNKNOWN, "no upload " + id);
  }

  private static OciError noBlob(Digest digest) {
    return new OciError(Code.BLOB_UNKNOWN, "no blob %s in this repository".formatted(digest));
  }

  private static OciError noManifest(Reference reference) {
    String what =
        switch (reference) {
          case Reference.ByDigest(Digest digest) -> digest.toString();
          case Reference.ByTag(TagName tag) -> "tagged " + tag;
        };
    return new OciError(Code.MANIFEST_UNKNOWN, "no manifest %s in this repository".formatted(what));
  }
}
