package dev.selfsame.promote;

import static java.util.Objects.requireNonNull;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.claim.DeployClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.pins.root.OciImage;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Blob;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Keeps what was signed where readers find it: in a registry at hand ({@link Archive}), or at a
 * server, which checks it by its own trust root first.
 */
public interface Intake {

  /**
   * What is to be staged.
   *
   * @param build verified
   * @param bundle the bundle that carries it
   * @param binary a file with one of its outputs
   * @param artifact that output's digest, by which the file was hashed
   * @param record the build record's bytes, where they are at hand
   */
  record Submission(
      Build build, Bundle bundle, Path binary, Digest artifact, Optional<byte[]> record) {}

  /**
   * A runtime image that is to be staged.
   *
   * @param image its verified statement
   * @param parts the image's blobs
   * @param bundle the bundle that carries the statement
   */
  record ImageSubmission(Image image, OciImage parts, Bundle bundle) {}

  /**
   * A channel's next record.
   *
   * @param entry the place that it was signed for
   * @param bundle the bundle that carries it
   * @param policy the policy's own text, UTF-8; empty for what stands by an earlier one's policy
   */
  record Promotion(
      ArtifactName name,
      ChannelName channel,
      Channels.Entry entry,
      Digest artifact,
      Bundle bundle,
      Optional<byte[]> policy,
      Instant at) {
    public Promotion {
      requireNonNull(name);
      requireNonNull(channel);
      requireNonNull(entry);
      requireNonNull(artifact);
      requireNonNull(bundle);
      requireNonNull(policy);
      requireNonNull(at);
    }
  }

  /**
   * A record of a deployment.
   *
   * @param claim verified
   * @param bundle the bundle that carries it
   */
  record DeploymentRecord(ArtifactName name, DeployClaim claim, Bundle bundle) {}

  /**
   * Keeps a record of a deployment, and lists it.
   *
   * @throws dev.selfsame.outcome.Failure exit 3 where it cannot be kept
   */
  void keep(DeploymentRecord record);

  /**
   * Keeps a binary with its evidence, and lists it.
   *
   * @return the binary
   * @throws dev.selfsame.outcome.Failure exit 3 where it cannot be kept, or the file changed since
   *     it was hashed; then nothing is listed
   */
  Blob submit(Submission submission);

  /**
   * Keeps an image with its statement, and lists it.
   *
   * @throws dev.selfsame.outcome.Failure exit 4 where the image is not what is stated; exit 3 where
   *     it cannot be kept, or a file changed; then nothing is listed
   */
  void submit(ImageSubmission submission);

  /**
   * Puts a record in its place, if that is still free.
   *
   * @return whether this one got it
   * @throws dev.selfsame.outcome.Failure exit 3 where it cannot be kept
   */
  boolean promote(Promotion promotion);
}
