package dev.selfsame.promote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.claim.ImageClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.ImageRecipe;
import dev.selfsame.evidence.ImageSettings;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.root.OciImage;
import dev.selfsame.scenes.Images;
import dev.selfsame.scenes.People;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which image a promotion carries, and which none does. */
class ImagePromotionTest {
  private static final String TWO = "schema = 1\nminimum-operators = 2\n";

  @TempDir private Path folder;
  private Stage stage;
  private Images images;

  @BeforeEach
  void open() {
    stage = new Stage(folder);
    images = new Images(stage);
  }

  private Promoter.Result promote(Records records, String policy, ImageWish wish) {
    stage.now = stage.now.plusSeconds(60);
    return stage.writing((evidence, catalogue) ->
        new Promoter(evidence, catalogue, "0.1.0")
            .promote(
                new Promoter.Request(
                    Stage.AGENT,
                    ChannelName.PRODUCTION,
                    records.artifact(),
                    PolicyFile.parse(policy.getBytes(StandardCharsets.UTF_8), "policy.toml"),
                    policy,
                    wish),
                stage.people.signer("pat"),
                stage.now));
  }

  private Promoter.Result promote(Records records) {
    return promote(records, Stage.POLICY, new ImageWish.Stated());
  }

  /** The manifest that the channel carries now. */
  private List<Digest> carried() {
    ChannelReader reader = new ChannelReader(stage.evidence());
    Channel channel = reader.read(Stage.AGENT, ChannelName.PRODUCTION, stage.now);
    return reader.requireGrounds(channel, stage.now).images().stream()
        .map(Image::manifest)
        .distinct()
        .toList();
  }

  private void refused(String reason, Promoter.Result result) {
    assertInstanceOf(Promoter.NotMet.class, result);
    Check check = result.decision().checks().getLast();
    assertEquals("image", check.id());
    assertTrue(check.reason().contains(reason), check.reason());
  }

  private static ImageSettings withPort(int port) {
    ImageSettings usual = Images.SETTINGS;
    return new ImageSettings(
        usual.base(),
        usual.binary(),
        usual.entrypoint(),
        usual.arguments(),
        usual.user(),
        usual.group(),
        usual.config(),
        List.of(port),
        Map.of());
  }

  /** The same bytes from the same source, with other settings of the image. */
  private static Records asking(int port) {
    Records records = Images.asked("one");
    records.image = withPort(port);
    return records;
  }

  @Test
  void a_promotion_carries_the_image_that_is_stated_and_says_who_states_it() {
    Records records = Images.asked("one");
    Image image = images.submit(records, "alice");
    Promoter.Done done = (Promoter.Done) promote(records);

    Check check = done.decision().checks().getLast();
    assertEquals("%s, stated by alice".formatted(image.manifest()), check.reason());
    assertEquals(List.of(image.manifest()), carried());
    assertInstanceOf(Promoter.Stands.class, promote(records));
  }

  @Test
  void without_a_statement_nothing_is_asked() {
    Records records = Records.of("one");
    stage.submit(records, "alice");
    Promoter.Done done = (Promoter.Done) promote(records);
    assertTrue(done.decision().checks().stream().noneMatch(check -> check.id().equals("image")));
    assertEquals(List.of(), carried());
  }

  @Test
  void of_several_images_one_has_to_be_named() {
    Image first = images.submit(asking(8080), "alice");
    assertInstanceOf(Promoter.Done.class, promote(asking(8080)));
    Image second = images.submit(asking(9090), "alice");

    refused("several are stated", promote(asking(9090)));
    assertEquals(List.of(first.manifest()), carried());
    ImageWish wish = new ImageWish.This(second.manifest());
    assertInstanceOf(Promoter.Done.class, promote(asking(9090), Stage.POLICY, wish));
    assertEquals(List.of(second.manifest()), carried());
    assertInstanceOf(Promoter.Stands.class, promote(asking(9090), Stage.POLICY, wish));
    assertInstanceOf(
        Promoter.Done.class, promote(asking(9090), Stage.POLICY, new ImageWish.None()));
    assertEquals(List.of(), carried());
    refused(
        "nobody whose build counts states",
        promote(asking(9090), Stage.POLICY, new ImageWish.This(Digest.sha256(new byte[] {1}))));
  }

  @Test
  void as_many_operators_must_state_the_image_as_must_have_built_the_bytes() {
    Records records = Images.asked("one");
    Image alices = images.submit(records, "alice");
    stage.submit(records, "bob");
    refused(
        "1 of at least 2 operators state it: alice", promote(records, TWO, new ImageWish.Stated()));
    Image bobs = images.submit(records, "bob");
    assertEquals(alices.manifest(), bobs.manifest());
    assertInstanceOf(Promoter.Done.class, promote(records, TWO, new ImageWish.Stated()));
    assertEquals(List.of(alices.manifest()), carried());
  }

  @Test
  void two_images_of_one_recipe_are_dissent_and_neither_is_taken() {
    Records records = Images.asked("one");
    images.submit(records, "alice");
    // Bob's build is the same; his image is not what its recipe says, but somebody let it in.
    stage.submit(records, "bob");
    Digest other = Digest.sha256("another manifest".getBytes(StandardCharsets.UTF_8));
    Bundle lie = images.stated(records, images.recipe(records), other, "bob");
    stage.writing((evidence, _) -> {
      evidence.registry().blobs().put(lie.bytes());
      evidence.registry().index().addStaged(Stage.AGENT, lie.digest());
      return lie;
    });

    refused("of the same recipe", promote(records));
    refused("of the same recipe", promote(records, Stage.POLICY, new ImageWish.This(other)));
  }

  private void rejected(String reason, Runnable submission) {
    Failure failure = assertThrows(Failure.class, submission::run);
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
    assertEquals(List.of(), Staging.read(stage.evidence(), Stage.AGENT, stage.now).images());
  }

  @Test
  void an_image_that_is_not_its_recipes_is_not_kept() {
    Records records = Images.asked("one");
    ImageRecipe recipe = images.recipe(records);
    OciImage evil = images.make(recipe, "another program".getBytes(StandardCharsets.UTF_8));
    rejected(
        "its second layer is not that of the artifact",
        () ->
            images.submit(
                records, evil, images.stated(records, recipe, evil.manifest(), "alice"), "alice"));

    ImageRecipe asRoot = images.recipe(asking(1));
    OciImage other = images.make(asRoot, records.binary);
    rejected(
        "it is not run as its recipe says",
        () ->
            images.submit(
                records,
                other,
                images.stated(records, recipe, other.manifest(), "alice"),
                "alice"));

    OciImage good = images.make(records);
    ImageRecipe otherBase =
        new ImageRecipe(
            recipe.artifact(),
            recipe.baseFile(),
            Digest.sha256(new byte[] {2}),
            recipe.settings(),
            recipe.repository(),
            recipe.revision());
    rejected(
        "its layers are not the base and the artifact",
        () ->
            images.submit(
                records,
                good,
                images.stated(records, otherBase, good.manifest(), "alice"),
                "alice"));
  }

  @Test
  void an_image_whose_manifest_has_a_digest_that_is_none_is_bad_evidence() throws Exception {
    Records records = Images.asked("one");
    OciImage good = images.make(records);
    Path file =
        good.parts().stream()
            .filter(part -> part.digest().equals(good.manifest()))
            .findFirst()
            .orElseThrow()
            .file();
    String bad =
        Files.readString(file)
            .replaceFirst("\"digest\":\"sha256:[0-9a-f]{64}\"", "\"digest\":\"sha256:x\"");
    Digest digest = Digest.sha256(bad.getBytes(StandardCharsets.UTF_8));
    List<OciImage.Part> parts =
        new ArrayList<>(
            good.parts().stream().filter(part -> !part.digest().equals(good.manifest())).toList());
    parts.add(new OciImage.Part(digest, Files.writeString(folder.resolve("bad"), bad)));
    rejected(
        "a digest that is none",
        () ->
            images.submit(
                records,
                new OciImage(digest, parts),
                images.stated(records, images.recipe(records), digest, "alice"),
                "alice"));
  }

  @Test
  void a_statement_by_another_builder_or_of_another_build_is_not_kept() {
    Records records = Images.asked("one");
    OciImage image = images.make(records);
    ImageRecipe recipe = images.recipe(records);
    rejected(
        "is not of the build",
        () ->
            images.submit(
                records, image, images.stated(records, recipe, image.manifest(), "bob"), "alice"));
    rejected(
        "is not of the build",
        () ->
            images.submit(
                records,
                image,
                images.stated(Records.of("two"), recipe, image.manifest(), "alice"),
                "alice"));
    rejected(
        "expired",
        () ->
            images.submit(
                records, image, images.stated(records, recipe, image.manifest(), "old"), "alice"));
  }

  @Test
  void a_statement_of_another_form_is_not_believed() {
    Records records = Images.asked("one");
    OciImage image = images.make(records);
    String good =
        new String(
            new ImageClaim(
                    new Statement.Subject(records.name, image.manifest()),
                    images.recipe(records),
                    Digest.sha256(records.json()),
                    People.builderId("alice"))
                .statement()
                .bytes(),
            StandardCharsets.UTF_8);
    for (Map.Entry<String, String> change :
        Map.of(
                "org/alice\"}", "org/bob\"}",
                "\"recipe\":{", "\"recipe\":{\"more\":1,",
                "\"revision\":", "\"revisiom\":",
                "\"entrypoint\":\"/usr", "\"entrypoint\":\"/../usr",
                "\"buildRecord\":{", "\"other\":1,\"buildRecord\":{",
                "\"user\":65532", "\"user\":-1")
            .entrySet()) {
      assertTrue(good.contains(change.getKey()), good);
      byte[] bad =
          good.replace(change.getKey(), change.getValue()).getBytes(StandardCharsets.UTF_8);
      Bundle signed = Bundle.attest(Statement.parse(bad), stage.people.signer("alice"));
      rejected("is no valid image statement", () -> images.submit(records, image, signed, "alice"));
    }
  }

  @Test
  void a_manifest_that_names_no_digest_is_bad_evidence() {
    Records records = Images.asked("one");
    stage.submit(records, "alice");
    byte[] manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{"mediaType":"x","digest":"sha256:x","size":1},"layers":[{},{}]}\
        """
            .getBytes(StandardCharsets.UTF_8);
    rejected(
        "is not what its statement says",
        () ->
            stage.writing((evidence, catalogue) -> {
              Digest named = evidence.registry().blobs().put(manifest).digest();
              Digest bundle =
                  evidence
                      .registry()
                      .blobs()
                      .put(images.stated(records, images.recipe(records), named, "alice").bytes())
                      .digest();
              return new Acceptance(evidence, catalogue, stage.now)
                  .submitted(Stage.AGENT, bundle, named);
            }));
  }

  @Test
  void a_damaged_image_is_not_promoted() throws Exception {
    Records records = Images.asked("one");
    Image image = images.submit(records, "alice");
    Stage.flip(stage.blob(image.manifest()), 20);
    Failure failure = assertThrows(Failure.class, () -> promote(records));
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
    Files.delete(stage.blob(image.manifest()));
    assertThrows(Failure.class, () -> promote(records));
  }

  @Test
  void with_the_blobs_alone_the_image_comes_back() throws Exception {
    Records records = Images.asked("one");
    Image image = images.release(records);
    for (String part : List.of("catalogue.mv.db", "subjects", "staging", "channels", "incoming")) {
      FileTree.delete(stage.registry().resolve(part));
    }
    var _ = stage.writing((_, catalogue) -> catalogue.staged(Stage.AGENT));
    assertEquals(List.of(image.manifest()), carried());
    assertEquals(
        List.of(image.bundle()), stage.evidence().registry().index().about(image.manifest()));
    assertEquals(1, Staging.read(stage.evidence(), Stage.AGENT, stage.now).images().size());
  }
}
