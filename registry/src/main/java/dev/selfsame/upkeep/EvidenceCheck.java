package dev.selfsame.upkeep;

import dev.selfsame.attest.Attestation;
import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.claim.BuildClaim;
import dev.selfsame.attest.claim.DeployClaim;
import dev.selfsame.attest.claim.ImageClaim;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Build;
import dev.selfsame.promote.Channel;
import dev.selfsame.promote.ChannelReader;
import dev.selfsame.promote.Evidence;
import dev.selfsame.promote.Image;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Blob;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Registry;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Holds the index of evidence and the channels against what was signed. A signer who is no longer
 * believed is no damage: the history counts, and every decision verifies anew.
 */
final class EvidenceCheck {
  private final Registry registry;
  private final Optional<Evidence> evidence;
  private final Consumer<Finding> found;
  private final Set<Digest> seen = new HashSet<>();

  /**
   * @param evidence with a trust root; without one no signature can be checked
   */
  EvidenceCheck(Registry registry, Optional<Evidence> evidence, Consumer<Finding> found) {
    this.registry = registry;
    this.evidence = evidence.map(Evidence::history);
    this.found = found;
  }

  /** How many bundles were looked at. */
  long bundles() {
    return seen.size();
  }

  void run() {
    registry.index().names().forEach(this::staged);
    registry.index().deployed().forEach(this::deployed);
    for (Digest artifact : registry.index().artifacts()) {
      registry.index().about(artifact).forEach(bundle -> about(artifact, bundle));
    }
    for (ArtifactName name : registry.channels().names()) {
      registry.channels().channels(name).forEach(channel -> channel(name, channel));
    }
    if (evidence.isPresent()) {
      registry.blobs().each(this::requireNoted);
    }
  }

  /** What a builder, or a deployer, has signed and no list has is out of everybody's sight. */
  private void requireNoted(Blob blob) {
    if (seen.contains(blob.digest()) || !Evidence.mayBeBundle(registry.blobs(), blob)) {
      return;
    }
    try {
      Bundle bundle =
          Bundle.parse(
              registry.blobs().read(blob.digest(), Bundle.MAX_BYTES), "blob " + blob.digest());
      verified(bundle, Set.of(Role.BUILDER, Role.DEPLOYER))
          .filter(attestation ->
              BuildClaim.isIn(attestation)
                  || ImageClaim.isIn(attestation)
                  || isOwnDeployment(attestation))
          .ifPresent(
              _ -> add(Finding.Kind.INDEX, "bundle %s is noted nowhere".formatted(blob.digest())));
    } catch (Failure e) {
      requireBad(e); // Another document, or told as an altered blob.
    }
  }

  /** A record that was made for another registry belongs into no list of this one. */
  private boolean isOwnDeployment(Attestation attestation) {
    return DeployClaim.isIn(attestation)
        && attestation.signer().role() == Role.DEPLOYER
        && DeployClaim.of(attestation).release().resource().registry().equals(registry.name());
  }

  private void add(Finding.Kind kind, String what) {
    found.accept(Finding.of(kind, what));
  }

  private void staged(ArtifactName name) {
    for (Digest bundle : registry.index().staged(name)) {
      parse(bundle)
          .flatMap(parsed -> verify(parsed, bundle, Role.BUILDER, "submitted as " + name))
          .ifPresent(attestation -> staged(name, bundle, attestation));
    }
  }

  private void staged(ArtifactName name, Digest bundle, Attestation attestation) {
    try {
      ArtifactName signed;
      List<Digest> subjects;
      if (ImageClaim.isIn(attestation)) {
        Image image = Image.of(attestation);
        signed = image.name();
        subjects = List.of(image.manifest());
      } else {
        Build build = Build.of(attestation);
        signed = build.name();
        subjects = build.claim().outputs().stream().map(BuildClaim.Output::digest).toList();
      }
      if (!signed.equals(name)) {
        add(
            Finding.Kind.INDEX,
            "bundle %s is noted as submitted under %s, and was made for %s"
                .formatted(bundle, name, signed));
      }
      for (Digest subject : subjects) {
        if (!registry.index().about(subject).contains(bundle)) {
          add(Finding.Kind.INDEX, "bundle %s is not noted for %s".formatted(bundle, subject));
        }
      }
    } catch (Failure e) {
      bad(e, Finding.Kind.EVIDENCE, "bundle " + bundle);
    }
  }

  private void deployed(ArtifactName name) {
    for (Digest bundle : registry.index().deployments(name)) {
      parse(bundle)
          .flatMap(parsed -> verify(parsed, bundle, Role.DEPLOYER, "a deployment of " + name))
          .ifPresent(attestation -> deployed(name, bundle, attestation));
    }
  }

  private void deployed(ArtifactName name, Digest bundle, Attestation attestation) {
    try {
      DeployClaim.Release release = DeployClaim.of(attestation).release();
      ChannelName channel = new ChannelName(release.resource().channel());
      if (!release.resource().name().equals(name.value())
          || !release.resource().registry().equals(registry.name())) {
        add(
            Finding.Kind.INDEX,
            "bundle %s is noted as a deployment of %s, and was made for %s"
                .formatted(bundle, name, release.resource()));
      } else if (registry
          .channels()
          .at(name, channel, release.seq())
          .filter(release.promotion()::equals)
          .isEmpty()) {
        add(
            Finding.Kind.CHANNEL,
            "promotion %d of %s into %s was deployed and is not in the channel: %s"
                .formatted(release.seq(), name, channel, release.promotion()));
      }
    } catch (Failure e) {
      bad(e, Finding.Kind.EVIDENCE, "bundle " + bundle);
    }
  }

  private void about(Digest artifact, Digest bundle) {
    Optional<Bundle> parsed = parse(bundle);
    if (parsed.isEmpty() || evidence.isEmpty()) {
      return;
    }
    Optional<Attestation> promoted = verified(parsed.get(), Set.of(Role.PROMOTER, Role.POLICY));
    Optional<Attestation> attestation =
        promoted.isPresent() ? promoted : verified(parsed.get(), Set.of(Role.BUILDER));
    if (attestation.isEmpty()) {
      add(
          Finding.Kind.EVIDENCE,
          "bundle %s about %s is signed by nobody who is known".formatted(bundle, artifact));
    } else if (!attestation.get().statement().covers(artifact)) {
      add(
          Finding.Kind.INDEX,
          "bundle %s is noted for %s, of which it does not speak".formatted(bundle, artifact));
    } else if (promoted.isPresent() && PromotionClaim.isIn(promoted.get())) {
      promoted(bundle);
    }
  }

  /** What was promoted once has its place in a channel. */
  private void promoted(Digest bundle) {
    try {
      Channel.Promotion promotion =
          new ChannelReader(evidence.orElseThrow()).promotion(bundle).orElseThrow();
      PromotionClaim claim = promotion.claim();
      ArtifactName name = new ArtifactName(claim.resource().name());
      ChannelName channel = new ChannelName(claim.resource().channel());
      if (claim.resource().registry().equals(registry.name())
          && registry
              .channels()
              .at(name, channel, promotion.seq())
              .filter(bundle::equals)
              .isEmpty()) {
        add(
            Finding.Kind.CHANNEL,
            "promotion %d of %s into %s was signed and is not in the channel: %s"
                .formatted(promotion.seq(), name, channel, bundle));
      }
    } catch (Failure e) {
      bad(e, Finding.Kind.CHANNEL, "bundle " + bundle);
    } catch (IllegalArgumentException e) {
      add(Finding.Kind.EVIDENCE, "bundle %s: %s".formatted(bundle, e.getMessage()));
    }
  }

  private void channel(ArtifactName name, ChannelName channel) {
    String which = "%s into %s".formatted(name, channel);
    try {
      if (evidence.isEmpty()) {
        registry.channels().entries(name, channel).forEach(entry -> parse(entry.bundle()));
        return;
      }
      Channel read = new ChannelReader(evidence.get()).read(name, channel, Instant.EPOCH);
      for (Channel.Promotion promotion : read.records()) {
        seen.add(promotion.bundle());
        requireThere(promotion.artifact(), "promotion %d of %s".formatted(promotion.seq(), which));
        requireThere(promotion.claim().policy(), "the policy of a promotion of " + which);
        promotion.claim().inputs().forEach(input -> requireThere(input, "a promotion of " + which));
        if (!registry.index().about(promotion.artifact()).contains(promotion.bundle())) {
          add(
              Finding.Kind.INDEX,
              "promotion %d of %s is not noted for its artifact".formatted(promotion.seq(), which));
        }
      }
    } catch (Failure e) {
      bad(e, Finding.Kind.CHANNEL, which);
    }
  }

  private void requireThere(Digest blob, String by) {
    if (registry.blobs().size(blob).isEmpty()) {
      add(Finding.Kind.MISSING_BLOB, "%s is missing, needed by %s".formatted(blob, by));
    }
  }

  private Optional<Bundle> parse(Digest bundle) {
    boolean first = seen.add(bundle);
    try {
      return Optional.of(
          Bundle.parse(registry.blobs().read(bundle, Bundle.MAX_BYTES), "blob " + bundle));
    } catch (Failure e) {
      if (first) {
        bad(e, Finding.Kind.EVIDENCE, "bundle " + bundle);
      } else {
        requireBad(e);
      }
      return Optional.empty();
    }
  }

  private Optional<Attestation> verify(Bundle bundle, Digest digest, Role role, String how) {
    if (evidence.isEmpty()) {
      return Optional.empty();
    }
    Optional<Attestation> attestation = verified(bundle, Set.of(role));
    if (attestation.isEmpty()) {
      add(
          Finding.Kind.EVIDENCE,
          "bundle %s, %s, is signed by nobody who is known".formatted(digest, how));
    }
    return attestation;
  }

  private Optional<Attestation> verified(Bundle bundle, Set<Role> roles) {
    try {
      return Optional.of(evidence.orElseThrow().root().verify(bundle, roles, Instant.EPOCH));
    } catch (Failure e) {
      requireBad(e);
      return Optional.empty();
    }
  }

  private void bad(Failure e, Finding.Kind kind, String which) {
    requireBad(e);
    add(kind, "%s: %s".formatted(which, e.getMessage()));
  }

  /** What cannot be read is another answer than what does not hold. */
  private static void requireBad(Failure e) {
    if (e.code() != ExitCode.BAD_EVIDENCE) {
      throw e;
    }
  }
}
