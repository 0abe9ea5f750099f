package dev.selfsame.deploy.host;

import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Target;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A deployment in a process of its own, which stops at a place and says so, for a test to kill it
 * there: {@code FOLDER PORT VERSION MODE PLACE dir|unit}.
 */
final class DeployMain {
  private DeployMain() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[0]);
    boolean unit = args[5].equals("unit");
    Path root = unit ? HostScene.UNIT.root() : folder.resolve("agent");
    HostScene scene = new HostScene(folder, root, Integer.parseInt(args[1]));
    Landmarks stop =
        place -> {
          if (place.equals(args[4])) {
            System.out.println("at: " + place);
            System.out.flush();
            sleep();
          }
        };
    Release release = scene.release(args[2]);
    DeployFile settings = scene.settings(args[3]);
    Target target = unit ? scene.unit(settings, stop) : scene.target(settings, stop);
    System.out.println("ended: " + scene.deploy(target, settings, release, stop).code());
  }

  private static void sleep() {
    try {
      Thread.sleep(600_000);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
