package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.ImageSettings;
import dev.selfsame.scenes.Images;
import dev.selfsame.scenes.Records;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code submit} makes the image of what was built, {@code promote} says which goes along. */
class ImageCommandsTest {
  @TempDir private Path folder;
  private RegistryScene scene;
  private Images images;
  private Records records;

  @BeforeEach
  void build() {
    scene = new RegistryScene(folder);
    images = new Images(scene.stage);
    records = Images.asked("one");
    scene.built(records);
    scene.write("base.toml", images.pinFile());
  }

  private int submit(String... more) {
    List<String> words =
        new ArrayList<>(List.of("submit", "agent", "--pin-file", folder.resolve("base.toml") + ""));
    words.addAll(List.of("--mirror", images.mirror()));
    words.addAll(List.of(more));
    return scene.run(words.toArray(String[]::new));
  }

  private int submitByAlice() {
    return submit("--record", "build-record.json", "--key", "alice.key");
  }

  private int promote(String... more) {
    scene.stage.now = scene.stage.now.plusSeconds(60);
    List<String> words =
        new ArrayList<>(
            List.of("promote", "viworks/agent", "--policy", "policy.toml", "--key", "pat.key"));
    words.addAll(List.of(more));
    return scene.run(words.toArray(String[]::new));
  }

  private void said(int status, int found, String what) {
    assertEquals(status, found, scene.out + scene.err);
    assertTrue((scene.out + scene.err).contains(what), scene.out + scene.err);
  }

  private void asking(ImageSettings settings) {
    records.image = settings;
    scene.built(records);
  }

  private static ImageSettings on(String base) {
    ImageSettings usual = Images.SETTINGS;
    return new ImageSettings(
        base, usual.binary(), usual.entrypoint(), List.of(), 0, 0, null, List.of(), Map.of());
  }

  @Test
  void the_image_of_another_machine_is_stated_and_promoted() {
    Digest manifest = images.make(records).manifest();
    said(0, submitByAlice(), "  image      " + manifest);
    said(0, promote(), "yes  image      %s, stated by alice".formatted(manifest));
    said(0, promote(), "promoted already");
  }

  @Test
  void a_binary_with_an_image_is_verified_and_pulled_as_one_without() throws Exception {
    submitByAlice();
    promote();
    said(0, scene.run("verify", "--binary", "agent"), "promoted");
    said(0, scene.run("pull", "viworks/agent", "-o", "pulled"), "");
    assertEquals(records.artifact(), Digest.sha256(folder.resolve("pulled")));
    Path manifest = scene.stage.blob(images.make(records).manifest());
    said(1, scene.run("verify", "--binary", manifest.toString()), "");
  }

  @Test
  void of_two_images_the_promoter_says_which() {
    submitByAlice();
    Digest first = images.make(records).manifest();
    asking(on("test"));
    Digest second = images.make(records).manifest();
    said(0, submitByAlice(), second.toString());

    said(1, promote(), "several are stated");
    said(0, promote("--image", first.toString()), "%s, stated by alice".formatted(first));
    said(0, promote("--image", "none"), "is promotion 2");
    assertFalse(scene.out.contains("stated by"), scene.out);
    said(2, promote("--image", "latest"), "not a digest");
  }

  @Test
  void evidence_that_was_signed_elsewhere_brings_no_image() {
    scene.write("agent.sigstore.json", records.signedBy(scene.stage.people, "bob").bytes());
    said(0, submit("--bundle", "agent.sigstore.json", "--record", "build-record.json"), "by bob");
    assertFalse(scene.out.contains("image"), scene.out);
  }

  @Test
  void a_base_that_is_none_is_a_usage_error_and_nothing_is_kept() {
    asking(on("absent"));
    said(2, submitByAlice(), "no pin is named absent");
    asking(on("debian-trixie-20260918-slim"));
    said(2, submitByAlice(), "is not one to run programs on");
    asking(on("trixie-rust-1.85.1"));
    said(2, submitByAlice(), "is not one to run programs on");
    said(3, promote(), "");
  }

  @Test
  void a_binary_that_is_no_output_is_refused_without_an_image() {
    scene.write("agent", "other".getBytes());
    said(4, submitByAlice(), "is no output of the build");
    said(
        2,
        scene.run("submit", "absent", "--record", "build-record.json", "--key", "alice.key"),
        "no file at");
  }
}
