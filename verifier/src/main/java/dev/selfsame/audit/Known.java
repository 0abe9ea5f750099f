package dev.selfsame.audit;

import dev.selfsame.attest.Role;
import dev.selfsame.attest.claim.ImageClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.promote.Build;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.promote.ChannelReader;
import dev.selfsame.promote.Evidence;
import dev.selfsame.store.ArtifactName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What the index says of an artifact, verified.
 *
 * @param builds builds that are believed now
 * @param promotions what was signed into any channel at any time, by sequence
 * @param refused why each of the others is not believed
 */
record Known(List<Build> builds, List<Promotion> promotions, List<String> refused) {

  /**
   * Reads every bundle about an artifact.
   *
   * @throws dev.selfsame.outcome.Failure exit 4 where the bytes of one were altered
   */
  static Known of(Evidence evidence, ChannelReader reader, Digest artifact, Instant now) {
    List<Build> builds = new ArrayList<>();
    List<Promotion> promotions = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (Digest bundle : evidence.registry().index().about(artifact)) {
      Optional<Promotion> promotion = reader.promotion(bundle);
      if (promotion.isPresent()) {
        if (promotion.get().artifact().equals(artifact)) {
          promotions.add(promotion.get());
        }
        continue;
      }
      switch (evidence.read(bundle, Role.BUILDER, now)) {
        // Of an image's manifest, which is no binary.
        case Evidence.Held held when ImageClaim.isIn(held.attestation()) -> {}
        case Evidence.Held held -> {
          Build build = Build.of(held.attestation());
          if (build.output(artifact).isPresent()) {
            builds.add(build);
          }
        }
        case Evidence.Refused not -> refused.add(not.why());
      }
    }
    promotions.sort(Comparator.comparingLong(Promotion::seq));
    return new Known(builds, promotions, refused);
  }

  /** The names under which anybody who is believed has spoken of it, sorted. */
  TreeSet<ArtifactName> names() {
    TreeSet<ArtifactName> names = new TreeSet<>();
    builds.forEach(build -> names.add(build.name()));
    promotions.forEach(
        promotion -> names.add(new ArtifactName(promotion.claim().resource().name())));
    return names;
  }

  boolean isEmpty() {
    return builds.isEmpty() && promotions.isEmpty();
  }
}
