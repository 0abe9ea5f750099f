package dev.selfsame.store.s3;

import dev.selfsame.outcome.Failure;
import dev.selfsame.store.BlobsCheck;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** A registry's bytes in a bucket. Several servers may have the same one open. */
public final class S3Storage implements AutoCloseable {
  private static final String FORMAT = "selfsame.blobs/1\n";
  private static final String FORMAT_KEY = "format";
  private static final int CONNECTIONS = 256;
  private static final Duration HEALTH = Duration.ofSeconds(3);

  private final S3Client client;
  private final @Nullable S3Presigner presigner;
  private final S3Blobs blobs;
  private final S3Uploads uploads;
  private final Bucket bucket;
  private final Ownership ownership;

  private S3Storage(S3Client client, @Nullable S3Presigner presigner, Shelf shelf) {
    Incoming incoming = new Incoming(shelf.bucket());
    this.client = client;
    this.presigner = presigner;
    this.blobs = new S3Blobs(shelf, incoming, presigner);
    this.uploads = new S3Uploads(shelf, incoming);
    this.bucket = shelf.bucket();
    this.ownership = new Ownership(shelf);
  }

  /**
   * Opens a bucket, and sees that it can be used.
   *
   * @throws Failure exit 3 where the server is not reachable, refuses the credentials, has no such
   *     bucket, ignores the conditions of writes, or the prefix holds something else
   */
  public static S3Storage open(S3Settings settings) {
    return open(settings, Patience.USUAL);
  }

  static S3Storage open(S3Settings settings, Patience patience) {
    return open(settings, patience, true);
  }

  /**
   * As {@link #open(S3Settings)}, for upkeep: a place that holds no registry's bytes is refused,
   * and stays as it is.
   *
   * @throws Failure as the other, and exit 3 where there are none
   */
  public static S3Storage existing(S3Settings settings) {
    return open(settings, Patience.USUAL, false);
  }

  private static S3Storage open(S3Settings settings, Patience patience, boolean make) {
    Trouble trouble = new Trouble(settings.place());
    AwsCredentialsProvider credentials = credentials(settings, trouble);
    S3Client client = client(settings, patience, credentials);
    S3Presigner presigner = settings.presign() ? presigner(settings, credentials) : null;
    Bucket bucket =
        new Bucket(client, settings.bucket(), settings.prefix(), trouble, new SecureRandom());
    S3Storage storage =
        new S3Storage(client, presigner, new Shelf(bucket, patience, settings.spool()));
    try {
      if (make) {
        make(bucket, settings.spool());
      } else if (bucket.head(FORMAT_KEY).isEmpty()) {
        throw Failure.undecided(
            "no registry's bytes in " + settings.place(),
            "check s3.bucket and s3.prefix; selfsame serve makes the place");
      }
      requireFormat(bucket, patience);
      return storage;
    } catch (RuntimeException e) {
      storage.close();
      throw e;
    }
  }

  public S3Blobs blobs() {
    return blobs;
  }

  public S3Uploads uploads() {
    return uploads;
  }

  /**
   * Sees that the bucket answers, for a check of health.
   *
   * @throws Failure exit 3 where it does not within a few seconds
   */
  public void requireThere() {
    if (bucket.headSoon(FORMAT_KEY, HEALTH).isEmpty()) {
      throw bucket.trouble().wrong("look at " + FORMAT_KEY, "it is gone");
    }
  }

  /** Whose bytes these are. */
  public Ownership ownership() {
    return ownership;
  }

  /** What stands in the bucket, as a check sees it. */
  public BlobsCheck check() {
    return new S3Check(bucket);
  }

  /** All that is written rests on this condition, so it is tried before the first blob. */
  private static void make(Bucket bucket, Path spool) {
    byte[] format = FORMAT.getBytes(StandardCharsets.UTF_8);
    try (Spool content = Spool.begin(spool)) {
      content.fill(new ByteArrayInputStream(format), null, format.length);
      boolean made = bucket.create(FORMAT_KEY, content).isPresent();
      if (made && bucket.create(FORMAT_KEY, content).isPresent()) {
        throw bucket
            .trouble()
            .wrong("use it", "the server ignores If-None-Match, and would let a blob be replaced");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory broke", e);
    }
  }

  private static void requireFormat(Bucket bucket, Patience patience) {
    ByteArrayOutputStream there = new ByteArrayOutputStream();
    try {
      Download.whole(bucket, patience, FORMAT_KEY, null).to(there, 100);
    } catch (IOException e) {
      throw new UncheckedIOException("memory took no bytes", e);
    }
    if (!there.toString(StandardCharsets.UTF_8).equals(FORMAT)) {
      throw Failure.undecided(
          "%s: %sformat is not '%s'"
              .formatted(bucket.trouble().place(), bucket.prefix(), FORMAT.strip()),
          "name another prefix, or use the version of Selfsame that wrote it");
    }
  }

  private static S3Client client(
      S3Settings settings, Patience patience, AwsCredentialsProvider credentials) {
    S3ClientBuilder builder =
        S3Client.builder()
            .region(Region.of(settings.region()))
            .forcePathStyle(settings.pathStyle())
            .credentialsProvider(credentials)
            // Others than AWS may not know the SDK's own; ours are asked for where they are sent.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .httpClientBuilder(
                Apache5HttpClient.builder()
                    .maxConnections(CONNECTIONS)
                    .connectionTimeout(patience.connect())
                    .connectionAcquisitionTimeout(patience.attempt())
                    .socketTimeout(patience.silence()))
            .overrideConfiguration(o ->
                o.apiCallAttemptTimeout(patience.attempt())
                    .apiCallTimeout(patience.request())
                    .retryStrategy(
                        AwsRetryStrategy.standardRetryStrategy().toBuilder()
                            .maxAttempts(patience.attempts())
                            .backoffStrategy(retries(patience))
                            .throttlingBackoffStrategy(retries(patience))
                            .build()));
    if (settings.endpoint() != null) {
      builder.endpointOverride(settings.endpoint());
    }
    return builder.build();
  }

  private static BackoffStrategy retries(Patience patience) {
    return BackoffStrategy.exponentialDelayHalfJitter(patience.pause(1), patience.pause(6));
  }

  private static S3Presigner presigner(S3Settings settings, AwsCredentialsProvider credentials) {
    S3Presigner.Builder builder =
        S3Presigner.builder()
            .region(Region.of(settings.region()))
            .serviceConfiguration(
                S3Configuration.builder().pathStyleAccessEnabled(settings.pathStyle()).build())
            .credentialsProvider(credentials);
    if (settings.endpoint() != null) {
      builder.endpointOverride(settings.endpoint());
    }
    return builder.build();
  }

  private static AwsCredentialsProvider credentials(S3Settings settings, Trouble trouble) {
    Path file = settings.credentials();
    if (file == null) {
      return DefaultCredentialsProvider.builder().build();
    }
    if (!Files.isReadable(file)) {
      throw Failure.undecided(
          "cannot read the credentials file " + file, "check its name and its permissions");
    }
    try {
      ProfileCredentialsProvider provider =
          ProfileCredentialsProvider.builder()
              .profileFile(
                  ProfileFile.builder().content(file).type(ProfileFile.Type.CREDENTIALS).build())
              .profileName("default")
              .build();
      provider.resolveCredentials();
      return provider;
    } catch (SdkException | IllegalArgumentException | IllegalStateException e) {
      // Its cause is left out: it may quote the file.
      throw Failure.undecided(
          "%s: no credentials in the file %s".formatted(trouble.place(), file),
          "it wants [default], aws_access_key_id = … and aws_secret_access_key = …, each on a"
              + " line");
    }
  }

  @Override
  public void close() {
    client.close();
    if (presigner != null) {
      presigner.close();
    }
  }
}
