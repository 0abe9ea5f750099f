package dev.selfsame.cli;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Signer;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.claim.ImageClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.ImageRecipe;
import dev.selfsame.evidence.ImageSettings;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.pins.root.OciImage;
import dev.selfsame.pins.root.RootCache;
import dev.selfsame.promote.ImagePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The runtime image of a build's binary, made on this machine, in a folder that goes with it.
 *
 * @param image its parts
 * @param recipe what it was made by
 * @param record the build record
 * @param recordDigest SHA-256 of the record's file
 */
record ImageOfBuild(
    OciImage image, ImageRecipe recipe, BuildRecord record, Digest recordDigest, Path folder)
    implements AutoCloseable {

  /**
   * Makes it, where the record asks for one of this binary.
   *
   * @throws Failure (usage) where the base is no runtime pin of this binary's platform; (undecided)
   *     where it cannot be had, or the binary is no longer the one that was built
   */
  static Optional<ImageOfBuild> make(
      Path binary, BuildRecord record, Digest recordDigest, PinCatalogue pins, RootCache roots) {
    ImageSettings settings = record.image();
    Optional<BuildRecord.Output> output =
        record.outputs().stream()
            .filter(each -> settings != null && each.name().equals(settings.binary()))
            .findFirst();
    // Of other bytes nothing is made: what is wrong with them is said where they are submitted.
    if (settings == null
        || output.isEmpty()
        || !Files.isRegularFile(binary)
        || !hash(binary).equals(output.get().digest())) {
      return Optional.empty();
    }
    Pin base = pins.find(settings.base());
    String target = record.recipe().target();
    if (!target.startsWith(base.architecture().equals("amd64") ? "x86_64-" : "aarch64-")) {
      throw Failure.usage(
          "the image's base %s is for %s, the binary for %s"
              .formatted(base.id(), base.platform(), target),
          "name a base of the binary's own platform in [image]");
    }
    if (!(base.root() instanceof DebsRoot root)) {
      throw Failure.usage(
          "pin %s is not one to run programs on".formatted(base.id()),
          "name a runtime pin as the image's base: selfsame pins list");
    }
    ImageRecipe recipe =
        new ImageRecipe(
            output.get().digest(),
            base.fileDigest(),
            root.diffId(),
            settings,
            record.source().repository(),
            record.source().commit() + (record.source().dirty() ? "-dirty" : ""));
    return Optional.of(make(binary, base, recipe, record, recordDigest, roots));
  }

  private static ImageOfBuild make(
      Path binary,
      Pin base,
      ImageRecipe recipe,
      BuildRecord record,
      Digest recordDigest,
      RootCache roots) {
    try {
      Path folder = Files.createTempDirectory("selfsame-image");
      boolean made = false;
      try {
        OciImage image =
            roots.image(
                base, binary, ImagePlan.layer(recipe.settings()), ImagePlan.config(recipe), folder);
        made = true;
        return new ImageOfBuild(image, recipe, record, recordDigest, folder);
      } finally {
        if (!made) {
          FileTree.delete(folder);
        }
      }
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot make the image: " + e.getMessage(), "check the folder for temporary files", e);
    }
  }

  /** The statement that the image is what its recipe gives, signed. */
  Bundle sign(Signer builder, String builderId) {
    ImageClaim claim =
        new ImageClaim(
            new Statement.Subject(record.name(), image.manifest()),
            recipe,
            recordDigest,
            builderId);
    return Bundle.attest(claim.statement(), builder);
  }

  @Override
  public void close() {
    try {
      FileTree.delete(folder);
    } catch (IOException e) {
      // A folder for temporary files, which the system empties.
    }
  }

  private static Digest hash(Path binary) {
    try {
      return Digest.sha256(binary);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read %s: %s".formatted(binary, e.getMessage()), "check its permissions", e);
    }
  }
}
