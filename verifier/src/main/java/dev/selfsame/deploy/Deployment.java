package dev.selfsame.deploy;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to bring a release to a target.
 *
 * @param id 12 lower-case hex digits, new for each attempt
 * @param target as it was written
 * @param name the artifact's name
 * @param channel which of its channels
 * @param seq the promotion's place in it
 * @param artifact SHA-256 of the promoted bytes
 * @param image SHA-256 of the manifest of the image that is run, or null where none is
 * @param promotion SHA-256 of the promotion's bundle
 * @param evidence SHA-256 of the bundles that the promotion rests on
 * @param settings what the settings were, see {@link DeployFile#fingerprint}
 * @param secrets the mark of their secrets, by the target's own key
 * @param startedAt when it began
 */
public record Deployment(
    String id,
    String target,
    String name,
    String channel,
    long seq,
    Digest artifact,
    @Nullable Digest image,
    Digest promotion,
    List<Digest> evidence,
    Digest settings,
    Mark secrets,
    Instant startedAt) {
  public Deployment {
    requireNonNull(id);
    requireNonNull(target);
    requireNonNull(name);
    requireNonNull(channel);
    requireNonNull(artifact);
    requireNonNull(promotion);
    evidence = List.copyOf(evidence);
    requireNonNull(settings);
    requireNonNull(secrets);
    requireNonNull(startedAt);
  }
}
