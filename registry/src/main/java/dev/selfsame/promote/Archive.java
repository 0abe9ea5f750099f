package dev.selfsame.promote;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps evidence in a registry at hand. The caller holds its write lock. */
public final class Archive implements Intake {
  private final Registry registry;
  private final Catalogue catalogue;

  public Archive(Registry registry, Catalogue catalogue) {
    this.registry = registry;
    this.catalogue = catalogue;
  }

  @Override
  public Blob submit(Submission submission) {
    Blob kept = keep(submission.binary(), submission.artifact());
    submission.record().ifPresent(registry.blobs()::put);
    // Not before the large part is kept: who comes next reads all evidence where this one failed.
    catalogue.announce();
    registry.blobs().put(submission.bundle().bytes());
    list(submission.build(), submission.artifact());
    return kept;
  }

  /** Lists a build whose bundle and binary are kept already, and with it one of its outputs. */
  void list(Build build, Digest artifact) {
    build
        .claim()
        .outputs()
        .forEach(output -> registry.index().addAbout(output.digest(), build.bundle()));
    registry.index().addStaged(build.name(), build.bundle());
    Staging.row(build, artifact).ifPresent(catalogue::add);
  }

  @Override
  public void submit(ImageSubmission submission) {
    submission.parts().parts().forEach(part -> keep(part.file(), part.digest()));
    ImageParts.require(registry.blobs(), submission.image());
    registry.blobs().put(submission.bundle().bytes());
    list(submission.image());
  }

  /** Lists an image whose statement and parts are kept already. It has no row. */
  void list(Image image) {
    registry.index().addAbout(image.manifest(), image.bundle());
    registry.index().addStaged(image.name(), image.bundle());
  }

  @Override
  public void keep(DeploymentRecord record) {
    registry.blobs().put(record.bundle().bytes());
    registry.index().addDeployment(record.name(), record.bundle().digest());
  }

  @Override
  public boolean promote(Promotion promotion) {
    catalogue.announce();
    promotion.policy().ifPresent(registry.blobs()::put);
    registry.blobs().put(promotion.bundle().bytes());
    // The record makes the promotion; until it stands, the bundle is only a blob.
    if (!registry.channels().append(promotion.name(), promotion.channel(), promotion.entry())) {
      return false;
    }
    try {
      note(promotion);
    } catch (Failure e) {
      throw new Failure(
          e.code(),
          "record %d of %s into %s stands, and is not noted everywhere: %s"
              .formatted(
                  promotion.entry().seq(), promotion.name(), promotion.channel(), e.getMessage()),
          "the channel holds it; what lacks is made again by the next command that writes",
          e);
    }
    return true;
  }

  /** In the index only what stands: restoration tells by it what did. */
  private void note(Promotion promotion) {
    registry.index().addAbout(promotion.artifact(), promotion.entry().bundle());
    catalogue.add(
        new Catalogue.Promoted(
            promotion.name(),
            promotion.channel(),
            promotion.entry().seq(),
            promotion.artifact(),
            promotion.entry().bundle(),
            promotion.at()));
  }

  private Blob keep(Path binary, Digest artifact) {
    try (InputStream in = Files.newInputStream(binary)) {
      Blob kept = registry.blobs().put(in);
      if (!kept.digest().equals(artifact)) {
        throw changed(binary);
      }
      return kept;
    } catch (IOException e) {
      throw Staging.unreadable(binary, e);
    }
  }

  /** A file whose bytes are no longer those that were hashed. */
  public static Failure changed(Path binary) {
    return Failure.undecided(
        binary + " changed while it was read", "submit it again when nothing writes to it");
  }
}
