package dev.selfsame.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a file system of a disk or of memory, which is asked in a way of its own, and another. */
final class OftenSeenTest {
  /** Of the kernel, and no file system of a disk. */
  private static final Path KERNELS = Path.of("/proc");

  @TempDir private Path folder;

  private static void seenAsTheJdkSees(Path path, LinkOption... options) throws IOException {
    assertEquals(FileLook.of(path, options), new OftenSeen(path, options).look(), path.toString());
  }

  @Test
  void it_looks_as_the_jdk_tells_it() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "content");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    seenAsTheJdkSees(folder, LinkOption.NOFOLLOW_LINKS);
    seenAsTheJdkSees(file);
    seenAsTheJdkSees(link);
    seenAsTheJdkSees(link, LinkOption.NOFOLLOW_LINKS);
    assertNotEquals(
        new OftenSeen(link).look(), new OftenSeen(link, LinkOption.NOFOLLOW_LINKS).look());
    seenAsTheJdkSees(KERNELS);
  }

  @Test
  void a_file_that_comes_changes_and_goes_is_seen_by_who_knew_it_before() throws IOException {
    Path file = folder.resolve("file");
    OftenSeen early = new OftenSeen(file);
    assertThrows(IOException.class, early::look);
    Files.writeString(file, "a");
    OftenSeen late = new OftenSeen(file);
    assertEquals(1, early.look().size());
    assertEquals(early.look(), late.look());
    Files.writeString(file, "longer");
    assertEquals(6, early.look().size());
    assertEquals(FileLook.of(file), late.look());
    Files.delete(file);
    assertThrows(IOException.class, early::look);
    assertThrows(IOException.class, late::look);
  }
}
