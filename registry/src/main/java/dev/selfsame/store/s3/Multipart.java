package dev.selfsame.store.s3;

import dev.selfsame.outcome.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * An object in parts that is seen when it is whole. Closing it unfinished leaves nothing.
 *
 * <p>Each part but the last has at least {@link #SMALLEST} bytes, and there are at most 10,000
 * (Amazon S3 User Guide, Multipart upload limits).
 */
final class Multipart implements AutoCloseable {
  static final long SMALLEST = 5 << 20;

  private final Bucket bucket;
  private final String key;
  private final String id;
  private final List<CompletedPart> parts = new ArrayList<>();
  private boolean ended;

  private Multipart(Bucket bucket, String key, String id) {
    this.bucket = bucket;
    this.key = key;
    this.id = id;
  }

  static Multipart begin(Bucket bucket, String key) {
    String id =
        bucket.ask(
            "write " + key,
            () ->
                bucket
                    .client()
                    .createMultipartUpload(c ->
                        c.bucket(bucket.name())
                            .key(bucket.prefix() + key)
                            .contentType("application/octet-stream"))
                    .uploadId());
    return new Multipart(bucket, key, id);
  }

  /**
   * The next part is an object that is there.
   *
   * @throws java.util.NoSuchElementException where it is not there in this state
   */
  void copy(String from, String etag) {
    int number = parts.size() + 1;
    String part =
        bucket.ask(
            "write " + key,
            () -> {
              try {
                return bucket
                    .client()
                    .uploadPartCopy(u ->
                        u.sourceBucket(bucket.name())
                            .sourceKey(bucket.prefix() + from)
                            .copySourceIfMatch(etag)
                            .destinationBucket(bucket.name())
                            .destinationKey(bucket.prefix() + key)
                            .uploadId(id)
                            .partNumber(number))
                    .copyPartResult()
                    .eTag();
              } catch (S3Exception e) {
                Bucket.requireSource(from, e);
                throw e;
              }
            });
    parts.add(CompletedPart.builder().partNumber(number).eTag(part).build());
  }

  /** The next part is sent. */
  void send(Spool content) {
    int number = parts.size() + 1;
    String part =
        bucket.ask(
            "write " + key,
            () ->
                bucket
                    .client()
                    .uploadPart(
                        u ->
                            u.bucket(bucket.name())
                                .key(bucket.prefix() + key)
                                .uploadId(id)
                                .partNumber(number)
                                .contentLength(content.size()),
                        RequestBody.fromContentProvider(
                            content::open, content.size(), "application/octet-stream"))
                    .eTag());
    parts.add(CompletedPart.builder().partNumber(number).eTag(part).build());
  }

  /**
   * The parts become the object.
   *
   * @param replace whether an object that is there is replaced
   * @return false where there may be one, or this one's end was answered already and the answer got
   *     lost: then see what is there
   */
  boolean complete(boolean replace) {
    CompleteMultipartUploadRequest request =
        CompleteMultipartUploadRequest.builder()
            .bucket(bucket.name())
            .key(bucket.prefix() + key)
            .uploadId(id)
            .multipartUpload(m -> m.parts(parts))
            .ifNoneMatch(replace ? null : "*")
            .build();
    return bucket.ask(
        "write " + key,
        () -> {
          try {
            bucket.client().completeMultipartUpload(request);
            ended = true;
            return true;
          } catch (S3Exception e) {
            if (e.statusCode() == 412 || e.statusCode() == 409 || Bucket.isAbsence(e)) {
              return false;
            }
            throw e;
          }
        });
  }

  @Override
  public void close() {
    if (!ended) {
      try {
        boolean _ = abort(bucket, new Unfinished(bucket.prefix() + key, id));
      } catch (Failure e) {
        return; // Clearing finds it later.
      }
    }
  }

  /** An object in parts that nobody has finished; its key has the bucket's prefix. */
  record Unfinished(String key, String id) {}

  /** Ends it without an object; false where it has ended otherwise. */
  static boolean abort(Bucket bucket, Unfinished upload) {
    return bucket.ask(
        "abort an upload",
        () -> {
          try {
            bucket
                .client()
                .abortMultipartUpload(
                    a -> a.bucket(bucket.name()).key(upload.key()).uploadId(upload.id()));
            return true;
          } catch (S3Exception e) {
            if (Bucket.isAbsence(e)) {
              return false;
            }
            throw e;
          }
        });
  }

  /** All that were begun before {@code limit} under keys that begin so. */
  static List<Unfinished> unfinished(Bucket bucket, String begin, Instant limit) {
    return bucket.ask(
        "list unfinished uploads",
        () ->
            bucket
                .client()
                .listMultipartUploadsPaginator(
                    l -> l.bucket(bucket.name()).prefix(bucket.prefix() + begin))
                .uploads()
                .stream()
                .filter(upload -> upload.initiated().isBefore(limit))
                .map(upload -> new Unfinished(upload.key(), upload.uploadId()))
                .toList());
  }

  /** How many bytes have arrived. */
  static long size(Bucket bucket, Unfinished upload) {
    return bucket.ask(
        "list the parts of an upload",
        () -> {
          try {
            return bucket
                .client()
                .listPartsPaginator(
                    l -> l.bucket(bucket.name()).key(upload.key()).uploadId(upload.id()))
                .parts()
                .stream()
                .mapToLong(Part::size)
                .sum();
          } catch (S3Exception e) {
            if (Bucket.isAbsence(e)) {
              return 0L;
            }
            throw e;
          }
        });
  }
}
