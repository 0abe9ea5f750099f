package dev.selfsame.store.s3;

import dev.selfsame.outcome.Failure;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Requests about objects of one bucket. The client tries each several times; what fails all the
 * same is a {@link Failure} with exit 3.
 *
 * @param prefix what is put before every key given here
 */
record Bucket(
    S3Client client, String name, String prefix, Trouble trouble, SecureRandom randomness) {
  private static final String BYTES = "application/octet-stream";
  private static final String WRITER = "writer";
  private static final int CONFLICTS = 4;
  private static final int MOST_KEYS = 1000;

  /** An object of the bucket: key without prefix, size in bytes. */
  record Entry(String key, long size, String etag, Instant modified) {}

  /** 32 hex digits that nobody can guess. */
  String random() {
    byte[] bytes = new byte[16];
    randomness.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** What there is of this key, without its bytes. */
  Optional<HeadObjectResponse> head(String key) {
    return ask(
        "look at " + key,
        () -> {
          try {
            return Optional.of(client.headObject(h -> h.bucket(name).key(prefix + key)));
          } catch (S3Exception e) {
            return absentOr(e);
          }
        });
  }

  /** As {@link #head}, with a failure where there is no answer within that time. */
  Optional<HeadObjectResponse> headSoon(String key, Duration within) {
    return ask(
        "look at " + key,
        () -> {
          try {
            return Optional.of(
                client.headObject(h ->
                    h.bucket(name)
                        .key(prefix + key)
                        .overrideConfiguration(o -> o.apiCallTimeout(within))));
          } catch (S3Exception e) {
            return absentOr(e);
          }
        });
  }

  /**
   * Writes an object where none is.
   *
   * @return its ETag, or empty where there was one
   */
  Optional<String> create(String key, Spool content) {
    return ask("write " + key, () -> creating(key, content));
  }

  private Optional<String> creating(String key, Spool content) {
    String writer = random();
    S3Exception conflict = null;
    for (int attempt = 0; attempt < CONFLICTS; attempt++) {
      try {
        return Optional.of(
            put(key, content, p -> p.ifNoneMatch("*").metadata(Map.of(WRITER, writer))));
      } catch (S3Exception e) {
        conflict = e;
        if (e.statusCode() == 412) {
          Optional<HeadObjectResponse> there = head(key);
          if (there.isPresent()) {
            return written(there.get(), writer);
          }
        } else if (e.statusCode() != 409) {
          throw e;
        }
      } catch (SdkClientException e) {
        // A server may refuse before it has read the bytes, and hang up: its answer is lost then.
        return written(head(key).orElseThrow(() -> e), writer);
      }
    }
    throw Objects.requireNonNull(conflict);
  }

  /** The ETag, where an earlier try of this writer wrote what is there, and its answer got lost. */
  private static Optional<String> written(HeadObjectResponse there, String writer) {
    return writer.equals(there.metadata().get(WRITER))
        ? Optional.of(there.eTag())
        : Optional.empty();
  }

  /** Writes an object in any case. */
  void replace(String key, Spool content) {
    ask("write " + key, () -> put(key, content, _ -> {}));
  }

  private String put(String key, Spool content, Consumer<PutObjectRequest.Builder> condition) {
    PutObjectRequest.Builder put =
        PutObjectRequest.builder()
            .bucket(name)
            .key(prefix + key)
            .contentType(BYTES)
            .contentLength(content.size())
            .checksumCRC32C(content.checksum());
    condition.accept(put);
    String etag =
        client
            .putObject(
                put.build(), RequestBody.fromContentProvider(content::open, content.size(), BYTES))
            .eTag();
    if (etag == null) {
      throw trouble.wrong("write " + key, "the answer has no ETag");
    }
    return etag;
  }

  /**
   * Copies an object within the server.
   *
   * @param etag which state of it
   * @param replace whether an object that is there is replaced
   * @return false where one is there and stays
   * @throws java.util.NoSuchElementException where there is nothing to copy
   */
  boolean copy(String from, String etag, String to, boolean replace) {
    CopyObjectRequest request =
        CopyObjectRequest.builder()
            .sourceBucket(name)
            .sourceKey(prefix + from)
            .copySourceIfMatch(etag)
            .destinationBucket(name)
            .destinationKey(prefix + to)
            .metadataDirective(MetadataDirective.REPLACE)
            .contentType(BYTES)
            .ifNoneMatch(replace ? null : "*")
            .build();
    return ask(
        "write " + to,
        () -> {
          try {
            client.copyObject(request);
            return true;
          } catch (S3Exception e) {
            requireSource(from, e);
            if (!replace && (e.statusCode() == 412 || e.statusCode() == 409)) {
              return false;
            }
            throw e;
          }
        });
  }

  /** A 404 is of the source: of the bucket it says so, and of what is put together from parts. */
  static void requireSource(String from, S3Exception e) {
    if (isAbsence(e) && !says(e, "NoSuchUpload")) {
      throw (java.util.NoSuchElementException)
          new java.util.NoSuchElementException("no object " + from).initCause(e);
    }
  }

  /**
   * Opens an object's bytes. Whoever reads closes it, or aborts it before its end.
   *
   * @param end the place after the last byte wanted, or -1 for all from {@code from}
   * @param etag which state of it, null for any
   * @return empty where there is none of this key
   */
  Optional<ResponseInputStream<GetObjectResponse>> get(
      String key, long from, long end, @Nullable String etag) {
    GetObjectRequest.Builder get = GetObjectRequest.builder().bucket(name).key(prefix + key);
    if (from > 0 || end >= 0) {
      get.range("bytes=%d-%s".formatted(from, end < 0 ? "" : end - 1));
    }
    GetObjectRequest request = get.ifMatch(etag).build();
    return ask(
        "read " + key,
        () -> {
          try {
            return Optional.of(client.getObject(request));
          } catch (S3Exception e) {
            return absentOr(e);
          }
        });
  }

  /** Hands out every object whose key begins so, sorted by key. */
  void each(String begin, Consumer<Entry> taker) {
    ask(
        "list " + begin,
        () -> {
          client
              .listObjectsV2Paginator(l -> l.bucket(name).prefix(prefix + begin))
              .contents()
              .forEach(o ->
                  taker.accept(
                      new Entry(
                          o.key().substring(prefix.length()),
                          o.size(),
                          o.eTag(),
                          o.lastModified())));
          return true;
        });
  }

  /** Whether there is an object whose key begins so. */
  boolean hasAny(String begin) {
    return ask(
        "list " + begin,
        () ->
            !client
                .listObjectsV2(l -> l.bucket(name).prefix(prefix + begin).maxKeys(1))
                .contents()
                .isEmpty());
  }

  /** Deletes an object, if there is one. */
  void delete(String key) {
    ask("delete " + key, () -> client.deleteObject(d -> d.bucket(name).key(prefix + key)));
  }

  /** Deletes these objects, those of them that there are. */
  void delete(List<String> keys) {
    if (keys.size() == 1) {
      delete(keys.getFirst());
      return;
    }
    for (int from = 0; from < keys.size(); from += MOST_KEYS) {
      List<ObjectIdentifier> some = new ArrayList<>();
      for (String key : keys.subList(from, Math.min(keys.size(), from + MOST_KEYS))) {
        some.add(ObjectIdentifier.builder().key(prefix + key).build());
      }
      Delete delete = Delete.builder().objects(some).quiet(true).build();
      DeleteObjectsResponse answer =
          ask("delete objects", () -> client.deleteObjects(d -> d.bucket(name).delete(delete)));
      if (!answer.errors().isEmpty()) {
        throw trouble.wrong(
            "delete " + answer.errors().getFirst().key(), answer.errors().getFirst().code());
      }
    }
  }

  /** Does a request; what the server or the way to it did wrong becomes a {@link Failure}. */
  <T> T ask(String doing, Supplier<T> request) {
    try {
      return request.get();
    } catch (SdkException e) {
      throw trouble.of(doing, e);
    }
  }

  private static <T> Optional<T> absentOr(S3Exception e) {
    if (isAbsence(e)) {
      return Optional.empty();
    }
    throw e;
  }

  /** Whether there is no such object; that there is no such bucket is another trouble. */
  static boolean isAbsence(S3Exception e) {
    return e.statusCode() == 404 && !says(e, "NoSuchBucket");
  }

  private static boolean says(S3Exception e, String code) {
    return e.awsErrorDetails() != null && code.equals(e.awsErrorDetails().errorCode());
  }
}
