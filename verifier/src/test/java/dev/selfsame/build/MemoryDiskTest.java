package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.files.Mounts;
import dev.selfsame.files.Mounts.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryDiskTest {
  private static final long LEAST = 512L << 20;

  @TempDir private Path folder;

  private boolean hasRoom(String type, Set<String> options, long bytes) throws IOException {
    Mount mount = new Mount(folder.toRealPath(), type, options);
    return new MemoryDisk(folder, new Mounts(List.of(mount))).hasRoom(bytes);
  }

  @Test
  void a_source_stands_in_memory_where_its_scripts_run_and_there_is_room() throws IOException {
    long room = Files.getFileStore(folder).getUsableSpace();
    assertTrue(room > LEAST + (64 << 20), "the tests need 576 MiB of disk");
    assertEquals(true, hasRoom("tmpfs", Set.of("rw", "nosuid"), 1000));
    assertFalse(hasRoom("tmpfs", Set.of("rw", "noexec"), 1000), "noexec");
    assertFalse(hasRoom("ext4", Set.of("rw"), 1000), "no memory");
    assertFalse(hasRoom("tmpfs", Set.of("rw"), room / 4), "too large a source");
    assertFalse(new MemoryDisk(folder, new Mounts(List.of())).hasRoom(1000), "unknown");
    assertFalse(new MemoryDisk(folder.resolve("absent"), new Mounts(List.of())).hasRoom(1));
  }
}
