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
import dev.selfsame.store.Channels;
import dev.selfsame.store.Registry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes everything that is not a blob again from the blobs: the index, the channels and the
 * catalogue's rows. Believes signatures alone, and whoever has ever been in the trust root: this is
 * history, and every decision verifies anew. The caller holds the registry's write lock.
 */
public final class Restoration {
  private final Evidence history;
  private final Registry registry;
  private final Progress progress;
  private final Map<ChannelResource, List<Promotion>> chains = new HashMap<>();

  public Restoration(EvidenceAtHand evidence, Progress progress) {
    this.history = evidence.history();
    this.registry = evidence.registry();
    this.progress = progress;
  }

  /** Reads every blob that may be a bundle, restores what they say, and returns their rows. */
  public List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    List<Promotion> promotions = new ArrayList<>();
    List<Blob> blobs =
        registry.blobs().list().stream().filter(blob -> blob.size() <= Bundle.MAX_BYTES).toList();
    if (blobs.isEmpty()) {
      return rows;
    }
    try (Progress.Step step =
        progress.begin("reading the registry's evidence", blobs.size(), Progress.Unit.ITEMS)) {
      for (Blob blob : blobs) {
        bundle(blob.digest())
            .ifPresent(bundle -> {
              builder(bundle).ifPresent(build -> rows.addAll(restore(build)));
              image(bundle).ifPresent(this::restore);
              promoter(bundle).ifPresent(promotions::add);
              deployer(bundle).ifPresent(claim -> restore(claim, bundle));
            });
        step.advance(1);
      }
    }
    promotions.sort(Comparator.comparingLong(Promotion::seq).thenComparing(Promotion::bundle));
    promotions.forEach(promotion -> restore(promotion).ifPresent(rows::add));
    return rows;
  }

  private Optional<Bundle> bundle(Digest digest) {
    byte[] bytes;
    try {
      bytes = registry.blobs().read(digest, Bundle.MAX_BYTES);
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
      progress.note("left out: " + e.getMessage());
      return Optional.empty();
    }
    try {
      return bytes.length > 0 && bytes[0] == '{'
          ? Optional.of(Bundle.parse(bytes, "blob " + digest))
          : Optional.empty();
    } catch (Failure e) {
      return Optional.empty(); // A build record or another document.
    }
  }

  private Optional<Build> builder(Bundle bundle) {
    return verified(bundle, Set.of(Role.BUILDER))
        .filter(BuildClaim::isIn)
        .flatMap(attestation -> {
          try {
            return Optional.of(Build.of(attestation));
          } catch (Failure e) {
            progress.note("left out: " + e.getMessage());
            return Optional.empty();
          }
        });
  }

  private Optional<Image> image(Bundle bundle) {
    return verified(bundle, Set.of(Role.BUILDER))
        .filter(ImageClaim::isIn)
        .flatMap(attestation -> {
          try {
            return Optional.of(Image.of(attestation));
          } catch (Failure e) {
            progress.note("left out: " + e.getMessage());
            return Optional.empty();
          }
        });
  }

  private Optional<Promotion> promoter(Bundle bundle) {
    return verified(bundle, Set.of(Role.PROMOTER, Role.POLICY))
        .filter(PromotionClaim::isIn)
        .flatMap(attestation -> {
          try {
            return Optional.of(
                new Promotion(
                    PromotionClaim.of(attestation),
                    attestation.signer().operator(),
                    attestation.bundleDigest()));
          } catch (Failure e) {
            progress.note("left out: " + e.getMessage());
            return Optional.empty();
          }
        });
  }

  private Optional<DeployClaim> deployer(Bundle bundle) {
    return verified(bundle, Set.of(Role.DEPLOYER))
        .filter(DeployClaim::isIn)
        .flatMap(attestation -> {
          try {
            return Optional.of(DeployClaim.of(attestation));
          } catch (Failure e) {
            progress.note("left out: " + e.getMessage());
            return Optional.empty();
          }
        });
  }

  private Optional<Attestation> verified(Bundle bundle, Set<Role> roles) {
    try {
      return Optional.of(history.root().verify(bundle, roles, Instant.EPOCH));
    } catch (Failure e) {
      return Optional.empty();
    }
  }

  /** A record of a deployment has no row either. */
  private void restore(DeployClaim claim, Bundle bundle) {
    ChannelResource resource = claim.release().resource();
    if (resource.registry().equals(registry.name())) {
      registry.index().addDeployment(new ArtifactName(resource.name()), bundle.digest());
    } else {
      progress.note("left out: a deployment from " + resource);
    }
  }

  /** An image has no row: it is found by its name, and served by a promotion. */
  private void restore(Image image) {
    registry.index().addStaged(image.name(), image.bundle());
    registry.index().addAbout(image.manifest(), image.bundle());
  }

  private List<Row> restore(Build build) {
    List<Row> rows = new ArrayList<>();
    registry.index().addStaged(build.name(), build.bundle());
    for (BuildClaim.Output output : build.claim().outputs()) {
      registry.index().addAbout(output.digest(), build.bundle());
      if (registry.blobs().size(output.digest()).isPresent()) {
        Staging.row(build, output.digest()).ifPresent(rows::add);
      }
    }
    return rows;
  }

  /** Puts a promotion into its place where that is free, and its predecessor stands before it. */
  private Optional<Row> restore(Promotion promotion) {
    ChannelResource resource = promotion.claim().resource();
    if (!resource.registry().equals(registry.name())) {
      progress.note("left out: a promotion for " + resource);
      return Optional.empty();
    }
    ArtifactName name = new ArtifactName(resource.name());
    ChannelName channel = new ChannelName(resource.channel());
    Optional<Digest> before = promotion.claim().link().previous();
    Channels channels = registry.channels();
    List<Promotion> chain = chains.computeIfAbsent(resource, _ -> new ArrayList<>());
    if (!before.equals(channels.at(name, channel, promotion.seq() - 1))
        || Succession.objection(chain, promotion.claim()).isPresent()
        || !channels.append(
            name, channel, new Channels.Entry(promotion.seq(), promotion.bundle()))) {
      progress.note(
          "left out: a promotion %d of %s into %s that is not in the channel"
              .formatted(promotion.seq(), name, channel));
      return Optional.empty();
    }
    chain.add(promotion);
    registry.index().addAbout(promotion.artifact(), promotion.bundle());
    return Optional.of(
        new Promoted(
            name,
            channel,
            promotion.seq(),
            promotion.artifact(),
            promotion.bundle(),
            promotion.claim().timeVerified()));
  }
}
