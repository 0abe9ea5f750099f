package dev.selfsame.cli;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.Json;
import dev.selfsame.pins.PinCatalogue;
import dev.selfsame.pins.root.RootCache;
import dev.selfsame.promote.Staging;
import dev.selfsame.store.ArtifactName;
import java.nio.file.Path;
import java.util.Optional;

/** The runtime image in the demo: made twice, submitted with the binary, found again for deploy. */
final class DemoImage {
  private final PinCatalogue pins;
  private final RootCache roots;
  private final DemoStages stages;

  DemoImage(PinCatalogue pins, RootCache roots, DemoStages stages) {
    this.pins = pins;
    this.roots = roots;
    this.stages = stages;
  }

  /**
   * Submits the binary and its image.
   *
   * @return the image's manifest
   */
  Digest submit(DemoRegistry registry, Path binary, BuildRecord record) {
    Digest recordDigest = Digest.sha256(Json.write(record));
    try (ImageOfBuild image =
            ImageOfBuild.make(binary, record, recordDigest, pins, roots).orElseThrow();
        ImageOfBuild again =
            ImageOfBuild.make(binary, record, recordDigest, pins, roots).orElseThrow()) {
      Digest manifest = image.image().manifest();
      DemoJourney.require(
          manifest.equals(again.image().manifest()), "the image was another the second time");
      Staging.Submission submission = registry.submit(binary, record, Optional.of(image));
      stages.say("staged with evidence " + submission.build().bundle());
      stages.say("image, the same twice: " + manifest);
      return manifest;
    }
  }

  /** Asks what a server would deploy now. */
  void requireDeployed(DemoRegistry registry, ArtifactName name, Digest manifest) {
    DemoJourney.require(
        registry.deployed(name).equals(manifest),
        "the promoted image is not the one that was made");
  }

  /** What a reader types to run it. */
  static void printNext(Console console, Path folder, String name) {
    console.line("");
    console.line("Run it as an image, by any engine, while this serves:");
    console.line(
        "  selfsame serve --data %s --trust-root %s"
            .formatted(
                ShellWord.of(folder.resolve("registry")),
                ShellWord.of(folder.resolve("trust-root.json"))));
    console.line(
        "  docker run --rm -p 8080:8080 127.0.0.1:5000/deploy/%s:%s.image"
            .formatted(name, DemoRegistry.CHANNEL));
  }
}
