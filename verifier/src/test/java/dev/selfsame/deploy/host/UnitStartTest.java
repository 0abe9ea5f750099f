package dev.selfsame.deploy.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Outcome.RolledBack;
import dev.selfsame.deploy.Release;
import dev.selfsame.machine.OnSystemd;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A start that does not end in time, and the time in which nobody answers. */
@OnSystemd
@Needs(Component.GCC)
class UnitStartTest {
  private static final Path UNITS = Path.of("/etc/systemd/system");

  /** Has every start of version two hang: what the unit itself does first, by a drop-in. */
  private static void hang(Release two) throws IOException {
    Path folder = Files.createDirectories(UNITS.resolve(HostScene.UNIT.name() + ".d"));
    Files.writeString(
        folder.resolve("first.conf"),
        """
        [Service]
        ExecStartPre=/bin/sh -c 'readlink %s/current/service | grep -q %s && exec sleep 600; true'
        """
            .formatted(HostScene.UNIT.root(), two.artifact().hex()));
  }

  @Test
  void a_start_takes_as_long_as_the_health_time_out_and_no_longer() throws Exception {
    UnitScene scene = new UnitScene();
    scene.healthy(scene.release("one"));
    Release two = scene.release("two");
    hang(two);
    Instant begin = Instant.now();
    // "unready" declares a time-out of one second.
    RolledBack back = assertInstanceOf(RolledBack.class, scene.deploy(two, "unready"));
    assertTrue(Duration.between(begin, Instant.now()).toSeconds() < 60, "not systemctl's own");
    assertEquals("start", back.step());
    assertTrue(back.reason().startsWith("systemctl start service.service: "), back.reason());
    assertTrue(
        back.lastLines().stream().anyMatch(line -> line.contains("timed out")),
        back.lastLines().toString());
    assertEquals("one", scene.answers());
  }

  @Test
  void a_start_that_waits_for_another_unit_says_for_which() throws Exception {
    UnitScene scene = new UnitScene();
    Files.writeString(
        UNITS.resolve("never.service"),
        """
        [Unit]
        Before=network-online.target
        [Service]
        Type=oneshot
        ExecStart=/bin/sleep 600
        """);
    Path wants = Files.createDirectories(UNITS.resolve("network-online.target.wants"));
    Files.createSymbolicLink(wants.resolve("never.service"), UNITS.resolve("never.service"));
    UnitScene.said("systemctl", "daemon-reload");
    Instant begin = Instant.now();
    RolledBack back =
        assertInstanceOf(RolledBack.class, scene.deploy(scene.release("one"), "unready"));
    assertTrue(Duration.between(begin, Instant.now()).toSeconds() < 60);
    assertEquals("start", back.step());
    assertEquals(
        "service.service was not started within 4000 ms: it waits for never.service",
        back.reason());
    assertTrue(HostScene.SYSTEMCTL.state(HostScene.UNIT.name()).isAbsent());
  }

  @Test
  void the_plan_tells_how_long_nobody_will_answer() throws Exception {
    UnitScene scene = new UnitScene();
    scene.healthy(scene.release("one"));
    assertTrue(plan(scene, "two").contains("is measured, and told next time"));
    Outcome.Healthy healthy =
        assertInstanceOf(Outcome.Healthy.class, scene.deploy(scene.release("two"), "ok"));
    String found =
        healthy.findings().stream()
            .filter(finding -> finding.step().equals("health"))
            .findFirst()
            .orElseThrow()
            .found();
    Matcher measured = Pattern.compile("; nobody answered for ([0-9]+) ms").matcher(found);
    assertTrue(measured.find(), found);
    String plan = plan(scene, "one");
    assertTrue(plan.contains("it took %s ms the last time".formatted(measured.group(1))), plan);
  }

  private static String plan(UnitScene scene, String version) throws Exception {
    return scene
        .scene
        .unit(scene.scene.settings("ok"), Landmarks.UNWATCHED)
        .plan(scene.release(version))
        .text();
  }
}
