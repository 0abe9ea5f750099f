package dev.selfsame.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.RunningDigest;
import dev.selfsame.store.Uploads.NoSuchUpload;
import dev.selfsame.store.Uploads.OutOfPlace;
import dev.selfsame.store.Uploads.WrongDigest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every adapter of {@link Uploads} does. */
public abstract class UploadsContract {
  protected static final byte[] BYTES = Streams.bytes(100_000);

  /** Those of this test, none at first; the same at each call. */
  protected abstract Uploads uploads();

  /** Others over the same storage, as another process has them. */
  protected abstract Uploads elsewhere();

  /** What finished uploads become. */
  protected abstract Blobs blobs();

  protected abstract void clear(Duration age, Instant now);

  /** What is left of uploads, in any form. */
  protected abstract List<String> leftovers();

  protected static long append(Uploads to, String id, long from, byte[] bytes) throws IOException {
    return to.append(id, from, bytes.length, new ByteArrayInputStream(bytes));
  }

  protected static byte[] part(int from, int to) {
    return Arrays.copyOfRange(BYTES, from, to);
  }

  /** The bytes are a blob, and nothing else is left. */
  protected final void assertKept(Blob blob) {
    assertEquals(new Blob(Digest.sha256(BYTES), BYTES.length), blob);
    assertArrayEquals(BYTES, blobs().read(blob.digest(), BYTES.length));
    assertEquals(List.of(), leftovers());
  }

  @Test
  void an_upload_that_was_given_up_is_told_and_goes_unless_somebody_goes_on_with_it()
      throws IOException {
    String id = uploads().begin();
    append(uploads(), id, 0, part(0, 1000));
    Instant later = Instant.now().plusSeconds(60);
    Instant before = Instant.now().minusSeconds(60);
    assertEquals(List.of(), uploads().abandoned(before));
    assertEquals(List.of(new Uploads.Abandoned(id, 1000)), elsewhere().abandoned(later));
    assertFalse(uploads().cancelAbandoned(id, before));
    assertEquals(OptionalLong.of(1000), uploads().received(id));
    assertTrue(elsewhere().cancelAbandoned(id, later));
    assertEquals(OptionalLong.empty(), uploads().received(id));
    assertFalse(uploads().cancelAbandoned(id, later));
    assertFalse(uploads().cancelAbandoned("../" + id, later));
    assertEquals(List.of(), leftovers());
  }

  @Test
  void an_upload_at_once_becomes_a_blob() throws IOException {
    String id = uploads().begin();
    assertTrue(id.matches("[0-9a-f]{32}"), id);
    assertNotEquals(id, uploads().begin());
    assertEquals(OptionalLong.of(0), uploads().received(id));
    assertEquals(BYTES.length, append(uploads(), id, -1, BYTES));
    assertEquals(OptionalLong.of(BYTES.length), uploads().received(id));
    assertEquals(List.of(), blobs().list());
    Blob blob = uploads().finish(id, Digest.sha256(BYTES));
    assertEquals(List.of(blob), blobs().list());
    assertArrayEquals(BYTES, blobs().read(blob.digest(), BYTES.length));
    assertEquals(OptionalLong.empty(), uploads().received(id));
  }

  @Test
  void chunks_of_any_size_come_together() throws IOException {
    String id = uploads().begin();
    int at = 0;
    for (int size : new int[] {1, 0, 2, 4096, 30_000, 60_000, BYTES.length}) {
      int to = Math.min(BYTES.length, at + size);
      assertEquals(to, append(uploads(), id, at, part(at, to)));
      assertEquals(OptionalLong.of(to), uploads().received(id));
      at = to;
    }
    assertKept(uploads().finish(id, Digest.sha256(BYTES)));
  }

  @Test
  void an_upload_of_nothing_is_the_empty_blob() throws IOException {
    Digest digest = Digest.sha256(new byte[0]);
    assertEquals(new Blob(digest, 0), uploads().finish(uploads().begin(), digest));
    assertArrayEquals(new byte[0], blobs().read(digest, 0));
    assertEquals(List.of(), leftovers());
  }

  @Test
  void a_sha512_digest_is_one_too() throws IOException {
    RunningDigest hash = new RunningDigest(Digest.Algorithm.SHA512);
    hash.update(BYTES, 0, BYTES.length);
    Digest digest = hash.digest();
    String id = uploads().begin();
    append(uploads(), id, 0, part(0, 70_000));
    append(uploads(), id, 70_000, part(70_000, BYTES.length));
    assertEquals(new Blob(digest, BYTES.length), uploads().finish(id, digest));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    blobs().copyRange(digest, 0, BYTES.length, out);
    assertArrayEquals(BYTES, out.toByteArray());
  }

  @Test
  void bytes_in_the_wrong_place_are_refused_and_change_nothing() throws IOException {
    String id = uploads().begin();
    append(uploads(), id, 0, part(0, 1000));
    for (long from : new long[] {0, 999, 1001, Long.MAX_VALUE}) {
      OutOfPlace refused =
          assertThrows(OutOfPlace.class, () -> append(uploads(), id, from, part(0, 10)));
      assertEquals(1000, refused.stands());
    }
    append(uploads(), id, 1000, part(1000, BYTES.length));
    assertKept(uploads().finish(id, Digest.sha256(BYTES)));
  }

  @Test
  void what_came_before_a_stream_broke_is_kept_and_goes_on() throws IOException {
    String id = uploads().begin();
    assertThrows(
        IOException.class,
        () -> uploads().append(id, 0, BYTES.length, Streams.breaking(part(0, 70_001))));
    assertEquals(OptionalLong.of(70_001), uploads().received(id));
    append(uploads(), id, 70_001, part(70_001, BYTES.length));
    assertKept(uploads().finish(id, Digest.sha256(BYTES)));
  }

  @Test
  void an_upload_with_another_digest_is_gone() throws IOException {
    String id = uploads().begin();
    append(uploads(), id, 0, part(0, 99_999));
    assertThrows(WrongDigest.class, () -> uploads().finish(id, Digest.sha256(BYTES)));
    assertEquals(List.of(), blobs().list());
    assertEquals(List.of(), leftovers());
    assertThrows(NoSuchUpload.class, () -> uploads().finish(id, Digest.sha256(part(0, 99_999))));
  }

  @Test
  void an_ended_upload_takes_nothing() throws IOException {
    String finished = uploads().begin();
    append(uploads(), finished, 0, BYTES);
    uploads().finish(finished, Digest.sha256(BYTES));
    String cancelled = uploads().begin();
    append(uploads(), cancelled, 0, BYTES);
    assertTrue(uploads().cancel(cancelled));
    for (String id : List.of(finished, cancelled)) {
      assertFalse(uploads().cancel(id));
      assertEquals(OptionalLong.empty(), uploads().received(id));
      assertThrows(NoSuchUpload.class, () -> append(uploads(), id, -1, BYTES));
      assertThrows(NoSuchUpload.class, () -> uploads().finish(id, Digest.sha256(BYTES)));
    }
    assertEquals(List.of(), leftovers());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "../blobs",
        "00000000000000000000000000000000",
        "a/b",
        "0000000000000000000000000000000",
        "ABCDEF00000000000000000000000000"
      })
  void an_id_that_was_not_given_is_none(String id) {
    uploads().begin();
    assertEquals(OptionalLong.empty(), uploads().received(id));
    assertFalse(uploads().cancel(id));
    assertThrows(NoSuchUpload.class, () -> append(uploads(), id, -1, BYTES));
    assertThrows(NoSuchUpload.class, () -> uploads().finish(id, Digest.sha256(BYTES)));
  }

  @Test
  void an_upload_goes_on_in_another_process() throws IOException {
    String id = uploads().begin();
    append(uploads(), id, 0, part(0, 40_000));
    assertEquals(OptionalLong.of(40_000), elsewhere().received(id));
    append(elsewhere(), id, 40_000, part(40_000, 80_000));
    assertThrows(OutOfPlace.class, () -> append(uploads(), id, 40_000, part(0, 10)));
    append(uploads(), id, 80_000, part(80_000, BYTES.length));
    assertKept(elsewhere().finish(id, Digest.sha256(BYTES)));
    assertThrows(NoSuchUpload.class, () -> append(uploads(), id, -1, BYTES));
    assertThrows(NoSuchUpload.class, () -> uploads().finish(id, Digest.sha256(BYTES)));
  }

  @Test
  void an_upload_that_grew_elsewhere_is_ended_with_all_of_its_bytes() throws IOException {
    String id = uploads().begin();
    append(uploads(), id, 0, part(0, 40_000));
    append(elsewhere(), id, 40_000, part(40_000, BYTES.length));
    assertKept(uploads().finish(id, Digest.sha256(BYTES)));
  }

  @Test
  void an_upload_begun_here_and_sent_elsewhere_ends_here() throws IOException {
    String id = uploads().begin();
    append(elsewhere(), id, -1, BYTES);
    assertKept(uploads().finish(id, Digest.sha256(BYTES)));
  }

  @Test
  void of_many_who_add_at_one_place_one_can() throws Exception {
    String id = uploads().begin();
    List<Callable<Long>> appends = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      appends.add(() -> append(uploads(), id, 0, BYTES));
    }
    assertEquals(1, succeeded(appends));
    assertKept(uploads().finish(id, Digest.sha256(BYTES)));
  }

  @Test
  void of_many_who_end_an_upload_all_that_succeed_have_the_blob() throws Exception {
    String id = uploads().begin();
    append(uploads(), id, 0, BYTES);
    List<Callable<Long>> ends = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      ends.add(() -> uploads().finish(id, Digest.sha256(BYTES)).size());
    }
    assertEquals(1, succeeded(ends));
    assertKept(new Blob(Digest.sha256(BYTES), blobs().size(Digest.sha256(BYTES)).orElseThrow()));
  }

  /** How many gave how many bytes there are; the others were refused properly. */
  protected static int succeeded(List<Callable<Long>> calls) throws InterruptedException {
    int succeeded = 0;
    try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Long> done : many.invokeAll(calls)) {
        if (done.state() == Future.State.SUCCESS) {
          assertEquals(BYTES.length, done.resultNow());
          succeeded++;
        } else {
          Throwable refused = done.exceptionNow();
          assertTrue(
              refused instanceof OutOfPlace || refused instanceof NoSuchUpload,
              () -> refused.toString());
        }
      }
    }
    return succeeded;
  }

  @Test
  void an_abandoned_upload_is_cancelled_once() {
    String id = uploads().begin();
    Instant before = Instant.now().plus(Duration.ofHours(1));
    assertTrue(elsewhere().cancelAbandoned(id, before));
    assertFalse(uploads().cancelAbandoned(id, before));
    assertFalse(uploads().cancelAbandoned("../blobs", before));
    assertEquals(OptionalLong.empty(), uploads().received(id));
    assertEquals(List.of(), leftovers());
  }

  @Test
  void abandoned_uploads_are_cleared_and_others_are_not() throws IOException {
    String id = uploads().begin();
    append(uploads(), id, 0, part(0, 1000));
    clear(Duration.ofDays(1), Instant.now().plus(Duration.ofHours(23)));
    assertEquals(OptionalLong.of(1000), uploads().received(id));
    Instant before = Instant.now().minus(Duration.ofHours(1));
    assertEquals(List.of(), uploads().abandoned(before));
    assertFalse(uploads().cancelAbandoned(id, before));
    assertEquals(
        List.of(new Uploads.Abandoned(id, 1000)),
        elsewhere().abandoned(Instant.now().plus(Duration.ofHours(1))));
    clear(Duration.ofDays(1), Instant.now().plus(Duration.ofHours(25)));
    assertEquals(OptionalLong.empty(), uploads().received(id));
    assertEquals(List.of(), leftovers());
    assertThrows(NoSuchUpload.class, () -> append(uploads(), id, -1, BYTES));
  }
}
