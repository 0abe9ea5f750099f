package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Target;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.scenes.Stage;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is refused before a container is made, or found out by what was put in its place. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
class ContainerRefusalsTest extends OnDock {
  @Test
  void another_artifacts_container_is_replaced_only_where_that_was_asked() throws Exception {
    running();
    String image = dock.cli("inspect", "--format", "{{.Image}}", dock.name);
    dock.clear();
    dock.cli(
        "create",
        "--name",
        dock.name,
        "--label=dev.selfsame.target=" + dock.name,
        "--label=dev.selfsame.deployment=0123456789ab",
        "--label=dev.selfsame.name=viworks/other",
        image);
    String before = dock.state();
    Failure failure = assertThrows(Failure.class, () -> dock.deploy());
    assertEquals(ExitCode.USAGE, failure.code());
    assertSays(String.valueOf(failure.getMessage()), "viworks/other, and not viworks/agent");
    assertEquals(before, dock.state());
    Landmarks unwatched = Landmarks.UNWATCHED;
    try (Target target = dock.open(unwatched, new Consent(true, false, false))) {
      assertInstanceOf(Outcome.Healthy.class, dock.deploy(target, dock.head(), unwatched));
    }
  }

  @Test
  void a_program_replaced_between_its_check_and_its_start_is_found() throws Exception {
    dock.settings("read-only = false");
    String before = running();
    Path other = Files.write(folder.resolve("other"), agents.compiled("evil"));
    Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rwxr-xr-x"));
    dock.release(agents.compiled("v2"));
    Outcome outcome =
        dock.deploy(place -> {
          if (place.equals("before start")) {
            unchecked(
                () -> dock.cli("cp", other.toString(), dock.name + ".next:/usr/local/bin/agent"));
          }
        });
    Outcome.RolledBack back = assertInstanceOf(Outcome.RolledBack.class, outcome);
    assertEquals("prove", back.step());
    assertSays(back.reason(), "not the promoted");
    assertEquals(before, dock.state());
  }

  @Test
  void what_cannot_end_well_is_refused_before_anything_is_made() throws Exception {
    dock.release(agents.compiled("v1"));
    Release release = dock.head();
    Release.RunImage image = release.image().orElseThrow();
    try (Target target = dock.open(Landmarks.UNWATCHED)) {
      Failure other =
          assertThrows(
              Failure.class,
              () -> dock.deploy(target, with(release, Optional.of(forArm(image))), place -> {}));
      assertSays(String.valueOf(other.getMessage()), "the image is for arm64");
      assertEquals(ExitCode.NO, other.code());
      Failure none =
          assertThrows(
              Failure.class,
              () -> dock.deploy(target, with(release, Optional.empty()), place -> {}));
      assertSays(String.valueOf(none.getMessage()), "carries no image");
    }
    dock.settings("[[networks]]\nname = \"no-such-network\"");
    Failure network = assertThrows(Failure.class, () -> dock.deploy());
    assertSays(String.valueOf(network.getMessage()), "no network no-such-network");
    assertEquals(ExitCode.USAGE, network.code());
    assertEquals("", dock.state());
  }

  private static Release.RunImage forArm(Release.RunImage image) {
    return new Release.RunImage(
        image.manifest(), image.config(), image.layers(), "arm64", image.settings());
  }

  private static Release with(Release release, Optional<Release.RunImage> image) {
    return new Release(
        release.name(),
        release.channel(),
        release.seq(),
        release.artifact(),
        release.promotion(),
        release.evidence(),
        release.architecture(),
        image,
        release.blobs());
  }

  @Test
  void what_somebody_changed_by_hand_is_deployed_again_and_not_taken_for_what_it_was()
      throws Exception {
    dock.settings("read-only = false");
    running();
    Path other = Files.writeString(folder.resolve("other"), "listen = 8080\n");
    dock.cli("cp", other.toString(), dock.name + ":/etc/agent/agent.toml");
    putRightAgain("the configuration");
    dock.cli("network", "disconnect", dock.outer(), dock.name);
    putRightAgain("a network");
    Path evil = Files.write(folder.resolve("evil"), agents.compiled("evil"));
    Files.setPosixFilePermissions(evil, PosixFilePermissions.fromString("rwxr-xr-x"));
    String program = dock.cli("inspect", "--format", "{{.Path}}", dock.name);
    dock.cli("cp", evil.toString(), dock.name + ":" + program);
    putRightAgain("the program that its next start would run");
  }

  @Test
  void a_container_of_somebody_else_is_left_alone() throws Exception {
    dock.release(agents.compiled("v1"));
    dock.deploy();
    dock.cli("rm", "-f", "-v", dock.name);
    dock.cli("create", "--name", dock.name, dock.head().image().orElseThrow().config().hex());
    try {
      Failure failure = assertThrows(Failure.class, () -> dock.deploy());
      assertSays(String.valueOf(failure.getMessage()), "was made by somebody else");
    } finally {
      dock.cli("rm", "-f", dock.name);
    }
  }

  @Test
  void altered_bytes_in_the_registry_are_bad_evidence_and_nothing_is_made() throws Exception {
    String before = running();
    dock.release(agents.compiled("v2"));
    Release release = dock.head();
    Stage.flip(dock.stage.blob(release.image().orElseThrow().layers().getLast()), 900);
    try (Target target = dock.open(Landmarks.UNWATCHED)) {
      Failure failure =
          assertThrows(Failure.class, () -> dock.deploy(target, release, place -> {}));
      assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
    }
    assertEquals(before, dock.state());
    assertEquals(Optional.empty(), dock.recover());
  }

  @Test
  void capabilities_that_docker_would_not_give_are_refused_before_anything_is_made()
      throws Exception {
    dock.settings("[container]\ncapabilities = [\"NET_BIND_SERVICE\"]");
    dock.release(agents.compiled("v1"));
    Failure failure = assertThrows(Failure.class, () -> dock.deploy());
    assertEquals(ExitCode.USAGE, failure.code());
    assertSays(String.valueOf(failure.getMessage()), "to user 0 alone", "runs as 65532");
    assertEquals("", dock.state());
  }
}
