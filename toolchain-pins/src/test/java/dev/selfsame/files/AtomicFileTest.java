package dev.selfsame.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir private Path folder;

  @Test
  void a_file_is_replaced_whole_and_nothing_else_stays() throws IOException {
    Path file = Files.writeString(folder.resolve("report"), "old and longer");
    AtomicFile.write(file, "new");
    assertEquals("new", Files.readString(file));
    assertEquals(List.of(file), inFolder());
  }

  @Test
  void a_writer_that_fails_leaves_the_file_as_it_was() throws IOException {
    Path file = Files.writeString(folder.resolve("report"), "old");
    assertThrows(
        IOException.class,
        () ->
            AtomicFile.write(
                file,
                out -> {
                  out.write(1);
                  throw new IOException("full");
                }));
    assertEquals("old", Files.readString(file));
    assertEquals(List.of(file), inFolder());
  }

  /**
   * A device is reached by a link, so that a failing test would cost the link and not the device.
   */
  @Test
  void what_is_no_regular_file_is_never_replaced() throws IOException {
    Path device = Files.createSymbolicLink(folder.resolve("null"), Path.of("/dev/null"));
    Path dangling = Files.createSymbolicLink(folder.resolve("gone"), folder.resolve("absent"));
    Path directory = Files.createDirectory(folder.resolve("directory"));
    for (Path target : List.of(device, dangling, directory)) {
      IOException refused =
          assertThrows(IOException.class, () -> AtomicFile.write(target, "report"));
      assertTrue(refused.getMessage().contains("no regular file"), refused.getMessage());
    }
    assertTrue(Files.isSymbolicLink(device) && Files.isSymbolicLink(dangling));
    assertEquals(3, inFolder().size());
  }

  private List<Path> inFolder() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
