package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is left when the whole program is killed. */
@Timeout(400)
final class KilledTest {
  @TempDir Path folder;

  @Needs(Component.BWRAP)
  @ParameterizedTest
  @CsvSource({"bwrap,true", "bwrap,false", "unshare,true", "unshare,false"})
  void the_command_dies_with_the_program(String engine, boolean forcibly) throws Exception {
    Bench bench = new Bench(folder);
    Process child = hang(engine, bench);
    if (forcibly) {
      child.destroyForcibly();
    } else {
      child.destroy();
    }
    awaitNone(bench);
  }

  @Test
  @Needs(Component.BWRAP)
  void the_next_run_removes_the_scratch_of_a_killed_program() throws Exception {
    Bench bench = new Bench(folder);
    hang("bwrap", bench).destroyForcibly().waitFor();
    awaitNone(bench);
    Path spool;
    try (Stream<Path> found = Files.find(folder, 2, (path, _) -> path.endsWith("spool"))) {
      spool = found.findFirst().orElseThrow();
    }
    assertNotEquals(List.of(), content(spool), "nothing was left to remove");
    WorkFolder.make(spool).close();
    assertEquals(List.of(), content(spool));
  }

  private static List<Path> content(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  @Needs(Component.DOCKER)
  void the_next_look_at_docker_removes_what_a_killed_program_left() throws Exception {
    removesWhatWasLeft("docker");
  }

  @Test
  @Needs(Component.PODMAN)
  void the_next_look_at_podman_removes_what_a_killed_program_left() throws Exception {
    removesWhatWasLeft("podman");
  }

  private void removesWhatWasLeft(String name) throws Exception {
    Bench bench = new Bench(folder);
    hang(name, bench).destroyForcibly().waitFor();
    assertNotEquals(List.of(), bench.alive(), "nothing was left to remove");
    Engine engine = ChildMain.engine(name, folder.resolve("spool"));
    assertInstanceOf(Engine.Probe.Works.class, engine.probe());
    awaitNone(bench);
  }

  private Process hang(String engine, Bench bench) throws Exception {
    Process child = Child.same(folder).start(engine, "hang", bench.marked().substring(6));
    while (bench.alive().isEmpty()) {
      if (!child.isAlive()) {
        throw new AssertionError(new String(child.getInputStream().readAllBytes()));
      }
      Thread.sleep(20);
    }
    return child;
  }

  private static void awaitNone(Bench bench) throws Exception {
    for (int i = 0; i < 500 && !bench.alive().isEmpty(); i++) {
      Thread.sleep(20);
    }
    assertEquals(List.of(), bench.alive());
  }
}
