package dev.selfsame.digest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  /** FIPS 180-4's example "abc". */
  private static final String ABC =
      "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void the_standards_example_hashes_to_its_digest() {
    assertEquals(Digest.parse(ABC), Digest.sha256("abc".getBytes(UTF_8)));
    assertEquals(ABC, Digest.sha256("abc".getBytes(UTF_8)).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256",
        "sha256:",
        "md5:900150983cd24fb0d6963f7d28e17f72",
        "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
        "sha512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "sha256:../../../../../../../../../../../../../../../../../../etc/passwd",
      })
  void anything_but_a_digest_is_refused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Digest.parse(text));
  }

  @Test
  void streams_hash_what_passes_through_them() throws IOException {
    var in = new DigestingInputStream(new ByteArrayInputStream("xabc".getBytes(UTF_8), 1, 3));
    var out = new DigestingOutputStream(new ByteArrayOutputStream());
    in.transferTo(out);
    assertEquals(ABC, in.digest().toString());
    assertEquals(ABC, out.digest().toString());
    assertEquals(3, in.count());
    assertEquals(3, out.count());
  }

  @Test
  void skipped_bytes_are_hashed_too() throws IOException {
    var in = new DigestingInputStream(new ByteArrayInputStream("abc".getBytes(UTF_8)));
    assertEquals(2, in.skip(2));
    assertEquals('c', in.read());
    assertEquals(ABC, in.digest().toString());
  }

  @Test
  void threads_that_skip_into_one_buffer_do_not_spoil_each_others_hash() throws Exception {
    byte[] shared = new byte[8192];
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Boolean>> readers =
          IntStream.range(0, 400)
              .mapToObj(i -> (Callable<Boolean>) () -> passesOver((byte) i, shared))
              .toList();
      for (Future<Boolean> right : threads.invokeAll(readers)) {
        assertTrue(right.get());
      }
    }
  }

  /** Reads into a buffer without looking at it, as commons-io's {@code skip} does. */
  private static boolean passesOver(byte filling, byte[] shared) throws IOException {
    byte[] content = new byte[100_000];
    Arrays.fill(content, filling);
    try (DigestingInputStream in = new DigestingInputStream(new ByteArrayInputStream(content))) {
      while (in.read(shared, 0, shared.length) >= 0) {
        Thread.onSpinWait();
      }
      return in.digest().equals(Digest.sha256(content));
    }
  }
}
