package dev.selfsame.store.jdbi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Digests in rows of H2. */
final class DigestBytesTest {
  @Test
  void they_come_back_and_are_ordered_as_their_text() {
    List<Digest> sorted =
        List.of(
            Digest.parse("sha256:00" + "f".repeat(62)),
            Digest.parse("sha256:7f" + "0".repeat(62)),
            Digest.parse("sha256:80" + "0".repeat(62)),
            Digest.parse("sha512:" + "0".repeat(128)),
            Digest.parse("sha512:" + "f".repeat(128)));
    byte[] before = DigestBytes.beforeAll();
    for (Digest digest : sorted) {
      byte[] row = DigestBytes.of(digest);
      assertEquals(digest, DigestBytes.digest(row));
      assertTrue(Arrays.compareUnsigned(before, row) < 0, digest.toString());
      before = row;
    }
  }

  @Test
  void what_is_no_digest_is_refused() {
    for (byte[] row : List.of(new byte[0], new byte[33], new byte[] {1, 2}, new byte[] {3, 0})) {
      assertThrows(IllegalArgumentException.class, () -> DigestBytes.digest(row));
    }
  }
}
