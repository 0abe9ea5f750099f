package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.Fixtures;
import dev.selfsame.compare.tree.Archives;
import dev.selfsame.digest.Digest;
import dev.selfsame.docker.ContainerScene;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Json;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import dev.selfsame.where.Where;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code compare} and {@code inspect} of files of a real container, which was never started. */
@Needs(Component.DOCKER)
@SharesEngines
class CompareInDockerTest {
  private static final Path ABORT = Fixtures.path("hello-abort");
  private static final Path SYMBOLS = Fixtures.path("hello-symbols");

  @TempDir Path folder;
  private ContainerScene containers;
  private Captured program;
  private String container = "";

  @BeforeEach
  void container() throws Exception {
    containers = new ContainerScene(Where.Engine.DOCKER, folder);
    program = new Captured(folder);
    String host = System.getenv("DOCKER_HOST");
    if (host != null) {
      program.with("DOCKER_HOST", host);
    }
    String image =
        containers.image(
            new Archives()
                .file("opt/agent", 0755, Files.readAllBytes(ABORT))
                .file("opt/other", 0755, Files.readAllBytes(SYMBOLS))
                .link("opt/latest", "other"));
    container = "docker:" + containers.create(image, "/opt/agent");
  }

  @AfterEach
  void remove() throws Exception {
    containers.close();
  }

  private void ends(int status, String first, String... words) {
    assertEquals(status, program.run(words), () -> program.out() + program.err());
    assertTrue(program.out().startsWith(first), program.out());
  }

  @Test
  void a_file_in_a_container_is_compared_as_a_local_one_is() {
    String agent = container + ":/opt/agent";
    ends(0, "identical: ", "compare", ABORT.toString(), agent);
    ends(0, "identical: ", "compare", agent, ABORT.toString());
    ends(1, "differs: ", "compare", SYMBOLS.toString(), agent);
    ends(1, "differs: ", "compare", agent, container + ":/opt/latest");
    ends(0, "identical: ", "compare", SYMBOLS.toString(), container + ":/opt/latest");
    // Without a path it is what the container would start.
    ends(0, "identical: ", "compare", ABORT.toString(), container);
    ends(1, "differs: 3 files, 2 different", "compare", agent, SYMBOLS.toString(), container);
  }

  @Test
  void a_file_in_a_container_is_inspected_byte_for_byte() throws IOException {
    for (String place : new String[] {container, container + ":/opt/agent"}) {
      assertEquals(Digest.sha256(Files.readAllBytes(ABORT)), digest(place), place);
    }
    assertEquals(Digest.sha256(Files.readAllBytes(SYMBOLS)), digest(container + ":/opt/latest"));
    ends(0, "agent: ELF 64-bit", "inspect", container);
  }

  private Digest digest(String place) {
    ends(0, "{", "inspect", "--json", place);
    byte[] json = program.out().getBytes(StandardCharsets.UTF_8);
    return Json.read(json, BinaryFacts.class).sha256();
  }
}
