package dev.selfsame.promote;

import dev.selfsame.attest.Attestation;
import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.claim.DeployClaim;
import dev.selfsame.attest.claim.ImageClaim;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels.Entry;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a server asks of evidence that somebody sends, before it keeps it. Nothing that the sender
 * says beside the signature counts. The caller holds the registry's write lock.
 */
public final class Acceptance {
  private final EvidenceAtHand evidence;
  private final Catalogue catalogue;
  private final Archive archive;
  private final Instant now;

  public Acceptance(EvidenceAtHand evidence, Catalogue catalogue, Instant now) {
    this.evidence = evidence;
    this.catalogue = catalogue;
    this.archive = new Archive(evidence.registry(), catalogue);
    this.now = now;
  }

  /** What was taken. */
  public sealed interface Taken {}

  /**
   * A build and one of its binaries.
   *
   * @param binary the artifact's bytes
   * @param bundle the signed build
   */
  public record TakenBuild(Blob binary, Blob bundle) implements Taken {}

  /**
   * A runtime image.
   *
   * @param artifact the binary that it runs
   * @param manifest its manifest
   * @param bundle the signed statement
   */
  public record TakenImage(Digest artifact, Blob manifest, Blob bundle) implements Taken {}

  /**
   * A record of a deployment.
   *
   * @param artifact what was deployed; of 0 bytes where they are not here any more
   * @param bundle the signed record
   */
  public record TakenDeployment(Blob artifact, Blob bundle) {}

  /**
   * Lists what was pushed before: a build with a binary, or an image.
   *
   * @param subject the binary, or the image's manifest
   * @throws Failure exit 4 where the bundle is no builder's who is believed now, is of another name
   *     or of other bytes, or any of the bytes are not there or not right
   */
  public Taken submitted(ArtifactName name, Digest bundle, Digest subject) {
    Attestation attestation = evidence.require(bundle, Role.BUILDER, now);
    Blob signed = new Blob(bundle, evidence.registry().blobs().size(bundle).orElseThrow());
    return ImageClaim.isIn(attestation)
        ? image(name, Image.of(attestation), subject, signed)
        : build(name, Build.of(attestation), subject, signed);
  }

  private Taken build(ArtifactName name, Build build, Digest artifact, Blob signed) {
    requireName(name, build.name());
    if (build.output(artifact).isEmpty()) {
      throw refused(
          "%s is no output of the build %s".formatted(artifact, build.bundle().abbreviated()));
    }
    Blob binary = whole(artifact);
    catalogue.announce();
    archive.list(build, artifact);
    return new TakenBuild(binary, signed);
  }

  private Taken image(ArtifactName name, Image image, Digest manifest, Blob signed) {
    requireName(name, image.name());
    if (!image.manifest().equals(manifest)) {
      throw refused("%s is not the image that is stated".formatted(manifest));
    }
    if (Staging.read(evidence, name, now).builds().stream().noneMatch(image::isOf)) {
      throw refused("the build that the image is of is not staged");
    }
    Blob whole = whole(manifest);
    ImageParts.require(evidence.registry().blobs(), image);
    archive.list(image);
    return new TakenImage(image.recipe().artifact(), whole, signed);
  }

  private static void requireName(ArtifactName meant, ArtifactName signed) {
    if (!signed.equals(meant)) {
      throw refused("the evidence is of %s, not of %s".formatted(signed, meant));
    }
  }

  /**
   * Puts a channel's record in the place that it was signed for.
   *
   * @param policy the text of the policy that a promotion names; empty for every other action
   * @return whether it stands there now; false where another does
   * @throws Failure exit 4 where it is signed by nobody who is believed now and may, was made for
   *     another registry, name, channel or predecessor, may not follow what stands there, where its
   *     policy, its builds or its bytes are not there or do not hold, or where the channel does not
   */
  public boolean promoted(
      ArtifactName name, ChannelName channel, Bundle bundle, Optional<byte[]> policy) {
    Attestation attestation =
        evidence.root().verify(bundle, Set.of(Role.PROMOTER, Role.POLICY), now);
    if (!PromotionClaim.isIn(attestation)) {
      throw refused("the evidence is no promotion");
    }
    PromotionClaim claim = PromotionClaim.of(attestation);
    ChannelReader reader = new ChannelReader(evidence);
    Channel stands = reader.read(name, channel, now);
    reader.requireNothingTakenAway(stands, catalogue);
    requirePlace(reader, stands, claim);
    long seq = claim.link().sequence();
    if (seq <= stands.records().size()) {
      // Put again: who put it there may have been killed before it was certain to last.
      return stands.bundleAt(seq).orElseThrow().equals(bundle.digest())
          && evidence.registry().channels().append(name, channel, new Entry(seq, bundle.digest()));
    }
    if (!claim.link().previous().equals(stands.bundleAt(seq - 1))) {
      throw ChannelReader.bad(name, channel, seq, "does not follow the record before it");
    }
    requireMayFollow(stands, claim);
    requirePolicy(claim, policy);
    requireWhatItHolds(reader, stands, claim);
    return archive.promote(
        new Intake.Promotion(
            name,
            channel,
            new Entry(seq, bundle.digest()),
            claim.artifact().digest(),
            bundle,
            policy,
            claim.timeVerified()));
  }

  private static void requirePlace(ChannelReader reader, Channel channel, PromotionClaim claim) {
    var wanted = reader.resource(channel.name(), channel.channel());
    if (!claim.resource().equals(wanted)) {
      throw refused("it was made for %s, not for %s".formatted(claim.resource(), wanted));
    }
    int end = channel.records().size();
    if (claim.link().sequence() > end + 1L) {
      throw refused(
          "it was made for place %d, and the channel ends at %d"
              .formatted(claim.link().sequence(), end));
    }
  }

  private void requireMayFollow(Channel channel, PromotionClaim claim) {
    Instant at = claim.timeVerified();
    if (at.isAfter(now.plus(Decision.CLOCK_SKEW))) {
      throw refused("it is dated in the future, " + at);
    }
    Optional<String> objection = Succession.objection(channel.records(), claim);
    if (objection.isPresent()) {
      throw refused("it " + objection.get());
    }
    // A freeze stops even where its lifting stands in the chain and is no longer believed.
    if (claim.link().action().enters() && channel.frozen().isPresent()) {
      throw refused("the channel is " + channel.frozen().get().describe());
    }
  }

  /** A freeze, and its lifting, change nothing of what is held: they need nothing of it. */
  private void requireWhatItHolds(ChannelReader reader, Channel channel, PromotionClaim claim) {
    if (!claim.link().action().enters()) {
      return;
    }
    if (!claim.currentAt(now)) {
      throw refused("it has ended already");
    }
    // It holds what stands in its place: that was asked already, by the rule of succession.
    OptionalLong restores = claim.link().restores();
    if (restores.isPresent()) {
      reader.requireSignerOf(channel.at(restores.getAsLong()).orElseThrow());
    }
    reader
        .grounds(channel.name(), channel.channel(), claim)
        .images()
        .forEach(image -> ImageParts.require(evidence.registry().blobs(), image));
    whole(claim.artifact().digest());
  }

  private static void requirePolicy(PromotionClaim claim, Optional<byte[]> policy) {
    if (claim.link().action() != PromotionClaim.Action.PROMOTE) {
      if (policy.isPresent()) {
        throw refused("a %s brings no policy of its own".formatted(claim.link().action()));
      }
      return;
    }
    if (policy.filter(text -> Digest.sha256(text).equals(claim.policy())).isEmpty()) {
      throw refused("the policy is not the one that it names, " + claim.policy());
    }
    try {
      PolicyFile.parse(policy.get(), "policy");
    } catch (Failure e) {
      if (e.code() == ExitCode.UNDECIDED) {
        throw e;
      }
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Keeps a record of a deployment.
   *
   * @return its bundle, and the artifact that it is of
   * @throws Failure exit 4 where it is no deployer's who is believed now, or is of another registry
   *     or name, or of what the channel never held
   */
  public TakenDeployment deployed(ArtifactName name, Bundle bundle) {
    Attestation attestation = evidence.root().verify(bundle, Role.DEPLOYER, now);
    DeployClaim claim = DeployClaim.of(attestation);
    Deployments.requireFits(evidence, name, claim, now);
    archive.keep(new Intake.DeploymentRecord(name, claim, bundle));
    Blobs blobs = evidence.registry().blobs();
    Digest artifact = claim.release().artifact().digest();
    return new TakenDeployment(
        new Blob(artifact, blobs.size(artifact).orElse(0)),
        new Blob(bundle.digest(), blobs.size(bundle.digest()).orElseThrow()));
  }

  /** A blob whose bytes are there, and were just hashed. */
  private Blob whole(Digest artifact) {
    Blobs blobs = evidence.registry().blobs();
    OptionalLong size = blobs.size(artifact);
    if (size.isEmpty()) {
      throw refused("the bytes of %s are not here".formatted(artifact));
    }
    blobs.copy(artifact, OutputStream.nullOutputStream());
    return new Blob(artifact, size.getAsLong());
  }

  private static Failure refused(String why) {
    return Failure.badEvidence(why, "send what the server can verify by its own trust root");
  }
}
