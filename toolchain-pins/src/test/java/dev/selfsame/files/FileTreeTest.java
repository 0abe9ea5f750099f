package dev.selfsame.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {
  @TempDir private Path folder;

  @Test
  void a_tree_with_links_and_read_only_files_is_brought_to_the_disk() throws IOException {
    Path file = Files.createDirectories(folder.resolve("tree/a/b")).resolve("file");
    Files.writeString(file, "x");
    file.toFile().setReadOnly();
    Files.createSymbolicLink(folder.resolve("tree/nowhere"), Path.of("/nonexistent/x"));
    Files.createSymbolicLink(folder.resolve("tree/round"), Path.of("a"));
    FileTree.sync(folder.resolve("tree"));
    assertEquals("x", Files.readString(file));
    assertThrows(IOException.class, () -> FileTree.sync(folder.resolve("absent")));
  }
}
