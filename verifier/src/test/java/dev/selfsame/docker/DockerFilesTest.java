package dev.selfsame.docker;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.compare.tree.Archives;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import dev.selfsame.where.OpenContainer;
import dev.selfsame.where.Scratch;
import dev.selfsame.where.Where;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a real container, which was never started. */
@Needs(Component.DOCKER)
@SharesEngines
class DockerFilesTest {
  @TempDir private Path folder;
  private String image = "";
  private String container = "";

  @BeforeEach
  void container() throws Exception {
    Path root =
        new Archives()
            .file("opt/agent", 0755, new byte[300_000])
            .link("opt/latest", "agent")
            .link("opt/absolute", "/opt/agent")
            .link("opt/circle", "circle")
            .write(requireNonNull(folder).resolve("root.tar"));
    image = docker("import", root.toString());
    container = docker("create", image, "/opt/agent");
  }

  @AfterEach
  void remove() throws Exception {
    if (!container.isEmpty()) {
      docker("rm", container);
    }
    if (!image.isEmpty()) {
      docker("rmi", image);
    }
  }

  private static String docker(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = "docker";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said.strip();
  }

  private Where.Container place(String path) {
    return (Where.Container) Where.parse("docker:%s:%s".formatted(container, path));
  }

  private static Path copy(DockerFiles files, Where.Container place, Scratch scratch) {
    try (OpenContainer container = files.open(place)) {
      return container.take(place.path(), scratch).file();
    }
  }

  @Test
  void a_file_is_copied_through_links() throws IOException {
    DockerFiles files = new DockerFiles(System.getenv());
    for (String path : new String[] {"/opt/agent", "/opt/latest", "/opt/absolute"}) {
      try (Scratch scratch = Scratch.create(1 << 20)) {
        assertEquals(300_000, Files.size(copy(files, place(path), scratch)), path);
      }
    }
  }

  @Test
  void what_is_no_file_or_too_large_is_undecided() {
    DockerFiles files = new DockerFiles(System.getenv());
    for (String path : new String[] {"/opt", "/opt/circle", "/absent"}) {
      try (Scratch scratch = Scratch.create(1 << 20)) {
        Failure failure =
            assertThrows(Failure.class, () -> copy(files, place(path), scratch), path);
        assertEquals(ExitCode.UNDECIDED, failure.code());
      }
    }
    try (Scratch scratch = Scratch.create(1000)) {
      Failure failure =
          assertThrows(Failure.class, () -> copy(files, place("/opt/agent"), scratch));
      assertTrue(String.valueOf(failure.getMessage()).contains("too large"));
    }
    try (Scratch scratch = Scratch.create(1000)) {
      Where.Container nowhere = (Where.Container) Where.parse("docker:no-such-container:/x");
      Failure failure = assertThrows(Failure.class, () -> copy(files, nowhere, scratch));
      assertEquals(ExitCode.UNDECIDED, failure.code());
    }
  }
}
