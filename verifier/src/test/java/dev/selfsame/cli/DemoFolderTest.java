package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoFolderTest {
  @TempDir private Path current;

  @Test
  void two_demos_of_one_place_do_not_meet() throws Exception {
    try (DemoFolder first = claim("place")) {
      Failure refused = assertThrows(Failure.class, () -> claim("place"));
      assertEquals(ExitCode.UNDECIDED, refused.code());
      Files.writeString(first.partial().resolve("report.html"), "x");
      first.finish();
    }
    assertEquals("x", Files.readString(current.resolve("place/report.html")));
    assertEquals(ExitCode.USAGE, assertThrows(Failure.class, () -> claim("place")).code());
  }

  @Test
  void two_demos_without_a_name_take_two() throws Exception {
    try (DemoFolder first = claim(null);
        DemoFolder second = claim(null)) {
      assertEquals(current.resolve("selfsame-demo"), first.place());
      assertEquals(current.resolve("selfsame-demo-2"), second.place());
    }
    try (DemoFolder again = claim(null)) {
      assertEquals(current.resolve("selfsame-demo"), again.place());
    }
  }

  @Test
  void what_a_killed_demo_left_goes_with_the_next() throws Exception {
    Path key = current.resolve(".place.partial/keys/promoter.key");
    Files.createDirectories(key.getParent());
    Files.writeString(key, "secret");
    try (DemoFolder folder = claim("place")) {
      assertTrue(Files.isDirectory(folder.partial()));
      assertFalse(Files.exists(key));
    }
    assertFalse(Files.exists(current.resolve(".place.partial")));
    assertFalse(Files.exists(current.resolve("place")));
  }

  @Test
  void an_empty_folder_is_filled_and_another_file_is_left_alone() throws Exception {
    Files.createDirectory(current.resolve("empty"));
    try (DemoFolder folder = claim("empty")) {
      assertTrue(Files.isDirectory(current.resolve("empty")));
      folder.finish();
    }
    Files.writeString(current.resolve("file"), "mine");
    Failure refused = assertThrows(Failure.class, () -> claim("file"));
    assertEquals(ExitCode.USAGE, refused.code());
    assertEquals("mine", Files.readString(current.resolve("file")));
  }

  private DemoFolder claim(@Nullable String name) throws IOException {
    return DemoFolder.claim(
        name == null ? null : Path.of(name), current, current.resolve("cache/locks"));
  }
}
