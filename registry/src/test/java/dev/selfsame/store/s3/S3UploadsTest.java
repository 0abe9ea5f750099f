package dev.selfsame.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.scenes.S3Proxy;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.Streams;
import dev.selfsame.store.Uploads;
import dev.selfsame.store.UploadsContract;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

@Needs(Component.S3PROXY)
@ExtendWith(S3Proxy.Running.class)
class S3UploadsTest extends UploadsContract {
  @TempDir Path scratch;
  private final String prefix = UUID.randomUUID() + "/";
  private S3Proxy server;
  private S3Storage storage;
  private S3Storage replica;

  @BeforeEach
  void open(S3Proxy running) {
    server = running;
    storage = S3Storage.open(server.settings(prefix, scratch));
    replica = S3Storage.open(server.settings(prefix, scratch));
  }

  @AfterEach
  void close() {
    storage.close();
    replica.close();
  }

  @Override
  protected Uploads uploads() {
    return storage.uploads();
  }

  @Override
  protected Uploads elsewhere() {
    return replica.uploads();
  }

  @Override
  protected Blobs blobs() {
    return storage.blobs();
  }

  @Override
  protected void clear(Duration age, Instant now) {
    storage.uploads().clear(age, now);
  }

  @Override
  protected List<String> leftovers() {
    return server.keys(prefix).stream()
        .filter(key -> !key.matches("(blobs/|again/).*|format"))
        .toList();
  }

  @Test
  void a_large_upload_in_chunks_small_and_large_goes_on_at_a_replica() throws IOException {
    long size = 0;
    String id = uploads().begin();
    List<Integer> chunks = List.of(100, 6 << 20, 1, 4 << 20, 3 << 20, Spool.PIECE + 7, 50);
    for (int i = 0; i < chunks.size(); i++) {
      Uploads to = i % 2 == 0 ? uploads() : elsewhere();
      int chunk = chunks.get(i);
      long from = size;
      size = to.append(id, from, chunk, rest(from, chunk));
      assertEquals(from + chunk, size);
    }
    Digest digest = Digest.sha256(Streams.of(size, 0));
    assertEquals(new Blob(digest, size), elsewhere().finish(id, digest));
    assertEquals(size, blobs().copy(digest, OutputStream.nullOutputStream()));
    assertEquals(List.of(), leftovers());
  }

  @Test
  void bytes_for_wherever_it_stands_go_behind_what_came_at_a_replica() throws IOException {
    String id = uploads().begin();
    append(elsewhere(), id, -1, part(0, 40_000));
    assertEquals(BYTES.length, append(uploads(), id, -1, part(40_000, BYTES.length)));
    assertKept(uploads().finish(id, Digest.sha256(BYTES)));
  }

  private static java.io.InputStream rest(long from, int count) throws IOException {
    java.io.InputStream all = Streams.of(from + count, 0);
    all.skipNBytes(from);
    return all;
  }

  /** S3Proxy looks and then writes, so that here, other than at S3, more than one may succeed. */
  @Test
  void of_many_who_add_at_one_place_at_two_replicas_none_spoils_the_blob() throws Exception {
    for (int round = 0; round < 5; round++) {
      String id = uploads().begin();
      List<Callable<Long>> appends = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        Uploads to = i % 2 == 0 ? uploads() : elsewhere();
        appends.add(() -> append(to, id, 0, BYTES));
      }
      assertTrue(succeeded(appends) >= 1);
      assertKept(elsewhere().finish(id, Digest.sha256(BYTES)));
    }
  }

  @Test
  void bytes_that_differ_at_two_replicas_give_the_blob_that_was_asked_for_or_none()
      throws Exception {
    for (int round = 0; round < 20; round++) {
      byte[] one = Streams.bytes(50_000 + round);
      byte[] other = Streams.bytes(60_000 + round);
      String id = uploads().begin();
      succeeded(
          List.of(
              () -> append(uploads(), id, 0, one) * BYTES.length / one.length,
              () -> append(elsewhere(), id, 0, other) * BYTES.length / other.length));
      Digest digest = Digest.sha256(one);
      try {
        assertEquals(new Blob(digest, one.length), uploads().finish(id, digest));
      } catch (Uploads.WrongDigest | Failure e) {
        uploads().cancel(id);
      }
      if (blobs().size(digest).isPresent()) {
        assertEquals(one.length, blobs().copy(digest, OutputStream.nullOutputStream()));
      }
      assertEquals(List.of(), leftovers());
    }
  }

  @Test
  void of_many_who_end_an_upload_at_two_replicas_each_that_succeeds_has_the_blob()
      throws Exception {
    for (int round = 0; round < 5; round++) {
      String id = uploads().begin();
      append(uploads(), id, 0, BYTES);
      List<Callable<Long>> ends = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        Uploads to = i % 2 == 0 ? uploads() : elsewhere();
        ends.add(() -> to.finish(id, Digest.sha256(BYTES)).size());
      }
      assertTrue(succeeded(ends) >= 1);
      assertEquals(BYTES.length, blobs().read(Digest.sha256(BYTES), BYTES.length).length);
      assertEquals(List.of(), leftovers());
    }
  }

  @Test
  void pieces_too_small_for_a_part_go_with_those_that_follow() {
    int mib = 1 << 20;
    List<Incoming.Piece> pieces = new ArrayList<>();
    for (int size : new int[] {mib, 3 * mib, mib, 5 * mib, 40 * mib, mib, mib}) {
      pieces.add(new Incoming.Piece("", Incoming.size(pieces), size, ""));
    }
    assertEquals(List.of(3, 1, 1, 2), Shelf.parts(pieces).stream().map(List::size).toList());
  }

  @Test
  void a_multipart_upload_that_a_killed_server_left_is_ended() {
    String key = prefix + Shelf.key(Digest.sha256(BYTES));
    server.client().createMultipartUpload(c -> c.bucket(S3Proxy.BUCKET).key(key));
    clear(Duration.ofDays(1), Instant.now());
    assertEquals(1, unfinished());
    clear(Duration.ofDays(1), Instant.now().plus(Duration.ofHours(25)));
    assertEquals(0, unfinished());
  }

  @Test
  void a_multipart_upload_that_a_killed_server_left_is_told_of_with_its_size() {
    String key = prefix + Shelf.key(Digest.sha256(BYTES));
    String id =
        server.client().createMultipartUpload(c -> c.bucket(S3Proxy.BUCKET).key(key)).uploadId();
    server
        .client()
        .uploadPart(
            u -> u.bucket(S3Proxy.BUCKET).key(key).uploadId(id).partNumber(1),
            RequestBody.fromBytes(BYTES));
    // For a collector that comes in twelve hours somebody may be at work on it still.
    assertEquals(List.of(), blobs().leftovers(Instant.now().plus(Duration.ofHours(12))));
    List<Blobs.Leftover> left = blobs().leftovers(Instant.now().plus(Duration.ofHours(25)));
    assertEquals(1, left.size());
    assertEquals(BYTES.length, left.getFirst().size());
    assertTrue(blobs().discard(left.getFirst()));
    assertFalse(blobs().discard(left.getFirst()));
    assertEquals(0, unfinished());
  }

  private long unfinished() {
    return server
        .client()
        .listMultipartUploads(l -> l.bucket(S3Proxy.BUCKET).prefix(prefix))
        .uploads()
        .size();
  }

  @Test
  void pieces_that_came_after_the_end_are_cleared() throws IOException {
    String id = uploads().begin();
    append(uploads(), id, 0, BYTES);
    server
        .client()
        .deleteObject(d -> d.bucket(S3Proxy.BUCKET).key(prefix + "uploads/" + id + "/begun"));
    assertEquals(1, leftovers().size());
    clear(Duration.ofDays(1), Instant.now().plus(Duration.ofHours(25)));
    assertEquals(List.of(), leftovers());
  }

  @Test
  void what_is_sent_is_spooled_in_files_without_a_name() throws IOException {
    String id = uploads().begin();
    uploads()
        .append(
            id,
            0,
            -1,
            new ByteArrayInputStream(BYTES) {
              @Override
              public synchronized int read(byte[] buffer, int offset, int count) {
                String[] spooled = scratch.resolve("spool").toFile().list();
                assertEquals(0, spooled == null ? -1 : spooled.length);
                return super.read(buffer, offset, count);
              }
            });
  }
}
