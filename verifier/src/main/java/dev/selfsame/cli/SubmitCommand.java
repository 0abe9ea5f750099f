package dev.selfsame.cli;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.Signer;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.TrustRoot;
import dev.selfsame.attest.TrustedKey;
import dev.selfsame.attest.claim.Provenance;
import dev.selfsame.attest.keys.KeyFile;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Desk;
import dev.selfsame.promote.Image;
import dev.selfsame.promote.Staging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code submit}: signs what a build record says of a binary, and keeps both in staging. */
@Command(
    name = "submit",
    description = "Puts a binary with its signed evidence into a registry's staging area.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame submit out/agent --record out/build-record.json --key builder.key \\",
      "      --name viworks/agent --registry reg --trust-root trust-root.json",
      "  selfsame submit agent --bundle agent.sigstore.json --registry reg \\",
      "      --trust-root trust-root.json",
      "  selfsame submit out/agent --record out/build-record.json --key builder.key \\",
      "      --registry https://registry.example.org",
      "",
      "The key's builder id comes from the trust root. Builds that differ or could not be",
      "repeated are kept too, as dissent; whether they may be promoted is for the policy.",
      "Where selfsame.toml had an [image], the runtime image of the binary is made, stated and",
      "kept too, unless the evidence was signed elsewhere.",
      "",
      "Exit codes:",
      "  0  kept",
      "  2  wrong usage, no such file, a build record or key that cannot be read, an image",
      "     that its base has no room for",
      "  3  a file or the registry cannot be read or written, another process holds it, or the",
      "     image's base cannot be had",
      "  4  the key or bundle is not a builder's of the trust root, the signature does not hold,",
      "     or the binary is no output of that build; nothing is kept",
    })
final class SubmitCommand implements Callable<Integer> {
  private static final long LARGEST_RECORD = 64L << 20;

  private final Surroundings surroundings;
  @Mixin private final RegistryOptions registry;
  @Mixin private final KeysPassphrase passphrase;
  @Mixin private final PinSources sources = new PinSources();

  @Parameters(paramLabel = "BINARY", description = "The binary that was built.")
  private @Nullable Path binary;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "The build record that names it (build-record.json).")
  private @Nullable Path record;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "A builder's private key, to sign what the record says.")
  private @Nullable Path key;

  @Option(
      names = "--bundle",
      paramLabel = "FILE",
      description = "Provenance that was signed elsewhere, instead of --key.")
  private @Nullable Path bundle;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The artifact's name, to be sure: it must be the one that the record has.")
  private @Nullable String name;

  SubmitCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.registry = new RegistryOptions(surroundings);
    this.passphrase = new KeysPassphrase(surroundings);
  }

  @Override
  public Integer call() {
    if ((key == null) == (bundle == null) || (key != null && record == null)) {
      throw Failure.usage(
          "evidence is needed: --record FILE with --key FILE, or --bundle FILE",
          "selfsame submit --help shows both");
    }
    Optional<byte[]> recordBytes = Optional.ofNullable(record).map(file -> read(at(file)));
    Optional<BuildRecord> parsed = recordBytes.map(this::parse);
    parsed.ifPresent(this::requireName);
    Optional<Signer> signer =
        Optional.ofNullable(key).map(file -> KeyFile.read(at(file), passphrase).signer());
    Optional<Bundle> given = Optional.ofNullable(bundle).map(file -> Bundle.read(at(file)));
    // Before a registry is made for it: what nobody is believed of is not kept anywhere.
    TrustRoot root = registry.root();
    Bundle signed = given.orElseGet(() -> sign(parsed, recordBytes, signer, root));
    var _ = root.verify(signed, Role.BUILDER, surroundings.clock().instant());
    Optional<ImageOfBuild> made = signer.flatMap(builder -> image(parsed, recordBytes));
    try {
      print(
          registry.writing(
              RegistryAccess.Absent.MAKE,
              desk -> {
                Staging.Submission submission = submit(desk, signed, recordBytes);
                Staging staging = new Staging(desk);
                return new Kept(
                    submission,
                    made.map(image -> submit(staging, submission, image, signer.orElseThrow())));
              }));
    } finally {
      made.ifPresent(ImageOfBuild::close);
    }
    return ExitCode.YES.status();
  }

  /** What was kept: the binary, and its image where there is one. */
  private record Kept(Staging.Submission submission, Optional<Image> image) {}

  /** Made before the registry is locked: its base may have to be fetched. */
  private Optional<ImageOfBuild> image(Optional<BuildRecord> parsed, Optional<byte[]> recordBytes) {
    return ImageOfBuild.make(
        at(Objects.requireNonNull(binary)),
        parsed.orElseThrow(),
        Digest.sha256(recordBytes.orElseThrow()),
        sources.catalogue(),
        sources.roots(surroundings));
  }

  private Image submit(
      Staging staging, Staging.Submission submission, ImageOfBuild image, Signer builder) {
    Bundle bundle = image.sign(builder, submission.build().claim().builderId());
    return staging.submit(
        submission.build(), image.image(), bundle, surroundings.clock().instant());
  }

  private Staging.Submission submit(Desk desk, Bundle signed, Optional<byte[]> recordBytes) {
    return new Staging(desk)
        .submit(
            at(Objects.requireNonNull(binary)),
            signed,
            recordBytes,
            Optional.ofNullable(name).map(RegistryOptions::name),
            surroundings.clock().instant());
  }

  /** The provenance is written and signed here, never where the build ran. */
  private Bundle sign(
      Optional<BuildRecord> parsed,
      Optional<byte[]> recordBytes,
      Optional<Signer> signer,
      TrustRoot root) {
    Signer builder = signer.orElseThrow();
    TrustedKey known =
        root.keys().stream()
            .filter(each -> each.key().equals(builder.key()))
            .findFirst()
            .orElseThrow(() ->
                Failure.badEvidence(
                    "the key %s is unknown to the trust root"
                        .formatted(builder.key().fingerprint().abbreviated()),
                    "use a builder's key, or add this one with: selfsame trust add"));
    String builderId = known.builderId();
    if (known.role() != Role.BUILDER || builderId == null) {
      throw Failure.badEvidence(
          "%s may not sign builds".formatted(known.describe()), "use a builder's key");
    }
    try {
      Statement statement =
          Provenance.of(parsed.orElseThrow(), Digest.sha256(recordBytes.orElseThrow()), builderId);
      return Bundle.attest(statement, builder);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(
          "%s cannot be attested: %s".formatted(record, e.getMessage()), "build again");
    }
  }

  private BuildRecord parse(byte[] json) {
    try {
      return Json.read(json, BuildRecord.class);
    } catch (MalformedDocumentException e) {
      throw new Failure(
          ExitCode.USAGE,
          "%s is not a build record: %s".formatted(record, e.getMessage()),
          "name the build-record.json that selfsame build wrote",
          e);
    }
  }

  private void requireName(BuildRecord parsed) {
    RegistryOptions.name(parsed.name());
    if (name != null && !name.equals(parsed.name())) {
      throw Failure.usage(
          "the build record is of %s, not of %s".formatted(parsed.name(), name),
          "the name is signed: set it in selfsame.toml and build again, or leave --name out");
    }
  }

  private void print(Kept kept) {
    Staging.Submission submission = kept.submission();
    Console console = surroundings.console();
    console.line(
        "staged: %s %s, %d bytes"
            .formatted(
                submission.build().name(),
                submission.artifact().digest(),
                submission.artifact().size()));
    console.line(
        "  evidence   %s by %s (%s)"
            .formatted(
                submission.build().bundle(),
                submission.build().operator(),
                submission.build().claim().builderId()));
    kept.image().ifPresent(made -> console.line("  image      " + made.manifest()));
    submission.remarks().forEach(remark -> console.line("  remark     " + remark));
  }

  private static byte[] read(Path file) {
    try {
      if (Files.size(file) > LARGEST_RECORD) {
        throw Failure.usage(file + " is too large for a build record", "name build-record.json");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new Failure(
          Files.exists(file) ? ExitCode.UNDECIDED : ExitCode.USAGE,
          "cannot read the build record " + file,
          "check the path and its permissions",
          e);
    }
  }

  private Path at(Path file) {
    return surroundings.workFolder().resolve(file);
  }
}
