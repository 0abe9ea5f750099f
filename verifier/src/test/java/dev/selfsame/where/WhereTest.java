package dev.selfsame.where;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WhereTest {
  @TempDir private Path folder;

  @Test
  void a_place_has_one_form() {
    assertEquals(
        new Where.Container("docker:agent:/opt/a:b", Where.Engine.DOCKER, "agent", "/opt/a:b"),
        Where.parse("docker:agent:/opt/a:b"));
    assertEquals(
        new Where.Container("podman:agent", Where.Engine.PODMAN, "agent", ""),
        Where.parse("podman:agent"));
    assertEquals(new Where.Pid("pid:42", 42), Where.parse("pid:42"));
    assertEquals(new Where.Input("-"), Where.parse("-"));
    assertEquals(new Where.Local("./-", Path.of("./-")), Where.parse("./-"));
    assertEquals(new Where.Local("a:b", Path.of("a:b")), Where.parse("a:b"));
    assertEquals(
        new Where.Oci("oci:localhost:5000/agent:1", "localhost:5000/agent:1", ""),
        Where.parse("oci:localhost:5000/agent:1"));
    assertEquals(
        new Where.Oci(
            "oci:registry.example/a@sha256:0!/bin/a", "registry.example/a@sha256:0", "/bin/a"),
        Where.parse("oci:registry.example/a@sha256:0!/bin/a"));
    assertEquals(new Where.Local("./docker:x", Path.of("./docker:x")), Where.parse("./docker:x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "docker:",
        "docker:agent:",
        "docker:agent:x",
        "docker:../x:/x",
        "docker:a b:/x",
        "docker::/x",
        "podman:",
        "podman:agent:/",
        "pid:",
        "pid:0",
        "pid:-1",
        "pid:1x",
        "pid:99999999999",
        "docker:agent:/",
        "oci:",
        "oci:!/x",
        "oci:a/b!",
        "oci:a/b!x",
        "oci:a/b!/"
      })
  void half_a_place_is_wrong_usage(String text) {
    assertEquals(ExitCode.USAGE, assertThrows(Failure.class, () -> Where.parse(text)).code());
  }

  @Test
  void scratch_is_private_bounded_and_gone_afterwards() throws IOException {
    Path file;
    try (Scratch scratch = Scratch.create(10)) {
      file = scratch.keep("../../etc/agent", new ByteArrayInputStream(new byte[8]));
      assertEquals("agent", String.valueOf(file.getFileName()));
      Path own = requireNonNull(requireNonNull(file.getParent()).getParent());
      assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(own)));
      scratch.keep("..", new ByteArrayInputStream(new byte[1]));
      Failure failure =
          assertThrows(
              Failure.class, () -> scratch.keep("large", new ByteArrayInputStream(new byte[2])));
      assertEquals(ExitCode.UNDECIDED, failure.code());
    }
    assertFalse(Files.exists(file));
  }
}
