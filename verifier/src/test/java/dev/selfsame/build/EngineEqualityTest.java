package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Needs(Component.BWRAP)
@Needs(Component.UNSHARE)
@Needs(Component.DOCKER)
@Needs(Component.PODMAN)
@Timeout(400)
final class EngineEqualityTest {
  @TempDir Path folder;

  @Test
  void every_engine_builds_the_same_bytes() throws Exception {
    Set<String> digests = new TreeSet<>();
    for (String engine : List.of("bwrap", "unshare", "docker", "podman")) {
      Path own = Files.createDirectory(folder.resolve(engine));
      String digest = Child.same(own).run(engine, "build");
      System.out.println(engine + ": " + digest);
      assertTrue(digest.matches("sha256:[0-9a-f]{64}"), engine + ": " + digest);
      digests.add(digest);
    }
    assertEquals(1, digests.size(), digests.toString());
  }
}
