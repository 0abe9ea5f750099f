package dev.selfsame.cli;

import dev.selfsame.access.Access;
import dev.selfsame.attest.TrustRoot;
import dev.selfsame.oci.DeployRepositories;
import dev.selfsame.oci.EvidenceReading;
import dev.selfsame.oci.EvidenceWriting;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.oci.http.Options;
import dev.selfsame.oci.http.RegistryServer;
import dev.selfsame.oci.http.Services;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.Registry;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2Repositories;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Supplier;

/** A server of a registry's folder, with the trust root and the time of a stage. */
final class Hosted implements AutoCloseable {
  private final H2Repositories repositories;
  private final RegistryServer server;

  Hosted(Path folder, Stage stage) {
    this(folder, () -> stage.root, () -> stage.now);
  }

  Hosted(Path folder, Supplier<TrustRoot> root, InstantSource now) {
    this(folder, root, now, Access.LOCAL);
  }

  Hosted(Path folder, Supplier<TrustRoot> root, InstantSource now, Access access) {
    RegistryFolder opened = RegistryFolder.create(folder);
    Registry registry = opened.registry();
    repositories =
        H2Repositories.open(opened.path(), opened.changes(Clock.systemUTC()), Progress.SILENT);
    StagingRepositories staging =
        new StagingRepositories(registry.blobs(), opened.uploads(), repositories);
    Supplier<Optional<EvidenceAtHand>> evidence =
        () -> Optional.of(new EvidenceAtHand(registry, root.get()));
    Clock clock = clock(now);
    server =
        RegistryServer.start(
            new Services(
                staging,
                new DeployRepositories(evidence, clock),
                new EvidenceReading(registry),
                new EvidenceWriting(
                    registry.blobs(),
                    new FolderWriting(opened, Progress.SILENT),
                    evidence,
                    staging,
                    clock)),
            Options.local(
                    new InetSocketAddress("127.0.0.1", 0),
                    failure -> System.err.println("server: " + failure.getMessage()))
                .withAccess(access)
                .withClock(clock));
  }

  static Clock clock(InstantSource now) {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return now.instant();
      }
    };
  }

  String url() {
    return "http://127.0.0.1:" + server.port();
  }

  @Override
  public void close() {
    server.close();
    repositories.close();
  }
}
