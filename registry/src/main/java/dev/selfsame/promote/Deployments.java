package dev.selfsame.promote;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.Signer;
import dev.selfsame.attest.TrustedKey;
import dev.selfsame.attest.claim.DeployClaim;
import dev.selfsame.attest.claim.ImageClaim;
import dev.selfsame.attest.claim.PromotionClaim.Verifier;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Evidence.Refused;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Signed records of what was deployed where, however it went: what failed is kept as what is well.
 * They decide nothing, and are verified anew at every reading.
 */
public final class Deployments {
  /** Newest first; at one moment, by digest. */
  private static final Comparator<Deployment> NEWEST_FIRST =
      Comparator.comparing((Deployment each) -> each.claim().course().finishedOn())
          .reversed()
          .thenComparing(Deployment::bundle);

  private final Desk desk;

  public Deployments(Desk desk) {
    this.desk = desk;
  }

  /**
   * A record that is believed.
   *
   * @param claim what was signed
   * @param operator who signed it, as the trust root has it
   * @param bundle SHA-256 of the bundle that carries it
   */
  public record Deployment(DeployClaim claim, String operator, Digest bundle) {
    /** Whether it is of this channel. */
    public boolean isInto(ChannelName channel) {
      return claim.release().resource().channel().equals(channel.value());
    }
  }

  /**
   * What is recorded under a name.
   *
   * @param believed newest first
   * @param refused what is there but not believed, by bundle digest
   */
  public record Known(List<Deployment> believed, List<Refused> refused) {
    public Known {
      believed = List.copyOf(believed);
      refused = List.copyOf(refused);
    }

    /** The newest record of each target of a channel, by its {@link DeployClaim.Target#place}. */
    public Map<String, Deployment> newest(ChannelName channel) {
      Map<String, Deployment> newest = new LinkedHashMap<>();
      believed.stream()
          .filter(each -> each.isInto(channel))
          .forEach(each -> newest.putIfAbsent(each.claim().target().place(), each));
      return newest;
    }
  }

  /**
   * Reads every record of a name.
   *
   * @throws Failure exit 4 where the bytes of one are missing or were altered
   */
  public static Known read(Evidence evidence, ArtifactName name, Instant now) {
    List<Deployment> believed = new ArrayList<>();
    List<Refused> refused = new ArrayList<>();
    Map<ChannelName, List<Entry>> channels = new HashMap<>();
    for (Digest bundle : evidence.registry().index().deployments(name)) {
      switch (evidence.read(bundle, Role.DEPLOYER, now)) {
        case Evidence.Held held -> {
          try {
            DeployClaim claim = DeployClaim.of(held.attestation());
            requireHere(evidence, name, claim);
            List<Entry> entries =
                channels.computeIfAbsent(
                    new ChannelName(claim.release().resource().channel()),
                    channel -> evidence.registry().channels().entries(name, channel, 0));
            requireStands(name, claim, at(entries, claim.release().seq()));
            believed.add(new Deployment(claim, held.attestation().signer().operator(), bundle));
          } catch (Failure e) {
            if (e.code() != ExitCode.BAD_EVIDENCE) {
              throw e;
            }
            refused.add(new Refused(bundle, String.valueOf(e.getMessage())));
          }
        }
        case Refused not -> refused.add(not);
      }
    }
    believed.sort(NEWEST_FIRST);
    return new Known(believed, refused);
  }

  /** Who a deployer's key belongs to, for the claim that it is to sign. */
  public static Verifier deployer(Evidence evidence, Signer signer, String version, Instant now) {
    return new Verifier(requireDeployer(evidence, signer, now).verifierId(), version);
  }

  /**
   * Signs a record and keeps it. The caller holds the write lock of a registry at hand.
   *
   * @throws Failure exit 4 where the key is no deployer's who is believed now, the record is of
   *     another registry, or names what the channel never held; exit 3 where it cannot be kept, or
   *     is not shown afterwards
   */
  public Deployment keep(DeployClaim claim, Signer signer, Instant now) {
    Evidence evidence = desk.evidence();
    TrustedKey key = requireDeployer(evidence, signer, now);
    ArtifactName name = new ArtifactName(claim.release().resource().name());
    requireFits(evidence, name, claim, now);
    Bundle bundle = Bundle.attest(claim.statement(), signer);
    DeployClaim read = DeployClaim.of(evidence.root().verify(bundle, Role.DEPLOYER, now));
    desk.intake().keep(new Intake.DeploymentRecord(name, read, bundle));
    if (!evidence.registry().index().deployments(name).contains(bundle.digest())) {
      throw Failure.undecided(
          "the registry has taken %s and does not list it".formatted(bundle.digest()),
          "see whether the registry is the right one");
    }
    return new Deployment(read, key.operator(), bundle.digest());
  }

  private static TrustedKey requireDeployer(Evidence evidence, Signer signer, Instant now) {
    TrustedKey key =
        evidence.root().keys().stream()
            .filter(known -> known.key().equals(signer.key()))
            .findFirst()
            .orElseThrow(() ->
                Failure.badEvidence(
                    "the key %s is unknown to the trust root"
                        .formatted(signer.key().fingerprint().abbreviated()),
                    "have it added: selfsame trust add --role deployer"));
    if (key.role() != Role.DEPLOYER) {
      throw Failure.badEvidence(
          "%s may not sign deployments".formatted(key.describe()), "use a deployer's key");
    }
    key.objection(now)
        .ifPresent(objection -> {
          throw Failure.badEvidence(
              "%s %s".formatted(key.describe(), objection), "use another deployer's key");
        });
    return key;
  }

  /**
   * What is asked of a record before it is kept: that it is of this registry and name, of a
   * promotion that stands in the channel, of its bytes and image, and not of the future.
   */
  static void requireFits(Evidence evidence, ArtifactName name, DeployClaim claim, Instant now) {
    requireHere(evidence, name, claim);
    ChannelName channel = new ChannelName(claim.release().resource().channel());
    requireStands(
        name, claim, evidence.registry().channels().at(name, channel, claim.release().seq()));
    if (claim.course().finishedOn().isAfter(now.plus(Decision.CLOCK_SKEW))) {
      throw refused("it is dated in the future, " + claim.course().finishedOn());
    }
    // The history alone: that a key was taken back since must not keep a removal from the record.
    ChannelReader history = new ChannelReader(evidence.history());
    DeployClaim.Release release = claim.release();
    Channel.Promotion promotion =
        history
            .promotion(release.promotion())
            .filter(found -> found.action().enters())
            .filter(found -> found.claim().resource().equals(release.resource()))
            .filter(found -> found.seq() == release.seq())
            .orElseThrow(
                () -> refused("%s is no promotion of that place".formatted(release.promotion())));
    if (!promotion.artifact().equals(release.artifact().digest())) {
      throw refused("promotion %d is of other bytes".formatted(release.seq()));
    }
    if (release.image().isPresent()
        && !carries(evidence.history(), promotion, release.image().get())) {
      throw refused("promotion %d does not carry that image".formatted(release.seq()));
    }
  }

  /** Whether a statement of this image is one of those that a promotion rests on. */
  private static boolean carries(Evidence history, Channel.Promotion promotion, Digest manifest) {
    return history.registry().index().about(manifest).stream()
        .filter(promotion.claim().inputs()::contains)
        .map(bundle -> history.require(bundle, Role.BUILDER, promotion.at()))
        .filter(ImageClaim::isIn)
        .anyMatch(statement -> Image.of(statement).manifest().equals(manifest));
  }

  private static Optional<Digest> at(List<Entry> entries, long seq) {
    return seq >= 1 && seq <= entries.size()
        ? Optional.of(entries.get((int) seq - 1).bundle())
        : Optional.empty();
  }

  /** What every reader asks anew: registry and name, and the place in the channel. */
  private static void requireHere(Evidence evidence, ArtifactName name, DeployClaim claim) {
    DeployClaim.Release release = claim.release();
    String registry = evidence.registry().name();
    if (!release.resource().registry().equals(registry)
        || !release.resource().name().equals(name.value())) {
      throw refused("it is of %s, not of %s in %s".formatted(release.resource(), name, registry));
    }
  }

  private static void requireStands(ArtifactName name, DeployClaim claim, Optional<Digest> stands) {
    DeployClaim.Release release = claim.release();
    if (!stands.equals(Optional.of(release.promotion()))) {
      throw refused(
          "promotion %d of %s into %s is not the one that it names, %s"
              .formatted(release.seq(), name, release.resource().channel(), release.promotion()));
    }
  }

  private static Failure refused(String why) {
    return Failure.badEvidence(
        "the deployment record does not hold: " + why,
        "record what was deployed from this channel");
  }
}
