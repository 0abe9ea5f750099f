package dev.selfsame.deploy;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.ImageSettings;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.ReadableBlobs;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a channel holds, proven by {@link Gate}.
 *
 * @param name the artifact's name
 * @param seq the promotion's place in the channel
 * @param artifact SHA-256 of the promoted bytes
 * @param promotion SHA-256 of the promotion's bundle
 * @param evidence SHA-256 of the bundles that it rests on
 * @param architecture what it runs on, as OCI images name it, {@code amd64} or {@code arm64};
 *     {@link Machine#UNKNOWN} where that cannot be seen
 * @param image the runtime image that was promoted with it
 * @param blobs where the bytes are; each is hashed as it is read
 */
public record Release(
    ArtifactName name,
    ChannelName channel,
    long seq,
    Digest artifact,
    Digest promotion,
    List<Digest> evidence,
    String architecture,
    Optional<RunImage> image,
    ReadableBlobs blobs) {
  public Release {
    requireNonNull(name);
    requireNonNull(channel);
    requireNonNull(artifact);
    requireNonNull(promotion);
    evidence = List.copyOf(evidence);
    requireNonNull(architecture);
    requireNonNull(image);
    requireNonNull(blobs);
  }

  /**
   * A promoted runtime image.
   *
   * @param manifest SHA-256 of its manifest
   * @param config SHA-256 of its configuration, which engines call the image's id
   * @param layers SHA-256 of its layers as they are stored, from the lowest
   * @param architecture as its configuration says
   * @param settings how it runs the program, and where that stands in it
   */
  public record RunImage(
      Digest manifest,
      Digest config,
      List<Digest> layers,
      String architecture,
      ImageSettings settings) {
    public RunImage {
      requireNonNull(manifest);
      requireNonNull(config);
      layers = List.copyOf(layers);
      requireNonNull(architecture);
      requireNonNull(settings);
    }
  }

  /**
   * Copies the promoted bytes. What was written must not be used where this throws.
   *
   * @return how many
   * @throws dev.selfsame.outcome.Failure exit 4 where they are not those; exit 3 where they cannot
   *     be had
   */
  public long copy(OutputStream out) {
    return blobs.copy(artifact, out);
  }

  /**
   * An attempt to bring it somewhere.
   *
   * @param id of the attempt, 12 lower-case hex digits
   * @param target as it was written
   * @param settings their fingerprint
   * @param secrets the mark of their secrets
   * @param now when it begins
   */
  public Deployment deployment(
      String id, String target, Digest settings, Mark secrets, Instant now) {
    return new Deployment(
        id,
        target,
        name.value(),
        channel.value(),
        seq,
        artifact,
        image.map(RunImage::manifest).orElse(null),
        promotion,
        evidence,
        settings,
        secrets,
        now);
  }

  /** One line that names it. */
  public String text() {
    return "promotion %d of %s into %s, %s".formatted(seq, name, channel, artifact);
  }
}
