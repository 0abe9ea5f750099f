package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BuildRecord;
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

  @Test
  void every_engine_builds_a_commit_with_its_crates_to_the_same_bytes() throws Exception {
    try (TestProject project = new TestProject(folder)) {
      String panics = "pub fn f(n: usize) -> usize { let v = vec![1, 2]; v[n] + line!() as usize }";
      var crate = project.registry.addLibrary("panicky", "0.3.1", panics);
      project.manifest("[dependencies]\npanicky = \"0.3\"\n").lock(crate);
      String prints = "fn main() { println!(\"{}\", panicky::f(std::env::args().count())); }\n";
      project.write("src/main.rs", prints).commit();
      Set<String> digests = new TreeSet<>();
      for (String engine : List.of("bwrap", "unshare", "docker", "podman")) {
        Engine with = ChildMain.engine(engine, project.cache.resolve("work"));
        BuildRequest request = project.request(BuildRequest.Checks.NONE, null);
        BuildRecord record = new Builder(project.host(with)).build(request).record();
        assertEquals(engine, record.engine().name());
        digests.add(record.outputs().getFirst().digest().toString());
      }
      assertEquals(1, digests.size(), digests.toString());
    }
  }
}
