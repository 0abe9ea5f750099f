package dev.selfsame.deploy;

import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.deploy.Release.RunImage;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Build;
import dev.selfsame.promote.Channel;
import dev.selfsame.promote.ChannelReader;
import dev.selfsame.promote.Evidence;
import dev.selfsame.promote.Image;
import dev.selfsame.promote.SignedBlobs;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.ReadableBlobs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Lets through what is promoted now, and proven so from signatures alone. */
public final class Gate {
  private static final int MOST = 1 << 20;

  private final Evidence evidence;
  private final Instant now;

  public Gate(Evidence evidence, Instant now) {
    this.evidence = evidence;
    this.now = now;
  }

  /**
   * What a channel holds.
   *
   * @throws Failure exit 1 where it holds nothing now; exit 3 where the registry cannot be read;
   *     exit 4 where evidence does not hold
   */
  public Release open(ArtifactName name, ChannelName channel) {
    ChannelReader reader = new ChannelReader(evidence);
    Channel read = reader.read(name, channel, now);
    Channel.Promotion head =
        read.head()
            .orElseThrow(() ->
                Failure.no(
                    "nothing is promoted as %s into %s".formatted(name, channel),
                    "promote it first, or name another channel"));
    ChannelReader.Grounds grounds = reader.requireGrounds(read, now);
    if (!head.claim().currentAt(now)) {
      throw Failure.no(
          "promotion %d of %s into %s has ended".formatted(head.seq(), name, channel),
          "promote it again");
    }
    List<Digest> behind =
        Stream.concat(
                grounds.builds().stream().map(Build::bundle),
                grounds.images().stream().map(Image::bundle))
            .toList();
    ReadableBlobs blobs = new SignedBlobs(evidence.registry().blobs(), grounds.builds());
    Optional<RunImage> image = grounds.images().stream().findFirst().map(this::image);
    return new Release(
        name,
        channel,
        head.seq(),
        head.artifact(),
        head.bundle(),
        behind,
        image.map(RunImage::architecture).orElseGet(() -> Machine.of(blobs, head.artifact())),
        image,
        blobs);
  }

  private RunImage image(Image image) {
    ReadableBlobs blobs = evidence.registry().blobs();
    try {
      Fields manifest = StrictJson.object(blobs.read(image.manifest(), MOST));
      List<Digest> layers = new ArrayList<>();
      for (Fields layer : manifest.objects("layers")) {
        layers.add(Digest.parse(layer.text("digest")));
      }
      Digest config = Digest.parse(manifest.object("config").text("digest"));
      String architecture = StrictJson.object(blobs.read(config, MOST)).text("architecture");
      return new RunImage(
          image.manifest(), config, layers, architecture, image.recipe().settings());
    } catch (MalformedDocumentException | IllegalArgumentException e) {
      throw Failure.badEvidence(
          "image %s: %s".formatted(image.manifest(), e.getMessage()),
          "treat the builder as compromised until it is known why");
    }
  }
}
