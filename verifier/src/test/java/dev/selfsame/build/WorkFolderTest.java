package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
  @TempDir private Path above;

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(above)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** In a container every run's process has the same id. */
  @Test
  void what_a_killed_process_of_the_same_id_has_left_is_removed() throws IOException {
    long pid = ProcessHandle.current().pid();
    for (String name : List.of("job-%d-00", "job-%d-0123456789abcdef-0123456789abcdef")) {
      String folder = name.formatted(pid);
      Files.createDirectories(above.resolve(folder).resolve("run-control-1"));
      Files.writeString(above.resolve(folder + ".lock"), "");
    }
    WorkFolder.make(above).close();

    assertEquals(List.of(), left());
  }

  @Test
  void a_process_keeps_all_of_its_own() throws IOException {
    try (WorkFolder first = WorkFolder.make(above)) {
      Files.createDirectories(first.at("kept"));
      WorkFolder.make(above).close();
      assertTrue(Files.isDirectory(first.at("kept")));
      assertEquals(2, left().size());
    }
    assertEquals(List.of(), left());
  }

  @Test
  void a_source_in_memory_is_known_as_such() {
    try (WorkFolder work = WorkFolder.make(above)) {
      Path fast = work.atFast("source", 1);
      assertEquals(fast.startsWith(MemoryDisk.PLACE), WorkFolder.isInMemory(fast));
      assertFalse(WorkFolder.isInMemory(work.at("source")));
      assertFalse(WorkFolder.isInMemory(MemoryDisk.PLACE.resolve("cache/job/target")));
      assertFalse(WorkFolder.isInMemory(MemoryDisk.PLACE));
    }
  }
}
