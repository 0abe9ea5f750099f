package dev.selfsame.oci;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.TrustRoot;
import dev.selfsame.attest.claim.DeployClaim;
import dev.selfsame.attest.claim.ImageClaim;
import dev.selfsame.attest.claim.Provenance;
import dev.selfsame.digest.Digest;
import dev.selfsame.oci.OciError.Code;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Acceptance;
import dev.selfsame.promote.Acceptance.Taken;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.promote.Writing;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import dev.selfsame.store.wire.NewDeployment;
import dev.selfsame.store.wire.NewPromotion;
import dev.selfsame.store.wire.NewSubmission;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Takes evidence from clients: what the trust root of this server believes, and nothing else.
 *
 * <p>One write excludes the others, those of commands on the same registry included.
 */
public final class EvidenceWriting {
  private final Blobs blobs;
  private final Writing writing;
  private final Supplier<Optional<EvidenceAtHand>> evidence;
  private final StagingRepositories staging;
  private final Clock clock;

  /**
   * @param blobs the registry's
   * @param evidence with the trust root of this moment; empty where there is none
   */
  public EvidenceWriting(
      Blobs blobs,
      Writing writing,
      Supplier<Optional<EvidenceAtHand>> evidence,
      StagingRepositories staging,
      Clock clock) {
    this.blobs = blobs;
    this.writing = writing;
    this.evidence = evidence;
    this.staging = staging;
    this.clock = clock;
  }

  /**
   * Stages a binary, or an image, that was pushed to {@code staging/NAME} with its bundle, and
   * shows both there as an OCI artifact that the bundle refers to, tagged with the hex of the
   * binary's digest, and {@code .image} after it.
   *
   * @throws OciError where it is refused
   */
  public void submit(ArtifactName name, NewSubmission submission) {
    TrustRoot root = root();
    Taken taken =
        judged(() -> {
          requirePushed(new RepositoryName("staging/" + name), submission.subject());
          return writing.exclusively(
              root,
              (all, catalogue) ->
                  new Acceptance(all, catalogue, clock.instant())
                      .submitted(name, submission.bundle(), submission.subject()));
        });
    // Last: what is missing here after a crash comes when the submission is repeated.
    show(name, taken);
  }

  /**
   * To submit is to read, as mounting is: what is shown in a repository was pushed there, and is
   * not somebody else's whom only its digest was known of.
   */
  private void requirePushed(RepositoryName repository, Digest subject) {
    List<Digest> needed = new ArrayList<>(List.of(subject));
    needed.addAll(partsOfImage(subject));
    for (Digest each : needed) {
      if (!staging.has(repository, each)) {
        throw new OciError(
            Code.EVIDENCE_INVALID,
            "the bytes of %s are not here, in %s: push them there first"
                .formatted(each, repository));
      }
    }
  }

  /** None where it is a binary, or nothing that could be shown. */
  private List<Digest> partsOfImage(Digest subject) {
    if (blobs.size(subject).orElse(Long.MAX_VALUE) > Manifest.MOST_BYTES) {
      return List.of();
    }
    try {
      return Manifest.parse(blobs.read(subject, Manifest.MOST_BYTES), MediaTypes.MANIFEST).blobs();
    } catch (OciError noImage) {
      return List.of();
    }
  }

  private void show(ArtifactName name, Taken taken) {
    RepositoryName repository = new RepositoryName("staging/" + name);
    staging.put(repository, Release.EMPTY);
    switch (taken) {
      case Acceptance.TakenBuild(Blob binary, Blob bundle) -> {
        staging.link(repository, binary.digest());
        StoredManifest manifest = Release.binary(name, binary);
        put(repository, manifest, List.of(new TagName(binary.digest().hex())));
        show(repository, bundle, Provenance.PREDICATE_TYPE, manifest);
      }
      case Acceptance.TakenImage(Digest artifact, Blob image, Blob bundle) -> {
        byte[] bytes = blobs.read(image.digest(), Manifest.MOST_BYTES);
        Manifest parsed = Manifest.parse(bytes, MediaTypes.MANIFEST);
        parsed.blobs().forEach(part -> staging.link(repository, part));
        StoredManifest manifest = parsed.stored(image.digest(), bytes);
        put(repository, manifest, List.of(new TagName(artifact.hex() + ".image")));
        show(repository, bundle, ImageClaim.PREDICATE_TYPE, manifest);
      }
    }
  }

  private void show(
      RepositoryName repository, Blob bundle, String predicateType, StoredManifest subject) {
    staging.link(repository, bundle.digest());
    put(repository, Release.bundle(bundle, predicateType, subject), List.of());
  }

  private void put(RepositoryName repository, StoredManifest manifest, List<TagName> tags) {
    staging.put(
        repository,
        new Reference.ByDigest(manifest.digest()),
        tags,
        manifest.mediaType(),
        manifest.bytes());
  }

  /**
   * Puts a promotion in the place that it was signed for.
   *
   * @throws OciError where it is refused, or another has the place
   */
  public void promote(ArtifactName name, ChannelName channel, NewPromotion promotion) {
    TrustRoot root = root();
    boolean stands =
        judged(() -> {
          Bundle bundle = Bundle.parse(promotion.bundle(), "the promotion");
          return writing.exclusively(
              root,
              (all, catalogue) ->
                  new Acceptance(all, catalogue, clock.instant())
                      .promoted(name, channel, bundle, promotion.policy()));
        });
    if (!stands) {
      throw new OciError(
          Code.CONFLICT, "another promotion has that place of %s in %s".formatted(name, channel));
    }
  }

  /**
   * Keeps a record of a deployment, and shows it in {@code staging/NAME} as a referrer of the
   * binary, where that is here.
   *
   * @throws OciError where it is refused
   */
  public void deploy(ArtifactName name, NewDeployment deployment) {
    TrustRoot root = root();
    Acceptance.TakenDeployment taken =
        judged(() -> {
          Bundle bundle = Bundle.parse(deployment.bundle(), "the deployment record");
          return writing.exclusively(
              root,
              (all, catalogue) ->
                  new Acceptance(all, catalogue, clock.instant()).deployed(name, bundle));
        });
    if (taken.artifact().size() > 0) {
      RepositoryName repository = new RepositoryName("staging/" + name);
      staging.put(repository, Release.EMPTY);
      show(
          repository,
          taken.bundle(),
          DeployClaim.PREDICATE_TYPE,
          Release.binary(name, taken.artifact()));
    }
  }

  /** What does not hold is the sender's; everything else is this server's trouble. */
  private static <T> T judged(Supplier<T> work) {
    try {
      return work.get();
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
      throw new OciError(Code.EVIDENCE_INVALID, String.valueOf(e.getMessage()));
    }
  }

  private TrustRoot root() {
    return evidence
        .get()
        .orElseThrow(() ->
            new OciError(
                Code.DENIED,
                "this server has no trust root, and so can take no evidence: --trust-root FILE"))
        .root();
  }
}
