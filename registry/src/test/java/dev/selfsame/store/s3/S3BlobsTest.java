package dev.selfsame.store.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.scenes.S3Proxy;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.BlobsContract;
import dev.selfsame.store.Streams;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

@Needs(Component.S3PROXY)
@ExtendWith(S3Proxy.Running.class)
class S3BlobsTest extends BlobsContract {
  @TempDir Path scratch;
  private final String prefix = UUID.randomUUID() + "/";
  private S3Proxy server;
  private S3Storage storage;

  @BeforeEach
  void open(S3Proxy running) {
    server = running;
    storage = S3Storage.open(server.settings(prefix, scratch));
  }

  @AfterEach
  void close() {
    storage.close();
  }

  @Override
  protected Blobs blobs() {
    return storage.blobs();
  }

  @Override
  protected void alter(Digest digest, byte[] bytes) {
    put(Shelf.key(digest), bytes);
  }

  @Override
  protected void plant(Digest beside, String name) {
    put(Shelf.key(beside).replace(beside.hex(), name), BYTES);
  }

  private void put(String key, byte[] bytes) {
    server
        .client()
        .putObject(p -> p.bucket(S3Proxy.BUCKET).key(prefix + key), RequestBody.fromBytes(bytes));
  }

  @Override
  protected List<String> leftovers() {
    return server.keys(prefix).stream()
        .filter(key -> !key.matches("(blobs/|again/).*|format"))
        .toList();
  }

  @Test
  void a_blob_larger_than_a_piece_comes_back_whole() throws IOException {
    long size = 2L * Spool.PIECE + 12_345;
    Blob blob = storage.blobs().put(Streams.of(size, 1));
    assertEquals(new Blob(Digest.sha256(Streams.of(size, 1)), size), blob);
    assertEquals(size, storage.blobs().copy(blob.digest(), OutputStream.nullOutputStream()));
    assertEquals(List.of(blob), storage.blobs().list());
    assertEquals(List.of(), leftovers());
    // There by now, and not written again.
    Optional<String> state = storage.blobs().state(blob.digest());
    assertEquals(blob, storage.blobs().put(Streams.of(size, 1)));
    assertEquals(state, storage.blobs().state(blob.digest()));
  }

  @Test
  void a_large_blob_that_was_altered_is_healed() throws IOException {
    long size = Spool.PIECE + 1;
    Blob blob = storage.blobs().put(Streams.of(size, 2));
    alter(blob.digest(), BYTES);
    storage.blobs().put(Streams.of(size, 2));
    assertEquals(size, storage.blobs().copy(blob.digest(), OutputStream.nullOutputStream()));
  }

  @Test
  void a_blob_that_is_there_is_not_written_again() {
    Digest digest = storage.blobs().put(BYTES).digest();
    Optional<String> state = storage.blobs().state(digest);
    storage.blobs().put(BYTES);
    assertEquals(state, storage.blobs().state(digest));
  }

  @Test
  void more_blobs_than_a_page_are_listed() {
    // A page of S3 has 1,000.
    for (int i = 0; i < 1005; i++) {
      Digest digest = Digest.sha256(("blob " + i).getBytes());
      put(Shelf.key(digest), new byte[] {1});
    }
    assertEquals(1005, storage.blobs().list().size());
  }

  @Test
  void an_address_without_credentials_is_given_only_where_that_is_set() throws Exception {
    Digest digest = storage.blobs().put(BYTES).digest();
    assertEquals(Optional.empty(), storage.blobs().presigned(digest, Duration.ofMinutes(1)));
    S3Settings signing =
        server.settings(server.endpoint(), S3Proxy.BUCKET, prefix, scratch, S3Proxy.secret(), true);
    try (S3Storage redirecting = S3Storage.open(signing);
        HttpClient anybody = HttpClient.newHttpClient()) {
      var address = redirecting.blobs().presigned(digest, Duration.ofMinutes(1)).orElseThrow();
      assertTrue(address.toString().contains(digest.hex()));
      var got = anybody.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofByteArray());
      assertEquals(200, got.statusCode());
      assertArrayEquals(BYTES, got.body());
    }
  }
}
