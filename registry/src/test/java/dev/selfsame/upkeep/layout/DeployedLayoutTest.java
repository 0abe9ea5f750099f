package dev.selfsame.upkeep.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.oci.DeployRepositories;
import dev.selfsame.oci.Reference;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Image;
import dev.selfsame.promote.Promoter;
import dev.selfsame.scenes.Images;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.TagName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is deployed goes out whole, or not at all. */
final class DeployedLayoutTest {
  private static final RepositoryName AGENT = new RepositoryName("deploy/viworks/agent");
  private static final Optional<Reference> WHOLE = Optional.empty();
  private static final String DAY = Stage.POLICY + "promotion-lifetime-days = 1\n";

  @TempDir private Path folder;
  private Stage stage;
  private final Records records = Records.of("one");

  @BeforeEach
  void open() {
    stage = new Stage(folder);
  }

  private static Optional<Reference> tag(String name) {
    return Optional.of(new Reference.ByTag(new TagName(name)));
  }

  private LayoutExport.Exported export(Optional<Reference> one) {
    DeployRepositories deploy =
        new DeployRepositories(
            () -> Optional.of(stage.evidence()), Clock.fixed(stage.now, ZoneOffset.UTC));
    return new LayoutExport(deploy, AGENT).to(folder.resolve("layout"), one);
  }

  private void refused(ExitCode code, String why, Optional<Reference> one) {
    Failure failure = assertThrows(Failure.class, () -> export(one));
    assertEquals(code, failure.code(), failure.getMessage());
    assertTrue(String.valueOf(failure.getMessage()).contains(why), failure.getMessage());
    assertFalse(Files.exists(folder.resolve("layout")));
  }

  @Test
  void bad_evidence_is_no_export_of_nothing() {
    Promoter.Done done = stage.release(records);
    Stage.flip(stage.blob(done.promotion().bundle()), 1);
    refused(ExitCode.BAD_EVIDENCE, "was altered", WHOLE);
    refused(ExitCode.BAD_EVIDENCE, "was altered", tag("production"));
  }

  @Test
  void altered_bytes_are_bad_evidence_and_no_proven_no() {
    stage.release(records);
    Stage.flip(stage.blob(records.artifact()), 1);
    refused(ExitCode.BAD_EVIDENCE, "was altered", WHOLE);
    refused(ExitCode.BAD_EVIDENCE, "was altered", tag("production"));
  }

  @Test
  void a_promotion_that_has_ended_is_a_no() {
    stage.submit(records, "alice");
    stage.promote(records.artifact(), "production", DAY, "pat");
    stage.now = stage.now.plusSeconds(86_401);
    refused(ExitCode.NO, "has ended", WHOLE);
    refused(ExitCode.NO, "has ended", tag("production"));
  }

  @Test
  void one_channel_that_is_refused_is_not_left_out() {
    stage.release(records);
    stage.promote(records.artifact(), "canary", DAY, "pat");
    assertEquals(2, export(WHOLE).tags());
    move("layout", "both");
    stage.now = stage.now.plusSeconds(86_401);
    refused(ExitCode.NO, "has ended", WHOLE);
    assertEquals(1, export(tag("production")).tags());
  }

  @Test
  void an_image_that_is_withheld_is_not_left_out() {
    Image image = new Images(stage).release(Images.asked("one"));
    assertEquals(2, export(WHOLE).tags());
    move("layout", "both");
    Stage.flip(stage.blob(image.manifest()), 10);
    refused(ExitCode.BAD_EVIDENCE, "was altered", WHOLE);
    refused(ExitCode.BAD_EVIDENCE, "was altered", tag("production.image"));
    assertEquals(1, export(tag("production")).tags());
  }

  private void move(String from, String to) {
    assertTrue(folder.resolve(from).toFile().renameTo(folder.resolve(to).toFile()));
  }
}
