package dev.selfsame.oci.http;

import dev.selfsame.oci.DeployRepositories;
import dev.selfsame.oci.EvidenceReading;
import dev.selfsame.oci.EvidenceWriting;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.scenes.PostgresServer;
import dev.selfsame.store.Registry;
import dev.selfsame.store.jdbi.PostgresAddress;
import dev.selfsame.store.jdbi.PostgresStore;
import dev.selfsame.store.s3.S3Settings;
import dev.selfsame.store.s3.S3Storage;
import dev.selfsame.upkeep.Collector;
import dev.selfsame.upkeep.EvidenceNeeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** One of several servers over one PostgreSQL and one bucket, to be killed. Prints its port. */
public final class ReplicaMain {
  private ReplicaMain() {}

  /** How long a blob that was asked for need not be noted again, where nobody says. */
  private static final Duration LATELY = Duration.ofMinutes(10);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * Arguments: the database's URL, S3's URL, bucket, credentials, a folder, whether to redirect.
   * {@code noting} after them notes each time that a blob is asked for, so that a grace may be
   * short; a grace in milliseconds and a file after that have this one collect without a pause, and
   * tell in the file what went.
   */
  public static void main(String[] arguments) throws InterruptedException {
    Clock clock = Clock.systemUTC();
    PostgresStore rows =
        PostgresStore.open(
            new PostgresAddress(arguments[0], PostgresServer.USER, PostgresServer.PASSWORD),
            Duration.ofSeconds(10),
            clock,
            Progress.SILENT);
    S3Storage bucket =
        S3Storage.open(
            new S3Settings(
                URI.create(arguments[1]),
                "us-east-1",
                arguments[2],
                "",
                true,
                Path.of(arguments[3]),
                Path.of(arguments[4]),
                Boolean.parseBoolean(arguments[5])));
    Registry registry = rows.registry(bucket.blobs());
    StagingRepositories staging =
        new StagingRepositories(
            bucket.blobs(),
            bucket.uploads(),
            rows.repositories(),
            arguments.length > 6 ? Duration.ZERO : LATELY);
    Supplier<Optional<EvidenceAtHand>> nobody = Optional::empty;
    RegistryServer server =
        RegistryServer.start(
            new Services(
                staging,
                new DeployRepositories(nobody, clock),
                new EvidenceReading(registry),
                new EvidenceWriting(bucket.blobs(), new NoWriting(), nobody, staging, clock)),
            Options.local(
                new InetSocketAddress("127.0.0.1", 0),
                failure -> System.err.println("replica: " + failure.getMessage())));
    if (arguments.length > 7) {
      Duration grace = Duration.ofMillis(Long.parseLong(arguments[7]));
      Path told = Path.of(arguments[8]);
      Collector collector =
          new Collector(
              new Collector.Stores(bucket.blobs(), bucket.uploads(), rows.repositories()),
              () -> List.of(new EvidenceNeeds(registry)),
              work -> {
                try (var _ = rows.write(PATIENCE, Progress.SILENT)) {
                  work.run();
                }
              },
              clock);
      Thread.ofPlatform().daemon().start(() -> collect(collector, grace, told));
    }
    System.out.println(server.port());
    System.out.flush();
    new CountDownLatch(1).await();
  }

  private static void collect(Collector collector, Duration grace, Path told) {
    while (true) {
      try {
        collector.run(grace, garbage -> tell(told, garbage.toString()));
      } catch (Failure e) {
        // S3Proxy lists the temporary file of an object that is being put just now.
        tell(told, "failed: " + e.getMessage());
      }
    }
  }

  private static void tell(Path file, String line) {
    try {
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without a trust root no evidence is taken, and nothing is asked of this. */
  private static final class NoWriting implements dev.selfsame.promote.Writing {
    @Override
    public <T> T exclusively(dev.selfsame.attest.TrustRoot root, Work<T> work) {
      throw new AssertionError("not without a trust root");
    }
  }
}
