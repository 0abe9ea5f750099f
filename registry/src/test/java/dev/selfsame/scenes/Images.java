package dev.selfsame.scenes;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.claim.ImageClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.ImageRecipe;
import dev.selfsame.evidence.ImageSettings;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.RootUse;
import dev.selfsame.pins.fetch.Mirrors;
import dev.selfsame.pins.lock.PinText;
import dev.selfsame.pins.root.OciImage;
import dev.selfsame.pins.root.RootCache;
import dev.selfsame.pins.root.TestDebs;
import dev.selfsame.promote.Image;
import dev.selfsame.promote.ImagePlan;
import dev.selfsame.promote.Staging;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Runtime images on a base of one small package, made and stated as {@code submit} does it. */
public final class Images {
  public static final ImageSettings SETTINGS =
      new ImageSettings(
          "test",
          "agent",
          "/usr/local/bin/agent",
          List.of(),
          65532,
          65532,
          "/etc/agent/agent.toml",
          List.of(8080),
          Map.of());

  private final Stage stage;
  private final RootCache roots;
  private final Pin base;

  public Images(Stage stage) {
    this(stage, "libc");
  }

  /**
   * On a base of one's own.
   *
   * @param libc what the base's one file says: with it each image's digest is another
   */
  public Images(Stage stage, String libc) {
    this.stage = stage;
    try {
      byte[] deb = new TestDebs().file("./usr/lib/libc.so.6", 0755, libc).deb();
      Path pool = Files.createDirectories(stage.folder.resolve("mirror/pool/main/x"));
      Files.write(pool.resolve("libc6_1_amd64.deb"), deb);
      roots =
          new RootCache(
              stage.folder.resolve("cache"),
              Mirrors.only(List.of(stage.folder.resolve("mirror").toUri().toString())),
              Progress.SILENT);
      List<DebsRoot.Deb> debs = List.of(TestDebs.locked("libc6", deb));
      Pin unknown = TestDebs.pin(RootUse.RUNTIME, debs, Digest.sha256(new byte[0]));
      Digest diffId = roots.assemble((DebsRoot) unknown.root(), unknown.epoch()).diffId();
      base = TestDebs.pin(RootUse.RUNTIME, debs, diffId);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The base's pin file, as {@code --pin-file} reads it. */
  public byte[] pinFile() {
    return PinText.of(base, (DebsRoot) base.root()).getBytes(StandardCharsets.UTF_8);
  }

  /** Where the base's package is, as {@code --mirror} takes it. */
  public String mirror() {
    return stage.folder.resolve("mirror").toUri().toString();
  }

  /** A record that asks for an image. */
  public static Records asked(String content) {
    Records records = Records.of(content);
    records.image = SETTINGS;
    return records;
  }

  public ImageRecipe recipe(Records records) {
    return new ImageRecipe(
        records.artifact(),
        base.fileDigest(),
        ((DebsRoot) base.root()).diffId(),
        Objects.requireNonNull(records.image),
        records.repository,
        records.record().source().commit());
  }

  public OciImage make(ImageRecipe recipe, byte[] binary) {
    try {
      return roots.image(
          base,
          Files.write(stage.folder.resolve("program"), binary),
          ImagePlan.layer(recipe.settings()),
          ImagePlan.config(recipe),
          Files.createTempDirectory(stage.folder, "image"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public OciImage make(Records records) {
    return make(recipe(records), records.binary);
  }

  public Bundle stated(Records records, ImageRecipe recipe, Digest manifest, String who) {
    return Bundle.attest(
        new ImageClaim(
                new Statement.Subject(records.name, manifest),
                recipe,
                Digest.sha256(records.json()),
                People.builderId(who))
            .statement(),
        stage.people.signer(who));
  }

  /** Submits a binary and an image with a statement of one's own. */
  public Image submit(Records records, OciImage image, Bundle statement, String who) {
    return stage.writing((evidence, catalogue) -> {
      Staging staging = new Staging(evidence, catalogue);
      Staging.Submission submission =
          staging.submit(
              Files.write(stage.folder.resolve("submitted"), records.binary),
              records.signedBy(stage.people, who),
              Optional.of(records.json()),
              Optional.empty(),
              stage.now);
      return staging.submit(submission.build(), image, statement, stage.now);
    });
  }

  /** Submits a binary and its image as they should be. */
  public Image submit(Records records, String who) {
    OciImage image = make(records);
    return submit(records, image, stated(records, recipe(records), image.manifest(), who), who);
  }

  /** Submits by alice and promotes by pat. */
  public Image release(Records records) {
    Image image = submit(records, "alice");
    stage.now = stage.now.plusSeconds(60);
    var _ = (dev.selfsame.promote.Promoter.Done) stage.promote(records);
    return image;
  }
}
