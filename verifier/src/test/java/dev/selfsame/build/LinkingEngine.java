package dev.selfsame.build;

import dev.selfsame.files.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A real engine for the first command, which asks cargo; in the stead of a build it leaves a target
 * folder with a link to a place outside of it.
 *
 * @param link within the target folder, empty for itself
 */
record LinkingEngine(Engine real, String link, Path outside) implements Engine {
  @Override
  public String name() {
    return real.name();
  }

  @Override
  public Probe probe() {
    return real.probe();
  }

  @Override
  public Ending run(Sandbox sandbox) throws InterruptedException {
    if (!sandbox.command().contains("build")) {
      return real.run(sandbox);
    }
    Path target =
        sandbox.mounts().stream()
            .filter(mount -> mount.inside().equals("/build/target"))
            .findFirst()
            .orElseThrow()
            .host();
    Path place = link.isEmpty() ? target : target.resolve(link);
    Path leadsTo = link.endsWith("small") ? outside.resolve("small") : outside;
    try {
      Files.writeString(sandbox.log(), "");
      FileTree.delete(place);
      Files.createDirectories(place.getParent());
      Files.createSymbolicLink(place, leadsTo);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Ending.Exited(0, Duration.ofSeconds(1));
  }

  @Override
  public void killAll() {
    real.killAll();
  }
}
