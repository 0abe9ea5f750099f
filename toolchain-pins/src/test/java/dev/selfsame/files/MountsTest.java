package dev.selfsame.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MountsTest {
  private static final Mounts MOUNTS =
      Mounts.parse(
          """
          overlay / overlay rw,relatime 0 0
          tmpfs /dev tmpfs rw,nosuid 0 0
          shm /dev/shm tmpfs rw,nosuid,nodev,noexec 0 0
          tmpfs /mnt/with\\040space tmpfs rw 0 0
          /dev/sda1 /mnt/with\\040space ext4 ro 0 0
          cut short
          """);

  private static String typeAt(String path) {
    return MOUNTS.of(Path.of(path)).map(Mounts.Mount::type).orElse("");
  }

  @Test
  void a_path_is_on_the_nearest_and_latest_mount() {
    assertEquals("overlay", typeAt("/home/x"));
    assertEquals("tmpfs", typeAt("/dev/null"));
    assertTrue(MOUNTS.of(Path.of("/dev/shm/x")).orElseThrow().options().contains("noexec"));
    assertEquals("ext4", typeAt("/mnt/with space/x"));
    assertEquals(Optional.empty(), new Mounts(java.util.List.of()).of(Path.of("/")));
  }

  @Test
  void a_mount_point_is_the_place_itself() {
    assertTrue(MOUNTS.isPoint(Path.of("/mnt/with space")));
    assertFalse(MOUNTS.isPoint(Path.of("/mnt")));
    assertFalse(MOUNTS.isPoint(Path.of("/dev/shm/x")));
  }

  @Test
  void the_kernels_own_list_is_read() {
    assertTrue(Mounts.ofProcess().isPoint(Path.of("/proc")));
  }
}
