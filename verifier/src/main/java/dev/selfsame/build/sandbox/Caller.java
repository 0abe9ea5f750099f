package dev.selfsame.build.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who runs this JVM. */
final class Caller {
  private Caller() {}

  /** Whether this process has the user id 0 (source: proc(5), owner of {@code /proc/self}). */
  static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid
          && uid == 0;
    } catch (IOException e) {
      throw new IllegalStateException("no /proc/self", e);
    }
  }
}
