package dev.selfsame.deploy.host;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Sight;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link HostScene} whose target is a unit of the systemd that it runs on. */
final class UnitScene {
  private static final int TIMES = 200;

  final HostScene scene = HostScene.onSystemd();

  UnitScene() throws IOException {}

  Path root() {
    return scene.root;
  }

  Path state() {
    return scene.state();
  }

  Release release(String version) throws IOException, InterruptedException {
    return scene.release(version);
  }

  Path program(String version) {
    return scene.folder.resolve("service-" + version);
  }

  Outcome deploy(Release release, String mode) throws IOException, InterruptedException {
    return deploy(release, mode, Landmarks.UNWATCHED);
  }

  Outcome deploy(Release release, String mode, Landmarks landmarks)
      throws IOException, InterruptedException {
    DeployFile settings = scene.settings(mode);
    return scene.deploy(scene.unit(settings, landmarks), settings, release, landmarks);
  }

  /** Deploys, and has to end well. */
  void healthy(Release release) throws IOException, InterruptedException {
    assertInstanceOf(Outcome.Healthy.class, deploy(release, "ok"), this::journal);
  }

  Outcome recover() throws IOException, InterruptedException {
    return scene
        .recover(scene.unit(scene.settings("ok"), Landmarks.UNWATCHED))
        .orElseThrow(() -> new AssertionError("nothing was broken off"));
  }

  Sight look() throws InterruptedException {
    return HostLook.unit(HostScene.UNIT, HostScene.SYSTEMCTL);
  }

  String answers() throws InterruptedException {
    return scene.answers();
  }

  String tree() throws IOException {
    return scene.tree();
  }

  List<Long> processes() {
    return scene.processes();
  }

  long pid() {
    return Long.parseLong(property("MainPID"));
  }

  String property(String name) {
    return said("systemctl", "show", "--value", "--property=" + name, HostScene.UNIT.name());
  }

  /** What the service wrote, whole. */
  String journal() {
    said("journalctl", "--sync");
    return said("journalctl", "--output=cat", "--unit=" + HostScene.UNIT.name()) + "\n";
  }

  void awaitAnother(long pid) throws InterruptedException {
    for (int i = 0; i < TIMES && (pid() == pid || scene.answers().isEmpty()); i++) {
      Thread.sleep(50);
    }
  }

  void awaitAnswer(String version) throws InterruptedException {
    for (int i = 0; i < TIMES && !scene.answers().equals(version); i++) {
      Thread.sleep(50);
    }
  }

  /** Runs a program; what it said. */
  static String said(String... command) {
    try {
      Process process =
          new ProcessBuilder(new ArrayList<>(List.of(command)))
              .redirectInput(new File("/dev/null"))
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return said.strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
