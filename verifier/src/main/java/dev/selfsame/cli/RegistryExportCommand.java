package dev.selfsame.cli;

import dev.selfsame.oci.DeployRepositories;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.ReadableRepositories;
import dev.selfsame.oci.Reference;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.upkeep.layout.LayoutExport;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code registry export}: a repository as an OCI image layout. */
@Command(
    name = "export",
    description = {
      "Writes a repository, or one manifest of it, as an OCI image layout, with all that",
      "refers to it: signatures, attestations, SBOMs. The digests stay as they are."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame registry export staging/app:1.4 --registry reg --to layout",
      "  selfsame registry export staging/app --registry reg --to everything-with-a-tag",
      "  selfsame registry export deploy/viworks/agent:production --registry reg \\",
      "      --trust-root trust-root.json --to layout",
      "",
      "Exit codes:",
      "  0  exported, whole",
      "  1  there is no such repository, tag or digest, nothing in it has a tag, or it is",
      "     not promoted now; without a tag: one of its channels is not",
      "  2  wrong usage, or LAYOUT is there already",
      "  3  a server has the folder open, something cannot be read or written, or is more",
      "     than an import takes",
      "  4  evidence does not hold, or bytes do not fit their digest",
    })
final class RegistryExportCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private final UpkeepOptions registry;

  @Parameters(
      paramLabel = "REPOSITORY[:TAG|@DIGEST]",
      description = "What; a repository alone is everything in it that has a tag.")
  private @Nullable String what;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "LAYOUT",
      description = "The layout's folder, which is not there yet.")
  private @Nullable Path to;

  @Option(
      names = "--trust-root",
      paramLabel = "FILE",
      description = "Who may sign what, to prove what deploy/ holds.")
  private @Nullable Path trustRoot;

  RegistryExportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.registry = new UpkeepOptions(surroundings);
  }

  @Override
  public Integer call() {
    String named = Objects.requireNonNull(what);
    int at = named.indexOf('@');
    int colon = at < 0 ? named.indexOf(':', named.lastIndexOf('/') + 1) : at;
    RepositoryName repository = repository(colon < 0 ? named : named.substring(0, colon));
    Optional<Reference> one =
        colon < 0 ? Optional.empty() : Optional.of(reference(named.substring(colon + 1)));
    LayoutExport.Exported exported =
        registry.with(
            "skopeo and oras copy from a server",
            backing ->
                new LayoutExport(from(backing, repository), repository)
                    .to(surroundings.workFolder().resolve(Objects.requireNonNull(to)), one));
    surroundings
        .console()
        .line(
            "exported: %s is %d tags, %d manifests, %d blobs, %d bytes"
                .formatted(
                    to, exported.tags(), exported.manifests(), exported.blobs(), exported.bytes()));
    return ExitCode.YES.status();
  }

  private ReadableRepositories from(Backing backing, RepositoryName repository) {
    if (!repository.isDeploy()) {
      return backing.staging();
    }
    Path file = trustRoot;
    if (file == null) {
      throw Failure.usage("deploy/ is proven by signatures", "--trust-root FILE");
    }
    EvidenceAtHand evidence =
        new EvidenceAtHand(
            backing.registry(),
            RegistryAccess.root(surroundings.workFolder().resolve(file), surroundings.seen()));
    return new DeployRepositories(() -> Optional.of(evidence), surroundings.clock());
  }

  static RepositoryName repository(String text) {
    try {
      return new RepositoryName(text);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()), "name it like staging/app");
    }
  }

  private static Reference reference(String text) {
    try {
      return Reference.parse(text);
    } catch (OciError e) {
      throw Failure.usage(
          String.valueOf(e.getMessage()), "name it like staging/app:1.4 or staging/app@sha256:HEX");
    }
  }
}
