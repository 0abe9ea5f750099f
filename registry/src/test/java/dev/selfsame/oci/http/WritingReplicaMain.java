package dev.selfsame.oci.http;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.oci.DeployRepositories;
import dev.selfsame.oci.EvidenceReading;
import dev.selfsame.oci.EvidenceWriting;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.promote.Restoration;
import dev.selfsame.promote.Writing;
import dev.selfsame.scenes.PostgresServer;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.Registry;
import dev.selfsame.store.jdbi.PostgresAddress;
import dev.selfsame.store.jdbi.PostgresStore;
import dev.selfsame.store.jdbi.PostgresWriting;
import dev.selfsame.store.s3.S3Settings;
import dev.selfsame.store.s3.S3Storage;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * One of several servers over one PostgreSQL and one bucket that take evidence, to be killed.
 * Prints its port.
 */
public final class WritingReplicaMain {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private WritingReplicaMain() {}

  /**
   * Arguments: the database's URL, S3's URL, bucket, prefix, credentials, a folder, the trust
   * root's file and the time.
   */
  public static void main(String[] arguments) throws InterruptedException {
    PostgresStore rows =
        PostgresStore.open(
            new PostgresAddress(arguments[0], PostgresServer.USER, PostgresServer.PASSWORD),
            PATIENCE,
            Clock.systemUTC(),
            Progress.SILENT);
    S3Storage bucket =
        S3Storage.open(
            new S3Settings(
                URI.create(arguments[1]),
                "us-east-1",
                arguments[2],
                arguments[3],
                true,
                Path.of(arguments[4]),
                Path.of(arguments[5]),
                false));
    TrustRoot root = TrustRoot.read(Path.of(arguments[6]));
    Clock clock = Clock.fixed(Instant.parse(arguments[7]), ZoneOffset.UTC);
    Registry registry = rows.registry(bucket.blobs());
    Supplier<Optional<EvidenceAtHand>> evidence =
        () -> Optional.of(new EvidenceAtHand(registry, root));
    StagingRepositories staging =
        new StagingRepositories(bucket.blobs(), bucket.uploads(), rows.repositories());
    RegistryServer server =
        RegistryServer.start(
            new Services(
                staging,
                new DeployRepositories(evidence, clock),
                new EvidenceReading(registry),
                new EvidenceWriting(
                    bucket.blobs(), new InBoth(rows, bucket), evidence, staging, clock)),
            Options.local(
                new InetSocketAddress("127.0.0.1", 0),
                failure -> System.err.println("replica: " + failure.getMessage())));
    System.out.println(server.port());
    System.out.flush();
    new CountDownLatch(1).await();
  }

  /** As the server writes that is shipped. */
  private record InBoth(PostgresStore rows, S3Storage bucket) implements Writing {
    @Override
    public <T> T exclusively(TrustRoot root, Work<T> work) {
      try (PostgresWriting right = rows.write(PATIENCE, Progress.SILENT)) {
        EvidenceAtHand evidence = new EvidenceAtHand(right.registry(bucket.blobs()), root);
        Restoration restoration = new Restoration(evidence, Progress.SILENT);
        try (Catalogue catalogue = right.catalogue(restoration::rows)) {
          return work.with(evidence, catalogue);
        }
      }
    }
  }
}
