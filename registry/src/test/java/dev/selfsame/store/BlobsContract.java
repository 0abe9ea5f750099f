package dev.selfsame.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every adapter of {@link Blobs} does. */
public abstract class BlobsContract {
  protected static final byte[] BYTES = "seven bytes and some more".getBytes();
  private static final Digest NOBODY = Digest.sha256("nobody".getBytes());

  /** Those of this test, empty at first; the same at each call. */
  protected abstract Blobs blobs();

  /** Puts other bytes into a blob's place, as anybody with write access can. */
  protected abstract void alter(Digest digest, byte[] bytes) throws IOException;

  /** Puts something among the blobs that is none: beside this one. */
  protected abstract void plant(Digest beside, String name) throws IOException;

  /** What is left of writing, beside the blobs and notes about them. */
  protected abstract List<String> leftovers();

  protected final Failure refused(Digest digest) {
    Failure copying =
        assertThrows(Failure.class, () -> blobs().copy(digest, OutputStream.nullOutputStream()));
    Failure reading = assertThrows(Failure.class, () -> blobs().read(digest, 1000));
    assertEquals(copying.code(), reading.code());
    return reading;
  }

  @Test
  void a_blob_is_found_by_the_digest_of_its_bytes() {
    Blob blob = blobs().put(BYTES);
    assertEquals(Digest.sha256(BYTES), blob.digest());
    assertEquals(BYTES.length, blob.size());
    assertArrayEquals(BYTES, blobs().read(blob.digest(), 1000));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertEquals(BYTES.length, blobs().copy(blob.digest(), out));
    assertArrayEquals(BYTES, out.toByteArray());
    assertEquals(OptionalLong.of(BYTES.length), blobs().size(blob.digest()));
    assertEquals(List.of(blob), blobs().list());
    assertEquals(List.of(), leftovers());
  }

  @Test
  void the_same_bytes_are_kept_once_and_the_empty_blob_is_one() {
    assertEquals(blobs().put(BYTES), blobs().put(BYTES));
    blobs().put(new byte[0]);
    assertEquals(2, blobs().list().size());
    assertArrayEquals(new byte[0], blobs().read(Digest.sha256(new byte[0]), 0));
    assertEquals(0, blobs().copy(Digest.sha256(new byte[0]), OutputStream.nullOutputStream()));
  }

  @Test
  void blobs_are_listed_sorted() {
    List<Blob> kept =
        IntStream.range(0, 20)
            .mapToObj(i -> blobs().put(("blob " + i).getBytes()))
            .sorted((a, b) -> a.digest().compareTo(b.digest()))
            .toList();
    assertEquals(kept, blobs().list());
    List<Blob> each = new ArrayList<>();
    blobs().each(each::add);
    assertEquals(kept, each);
  }

  @Test
  void one_flipped_byte_is_bad_evidence() throws IOException {
    Digest digest = blobs().put(BYTES).digest();
    byte[] flipped = BYTES.clone();
    flipped[3] ^= 1;
    alter(digest, flipped);
    Failure failure = refused(digest);
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
    assertTrue(failure.getMessage().contains("was altered"), failure.getMessage());
  }

  @Test
  void a_truncated_a_longer_and_an_empty_blob_are_bad_evidence() throws IOException {
    Digest digest = blobs().put(BYTES).digest();
    for (int length = 0; length < BYTES.length; length++) {
      alter(digest, Arrays.copyOf(BYTES, length));
      assertEquals(ExitCode.BAD_EVIDENCE, refused(digest).code());
    }
    alter(digest, Arrays.copyOf(BYTES, BYTES.length + 1));
    assertEquals(ExitCode.BAD_EVIDENCE, refused(digest).code());
  }

  @Test
  void what_is_there_is_not_told_as_gone() {
    assertEquals(List.of(), blobs().gone(Set.of()));
    assertEquals(List.of(), blobs().gone(Set.of(blobs().put(BYTES).digest())));
  }

  @Test
  void a_missing_blob_is_bad_evidence() {
    Failure failure = refused(NOBODY);
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
    assertTrue(failure.getMessage().contains("missing"));
    assertEquals(OptionalLong.empty(), blobs().size(NOBODY));
    assertEquals(Optional.empty(), blobs().state(NOBODY));
    assertEquals(List.of(), blobs().list());
  }

  @Test
  void a_blob_over_the_limit_is_not_read() {
    Digest digest = blobs().put(BYTES).digest();
    assertArrayEquals(BYTES, blobs().read(digest, BYTES.length));
    Failure failure = assertThrows(Failure.class, () -> blobs().read(digest, BYTES.length - 1));
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
  }

  @Test
  void putting_again_heals_an_altered_blob() throws IOException {
    Digest digest = blobs().put(BYTES).digest();
    for (byte[] bad : List.of(new byte[] {1}, new byte[BYTES.length])) {
      alter(digest, bad);
      blobs().put(BYTES);
      assertArrayEquals(BYTES, blobs().read(digest, 1000));
    }
  }

  @Test
  void input_that_breaks_off_leaves_nothing() {
    InputStream broken = Streams.breaking(Streams.bytes(100_000));
    Failure failure = assertThrows(Failure.class, () -> blobs().put(broken));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(failure.getMessage().contains("the cable was pulled"), failure.getMessage());
    assertEquals(List.of(), blobs().list());
    assertEquals(List.of(), leftovers());
  }

  @Test
  void output_that_takes_no_bytes_is_no_answer() {
    Digest digest = blobs().put(BYTES).digest();
    OutputStream full = Streams.full();
    Failure copying = assertThrows(Failure.class, () -> blobs().copy(digest, full));
    assertEquals(ExitCode.UNDECIDED, copying.code());
    assertThrows(IOException.class, () -> blobs().copyRange(digest, 0, 4, full));
  }

  @Test
  void any_range_of_a_blob_is_copied() throws IOException {
    byte[] bytes = Streams.bytes(200_000);
    Digest digest = blobs().put(bytes).digest();
    int[] places = {0, 1, 65_535, 65_536, 131_073, 199_999, 200_000};
    for (int from : places) {
      for (int to : places) {
        if (from <= to) {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          blobs().copyRange(digest, from, to - from, out);
          assertArrayEquals(Arrays.copyOfRange(bytes, from, to), out.toByteArray());
        }
      }
    }
  }

  @Test
  void a_range_of_a_missing_or_shorter_blob_is_refused() throws IOException {
    OutputStream out = OutputStream.nullOutputStream();
    assertThrows(NoSuchElementException.class, () -> blobs().copyRange(NOBODY, 0, 1, out));
    assertThrows(NoSuchElementException.class, () -> blobs().copyRange(NOBODY, 0, 0, out));
    Digest digest = blobs().put(BYTES).digest();
    alter(digest, Arrays.copyOf(BYTES, 5));
    for (int from : new int[] {0, 5, 6}) {
      Failure failure = assertThrows(Failure.class, () -> blobs().copyRange(digest, from, 6, out));
      assertEquals(ExitCode.UNDECIDED, failure.code());
    }
  }

  @Test
  void a_blob_that_was_written_to_has_another_state() throws IOException {
    Digest digest = blobs().put(BYTES).digest();
    Optional<String> state = blobs().state(digest);
    assertTrue(state.isPresent());
    assertEquals(state, blobs().state(digest));
    byte[] flipped = BYTES.clone();
    flipped[3] ^= 1;
    alter(digest, flipped);
    assertNotEquals(state, blobs().state(digest));
  }

  @Test
  void a_removed_blob_is_gone_and_can_be_put_again() {
    Blob other = blobs().put(new byte[] {1});
    Digest digest = blobs().put(BYTES).digest();
    blobs().put(BYTES);
    assertTrue(blobs().remove(digest));
    assertFalse(blobs().remove(digest));
    assertEquals(OptionalLong.empty(), blobs().size(digest));
    assertEquals(Optional.empty(), blobs().kept(digest));
    assertEquals(List.of(other), blobs().list());
    assertEquals(List.of(), leftovers());
    assertArrayEquals(BYTES, blobs().read(blobs().put(BYTES).digest(), 1000));
  }

  @Test
  void a_blob_is_young_again_when_it_is_put_again() throws InterruptedException {
    Digest digest = blobs().put(BYTES).digest();
    Instant first = blobs().kept(digest).orElseThrow();
    assertTrue(Duration.between(first, Instant.now()).abs().compareTo(Duration.ofMinutes(2)) < 0);
    // S3 tells times by the second.
    Thread.sleep(1100);
    assertEquals(Optional.of(first), blobs().kept(digest));
    blobs().put(BYTES);
    assertTrue(blobs().kept(digest).orElseThrow().isAfter(first));
    assertEquals(Optional.empty(), blobs().kept(NOBODY));
  }

  @Test
  void something_foreign_among_the_blobs_is_said() throws IOException {
    Digest digest = blobs().put(BYTES).digest();
    plant(digest, "README");
    assertEquals(ExitCode.BAD_EVIDENCE, assertThrows(Failure.class, blobs()::list).code());
  }

  @Test
  void many_who_put_the_same_bytes_at_once_all_have_it() throws Exception {
    byte[] bytes = Streams.bytes(300_000);
    try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Blob>> puts =
          IntStream.range(0, 12).<Callable<Blob>>mapToObj(_ -> () -> blobs().put(bytes)).toList();
      for (Future<Blob> kept : many.invokeAll(puts)) {
        assertEquals(new Blob(Digest.sha256(bytes), bytes.length), kept.get());
      }
    }
    assertArrayEquals(bytes, blobs().read(Digest.sha256(bytes), bytes.length));
    assertEquals(List.of(), leftovers());
  }
}
