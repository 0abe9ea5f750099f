package dev.selfsame.promote;

import dev.selfsame.attest.Attestation;
import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.claim.BuildClaim;
import dev.selfsame.attest.claim.ChannelResource;
import dev.selfsame.attest.claim.DeployClaim;
import dev.selfsame.attest.claim.ImageClaim;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Catalogue.Promoted;
import dev.selfsame.store.Catalogue.Row;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Registry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes everything that is not a blob again from the blobs: the index, the channels and the
 * catalogue's rows. Believes signatures alone, and whoever has ever been in the trust root: this is
 * history, and every decision verifies anew. The caller holds the registry's write lock.
 */
public final class Restoration {
  private static final Set<Role> SIGNERS =
      Set.of(Role.BUILDER, Role.PROMOTER, Role.POLICY, Role.DEPLOYER);

  private final EvidenceAtHand evidence;
  private final Evidence history;
  private final Registry registry;
  private final Progress progress;
  private final List<Promotion> promotions = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();
  private final List<Runnable> notes = new ArrayList<>();

  public Restoration(EvidenceAtHand evidence, Progress progress) {
    this.evidence = evidence;
    this.history = evidence.history();
    this.registry = evidence.registry();
    this.progress = progress;
  }

  /** Reads every blob that may be a bundle, restores what they say, and returns their rows. */
  public List<Row> rows() {
    promotions.clear();
    rows.clear();
    notes.clear();
    boolean indexLost = registry.index().artifacts().isEmpty();
    List<Blob> blobs =
        registry.blobs().list().stream().filter(blob -> blob.size() <= Bundle.MAX_BYTES).toList();
    if (blobs.isEmpty()) {
      return List.of();
    }
    try (Progress.Step step =
        progress.begin("reading the registry's evidence", blobs.size(), Progress.Unit.ITEMS)) {
      for (Blob blob : blobs) {
        bundle(blob).flatMap(this::verified).ifPresent(this::take);
        step.advance(1);
      }
    }
    new ChannelRestoration(evidence, progress, indexLost).run(promotions).forEach(this::restore);
    // Not before all channels stand: until then the index shows that it was lost.
    notes.forEach(Runnable::run);
    return List.copyOf(rows);
  }

  private Optional<Bundle> bundle(Blob blob) {
    byte[] bytes;
    try {
      if (!Evidence.mayBeBundle(registry.blobs(), blob)) {
        return Optional.empty();
      }
      bytes = registry.blobs().read(blob.digest(), Bundle.MAX_BYTES);
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
      leftOut(e);
      return Optional.empty();
    }
    try {
      return Optional.of(Bundle.parse(bytes, "blob " + blob.digest()));
    } catch (Failure e) {
      return Optional.empty(); // A build record or another document.
    }
  }

  private Optional<Attestation> verified(Bundle bundle) {
    try {
      return Optional.of(history.root().verify(bundle, SIGNERS, Instant.EPOCH));
    } catch (Failure e) {
      return Optional.empty();
    }
  }

  private void take(Attestation attestation) {
    try {
      switch (attestation.signer().role()) {
        case BUILDER -> {
          if (BuildClaim.isIn(attestation)) {
            restore(Build.of(attestation));
          } else if (ImageClaim.isIn(attestation)) {
            restore(Image.of(attestation));
          }
        }
        case PROMOTER, POLICY -> {
          if (PromotionClaim.isIn(attestation)) {
            promotions.add(ChannelReader.promotion(attestation));
          }
        }
        case DEPLOYER -> {
          if (DeployClaim.isIn(attestation)) {
            restore(DeployClaim.of(attestation), attestation.bundleDigest());
          }
        }
        case LOG, WITNESS -> {}
      }
    } catch (Failure e) {
      leftOut(e);
    }
  }

  private void leftOut(Failure e) {
    progress.note("left out: " + e.getMessage());
  }

  /** A record of a deployment has no row either. */
  private void restore(DeployClaim claim, Digest bundle) {
    ChannelResource resource = claim.release().resource();
    if (resource.registry().equals(registry.name())) {
      ArtifactName name = new ArtifactName(resource.name());
      notes.add(() -> registry.index().addDeployment(name, bundle));
    } else {
      progress.note("left out: a deployment from " + resource);
    }
  }

  /** An image has no row: it is found by its name, and served by a promotion. */
  private void restore(Image image) {
    staged(image.name(), image.bundle());
    about(image.manifest(), image.bundle());
  }

  private void restore(Build build) {
    staged(build.name(), build.bundle());
    for (BuildClaim.Output output : build.claim().outputs()) {
      about(output.digest(), build.bundle());
      if (registry.blobs().size(output.digest()).isPresent()) {
        Staging.row(build, output.digest()).ifPresent(rows::add);
      }
    }
  }

  /** It stands in its channel. */
  private void restore(Promotion promotion) {
    about(promotion.artifact(), promotion.bundle());
    ChannelResource resource = promotion.claim().resource();
    rows.add(
        new Promoted(
            new ArtifactName(resource.name()),
            new ChannelName(resource.channel()),
            promotion.seq(),
            promotion.artifact(),
            promotion.bundle(),
            promotion.at()));
  }

  private void staged(ArtifactName name, Digest bundle) {
    notes.add(() -> registry.index().addStaged(name, bundle));
  }

  private void about(Digest artifact, Digest bundle) {
    notes.add(() -> registry.index().addAbout(artifact, bundle));
  }
}
