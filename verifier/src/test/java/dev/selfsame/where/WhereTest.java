package dev.selfsame.where;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.compare.tree.Archives;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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

  @Test
  void an_images_file_is_the_highest_layers() throws IOException {
    Path low =
        new Archives().file("usr/bin/agent", "old").file("etc/gone", "x").write(in("low.tar"));
    Path high =
        new Archives().file("usr/bin/agent", "new").file("etc/.wh.gone", "").write(in("high.tgz"));
    assertEquals("new", read(List.of(low, high), "/usr/bin/agent"));
    assertEquals("old", read(List.of(high, low), "usr/bin/agent"));
    ImageFile image = new ImageFile(List.of(low, high), "image");
    try (Scratch scratch = Scratch.create(100)) {
      assertThrows(Failure.class, () -> image.copy("/etc/gone", scratch), "a whiteout hides it");
      assertThrows(Failure.class, () -> image.copy("/usr/bin", scratch), "no file");
    }
  }

  @Test
  void an_opaque_folder_hides_what_lies_below_but_not_what_it_holds() throws IOException {
    Path low = new Archives().file("opt/a", "low").file("opt/b", "low").write(in("low.tar"));
    Path high =
        new Archives().file("opt/.wh..wh..opq", "").file("opt/b", "high").write(in("high.tar"));
    assertEquals("high", read(List.of(low, high), "/opt/b"));
    assertThrows(Failure.class, () -> read(List.of(low, high), "/opt/a"));
  }

  private String read(List<Path> layers, String path) throws IOException {
    try (Scratch scratch = Scratch.create(1000)) {
      return Files.readString(new ImageFile(layers, "image").copy(path, scratch));
    }
  }

  private Path in(String name) {
    return requireNonNull(folder).resolve(name);
  }
}
