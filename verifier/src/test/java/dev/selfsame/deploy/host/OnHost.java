package dev.selfsame.deploy.host;

import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Release;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A folder of this machine, to which a real service is deployed. */
@Needs(Component.GCC)
abstract class OnHost {
  @TempDir Path folder;
  HostScene scene;

  @BeforeEach
  void open() throws IOException {
    scene = new HostScene(folder.toRealPath());
  }

  @AfterEach
  void close() throws InterruptedException {
    scene.close();
  }

  static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /** Puts another program in the place of a release's. */
  Landmarks swap(Release release, String at) throws Exception {
    scene.release("evil");
    Path evil = scene.folder.resolve("service-evil");
    Path file = scene.root.resolve("releases/" + release.artifact().hex() + "/service");
    return place -> {
      if (place.equals(at)) {
        replace(evil, file);
      }
    };
  }

  static void replace(Path evil, Path file) {
    try {
      Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.copy(
          evil, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
