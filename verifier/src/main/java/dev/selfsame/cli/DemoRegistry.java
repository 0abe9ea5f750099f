package dev.selfsame.cli;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.Signer;
import dev.selfsame.attest.TrustRoot;
import dev.selfsame.attest.TrustedKey;
import dev.selfsame.attest.VerificationKey.Scheme;
import dev.selfsame.attest.claim.Provenance;
import dev.selfsame.attest.keys.KeyFile;
import dev.selfsame.attest.keys.SecretKey;
import dev.selfsame.audit.Audit;
import dev.selfsame.audit.Auditor;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.Json;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.oci.DeployRepositories;
import dev.selfsame.oci.Reference;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Policy;
import dev.selfsame.promote.PolicyFile;
import dev.selfsame.promote.Promoter;
import dev.selfsame.promote.Staging;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.Seen;
import dev.selfsame.store.TagName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A registry with keys, trust root and policy of its own, as the demo and the training run need
 * one. The keys lie beside it without a passphrase, so that a reader can go on with them; they are
 * worth nothing elsewhere.
 */
final class DemoRegistry {
  static final ChannelName CHANNEL = new ChannelName("production");
  private static final String BUILDER_ID = "https://selfsame.dev/builders/demo";
  private static final Duration LIFETIME = Duration.ofDays(365);

  private final Path folder;
  private final Clock clock;
  private final FolderAccess access;
  private final Signer builder;
  private final Signer promoter;

  private DemoRegistry(
      Path folder, Clock clock, FolderAccess access, Signer builder, Signer promoter) {
    this.folder = folder;
    this.clock = clock;
    this.access = access;
    this.builder = builder;
    this.promoter = promoter;
  }

  /** Makes keys, {@code trust-root.json} and {@code policy.toml} in the folder. */
  static DemoRegistry create(Path folder, String pin, Clock clock, Progress progress)
      throws IOException {
    SecretKey builder = key(folder.resolve("keys/builder.key"));
    SecretKey promoter = key(folder.resolve("keys/promoter.key"));
    Instant from = clock.instant().minus(Duration.ofMinutes(1));
    Instant until = from.plus(LIFETIME);
    Path trustRoot = folder.resolve("trust-root.json");
    TrustRoot root =
        new TrustRoot(
            1,
            List.of(
                new TrustedKey(
                    builder.key(), Role.BUILDER, "demo-builder", BUILDER_ID, from, until, null),
                new TrustedKey(
                    promoter.key(), Role.PROMOTER, "demo-promoter", null, from, until, null)));
    AtomicFile.write(trustRoot, root.json());
    AtomicFile.write(folder.resolve("policy.toml"), policy(pin));
    return new DemoRegistry(
        folder,
        clock,
        new FolderAccess(
            progress,
            folder.resolve("registry"),
            () -> TrustRoot.read(trustRoot),
            Seen.NOTHING,
            Surroundings.PATIENCE),
        builder.signer(),
        promoter.signer());
  }

  private static SecretKey key(Path file) throws IOException {
    SecretKey key = SecretKey.generate(Scheme.ED25519);
    AtomicFile.writePrivate(file, KeyFile.writePlain(key));
    return key;
  }

  private static String policy(String pin) {
    return """
    # What must hold before a binary may go to production.
    schema = 1
    minimum-operators = 1
    builders = ["%s"]
    pins = ["%s"]
    controls-identical = true
    varied-identical = true
    strip-states = ["stripped"]
    """
        .formatted(BUILDER_ID, pin);
  }

  /** Signs what the record says, and puts the binary into staging, with its image if it has one. */
  Staging.Submission submit(Path binary, BuildRecord record, Optional<ImageOfBuild> image) {
    byte[] bytes = Json.write(record);
    Bundle bundle = Bundle.attest(Provenance.of(record, Digest.sha256(bytes), BUILDER_ID), builder);
    return access.writing(
        RegistryAccess.Absent.MAKE,
        desk -> {
          Staging staging = new Staging(desk);
          Staging.Submission submission =
              staging.submit(
                  binary,
                  bundle,
                  Optional.of(bytes),
                  Optional.of(new ArtifactName(record.name())),
                  clock.instant());
          image.ifPresent(made ->
              staging.submit(
                  submission.build(),
                  made.image(),
                  made.sign(builder, BUILDER_ID),
                  clock.instant()));
          return submission;
        });
  }

  /** Decides by the policy. */
  Promoter.Result promote(ArtifactName name, Path binary) throws IOException {
    Digest digest = Digest.sha256(binary);
    Path file = folder.resolve("policy.toml");
    byte[] text = java.nio.file.Files.readAllBytes(file);
    Policy policy = PolicyFile.parse(text, file.toString());
    Promoter.Request request =
        new Promoter.Request(
            name, CHANNEL, digest, policy, new String(text, StandardCharsets.UTF_8));
    return access.writing(
        RegistryAccess.Absent.REFUSE,
        desk ->
            new Promoter(desk, SelfsameCommand.VERSION)
                .promote(request, promoter, clock.instant()));
  }

  /** The manifest of the runtime image that a server would deploy now. */
  Digest deployed(ArtifactName name) {
    return new DeployRepositories(() -> Optional.of(access.reading()), clock)
        .manifest(
            new RepositoryName("deploy/" + name),
            new Reference.ByTag(new TagName(CHANNEL + ".image")))
        .digest();
  }

  /** What {@code verify} says of a file. */
  Audit audit(Path binary, String shown) {
    return new Auditor(access::reading, Optional.empty(), CHANNEL, clock.instant())
        .audit(binary, shown);
  }
}
