package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Files in which thousands of sections name the same bytes, each of them worth a look. */
final class Overlapping {
  private static final byte[] PATH = "/rustc/aabb/src/lib.rs".getBytes(StandardCharsets.US_ASCII);

  private Overlapping() {}

  /** Paths that are nearly rustc's own, to be written over from the beginning. */
  static ByteBuffer filled(int size) {
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    while (file.hasRemaining()) {
      file.put(PATH, 0, Math.min(PATH.length, file.remaining()));
    }
    return file.rewind();
  }

  /** Half a minute before sections were searched once; a fraction of a second since. */
  static void readsSoon(byte[] file) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> assertEquals(file.length, InMemory.read(file).size()));
  }
}
