package dev.selfsame.store.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.scenes.FaultyWay;
import dev.selfsame.scenes.FaultyWay.Fault;
import dev.selfsame.scenes.S3Proxy;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Streams;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that fails for a while, for good, slowly, or in the midst of a body. */
@Needs(Component.S3PROXY)
@ExtendWith(S3Proxy.Running.class)
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
class S3FaultsTest {
  private static final byte[] BYTES = Streams.bytes(300_000);
  private static final Digest DIGEST = Digest.sha256(BYTES);
  private static final Patience SHORT =
      new Patience(
          Duration.ofSeconds(2),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(12),
          4,
          100_000);

  @TempDir Path scratch;
  private final String prefix = UUID.randomUUID() + "/";
  private S3Proxy server;
  private FaultyWay way;
  private S3Storage storage;

  @BeforeEach
  void open(S3Proxy running) throws IOException {
    server = running;
    way = new FaultyWay(server.port());
    storage = S3Storage.open(settings(), SHORT);
  }

  @AfterEach
  void close() throws IOException {
    storage.close();
    way.close();
  }

  private S3Settings settings() {
    return server.settings(
        way.endpoint(), S3Proxy.BUCKET, prefix, scratch, S3Proxy.secret(), false);
  }

  /** The fault meets the first {@code count} of the requests that are chosen. */
  private static Function<String, Fault> first(int count, Predicate<String> chosen, Fault fault) {
    AtomicInteger left = new AtomicInteger(count);
    return line -> chosen.test(line) && left.getAndDecrement() > 0 ? fault : new Fault.None();
  }

  private static Predicate<String> method(String method) {
    return line -> line.startsWith(method + " ");
  }

  private List<String> keys() {
    return server.keys(prefix).stream().filter(key -> !key.matches("again/.*|format")).toList();
  }

  private byte[] got() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    storage.blobs().copy(DIGEST, out);
    return out.toByteArray();
  }

  private static void assertUndecided(Failure failure, String what) {
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(failure.getMessage().contains(what), failure.getMessage());
    assertTrue(
        failure.getMessage().contains("bucket blobs at http://127.0.0.1:"), failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void a_server_that_fails_for_a_while_is_asked_again(int status) {
    way.put(first(3, _ -> true, new Fault.Answer(status, "SlowDown")));
    assertEquals(new Blob(DIGEST, BYTES.length), storage.blobs().put(BYTES));
    way.put(first(3, _ -> true, new Fault.Answer(status, "InternalError")));
    assertArrayEquals(BYTES, got());
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503})
  void a_server_that_goes_on_failing_is_no_answer(int status) throws IOException {
    storage.blobs().put(BYTES);
    String id = storage.uploads().begin();
    way.put(_ -> new Fault.Answer(status, "ServiceUnavailable"));
    String said = "answers ServiceUnavailable (%d)".formatted(status);
    assertUndecided(assertThrows(Failure.class, () -> storage.blobs().put(new byte[7])), said);
    assertTrue(way.requests().size() <= 8, way.requests().toString());
    assertUndecided(assertThrows(Failure.class, this::got), said);
    assertUndecided(assertThrows(Failure.class, () -> storage.blobs().list()), said);
    // A look has no body to say why.
    assertUndecided(assertThrows(Failure.class, () -> storage.blobs().size(DIGEST)), "" + status);
    assertUndecided(assertThrows(Failure.class, () -> append(id, BYTES)), said);
    assertUndecided(assertThrows(Failure.class, () -> storage.uploads().begin()), said);
    assertUndecided(
        assertThrows(Failure.class, () -> storage.uploads().clear(Duration.ZERO, Instant.now())),
        said);
    way.put(_ -> new Fault.None());
    assertEquals(List.of(new Blob(DIGEST, BYTES.length)), storage.blobs().list());
  }

  private long append(String id, byte[] bytes) throws IOException {
    return storage.uploads().append(id, -1, bytes.length, new ByteArrayInputStream(bytes));
  }

  @Test
  void an_upload_stands_where_it_stood_when_the_server_failed() throws IOException {
    String id = storage.uploads().begin();
    append(id, Arrays.copyOf(BYTES, 1000));
    way.put(line -> line.startsWith("PUT") ? new Fault.Answer(503, "SlowDown") : new Fault.None());
    byte[] rest = Arrays.copyOfRange(BYTES, 1000, BYTES.length);
    assertThrows(Failure.class, () -> append(id, rest));
    way.put(_ -> new Fault.None());
    assertEquals(OptionalLong.of(1000), storage.uploads().received(id));
    append(id, rest);
    assertEquals(new Blob(DIGEST, BYTES.length), storage.uploads().finish(id, DIGEST));
    assertArrayEquals(BYTES, got());
  }

  @Test
  void an_end_that_failed_can_be_tried_again() throws IOException {
    String id = storage.uploads().begin();
    append(id, BYTES);
    way.put(line -> line.startsWith("PUT") ? new Fault.Answer(503, "SlowDown") : new Fault.None());
    assertThrows(Failure.class, () -> storage.uploads().finish(id, DIGEST));
    assertEquals(List.of(), storage.blobs().list());
    way.put(_ -> new Fault.None());
    assertEquals(new Blob(DIGEST, BYTES.length), storage.uploads().finish(id, DIGEST));
    assertEquals(List.of(Shelf.key(DIGEST)), keys());
  }

  @Test
  void an_upload_whose_parts_were_taken_away_in_the_midst_is_not_called_absent()
      throws IOException {
    byte[] large = new byte[(int) Spool.PIECE + 100];
    Digest digest = Digest.sha256(large);
    String id = storage.uploads().begin();
    append(id, large);
    way.put(
        first(
            1,
            line -> line.startsWith("PUT") && line.contains("partNumber="),
            new Fault.Answer(404, "NoSuchUpload")));
    assertUndecided(
        assertThrows(Failure.class, () -> storage.uploads().finish(id, digest)), "NoSuchUpload");
    way.put(_ -> new Fault.None());
    assertEquals(OptionalLong.of(large.length), storage.uploads().received(id));
    assertEquals(new Blob(digest, large.length), storage.uploads().finish(id, digest));
  }

  @Test
  void a_blob_is_kept_though_its_upload_cannot_be_removed() throws IOException {
    String id = storage.uploads().begin();
    append(id, BYTES);
    way.put(line ->
        line.startsWith("DELETE") ? new Fault.Answer(500, "InternalError") : new Fault.None());
    assertEquals(new Blob(DIGEST, BYTES.length), storage.uploads().finish(id, DIGEST));
    way.put(_ -> new Fault.None());
    assertArrayEquals(BYTES, got());
    storage.uploads().clear(Duration.ofDays(1), Instant.now().plus(Duration.ofDays(2)));
    assertEquals(List.of(Shelf.key(DIGEST)), keys());
  }

  @Test
  void an_answer_that_got_lost_does_not_make_a_write_of_ones_own_anothers() throws IOException {
    way.put(first(1, method("PUT"), new Fault.LostAnswer()));
    assertEquals(new Blob(DIGEST, BYTES.length), storage.blobs().put(BYTES));
    assertArrayEquals(BYTES, got());

    way.put(first(1, method("PUT"), new Fault.LostAnswer()));
    String id = storage.uploads().begin();
    way.put(first(1, method("PUT"), new Fault.LostAnswer()));
    append(id, Streams.bytes(70_000));
    way.put(first(1, method("PUT"), new Fault.LostAnswer()));
    Digest other = Digest.sha256(Streams.bytes(70_000));
    assertEquals(new Blob(other, 70_000), storage.uploads().finish(id, other));
    assertEquals(2, storage.blobs().list().size());
    assertEquals(2, keys().size());
  }

  @Test
  void the_lost_answer_to_the_end_of_a_multipart_upload_is_made_up_for() throws IOException {
    long size = Spool.PIECE + 100;
    way.put(
        first(
            1,
            line -> line.startsWith("POST") && line.contains("uploadId="),
            new Fault.LostAnswer()));
    Blob blob = storage.blobs().put(Streams.of(size, 3));
    assertEquals(size, blob.size());
    assertEquals(size, storage.blobs().copy(blob.digest(), OutputStream.nullOutputStream()));
    assertEquals(List.of(Shelf.key(blob.digest())), keys());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 100, 5_000, 150_000, 300_000})
  void a_body_cut_off_on_its_way_there_is_sent_again(long after) {
    way.put(first(2, method("PUT"), new Fault.CutRequest(after)));
    assertEquals(new Blob(DIGEST, BYTES.length), storage.blobs().put(BYTES));
    assertArrayEquals(BYTES, got());
  }

  @Test
  void a_body_that_is_always_cut_off_on_its_way_there_leaves_no_blob() {
    way.put(line -> line.startsWith("PUT") ? new Fault.CutRequest(200_000) : new Fault.None());
    assertEquals(
        ExitCode.UNDECIDED, assertThrows(Failure.class, () -> storage.blobs().put(BYTES)).code());
    way.put(_ -> new Fault.None());
    assertEquals(List.of(), keys());
    assertEquals(OptionalLong.empty(), storage.blobs().size(DIGEST));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1_000, 65_000, 200_000, 300_000})
  void a_body_cut_off_on_its_way_back_goes_on_by_its_range(long after) throws IOException {
    storage.blobs().put(BYTES);
    way.put(first(2, method("GET"), new Fault.CutAnswer(after)));
    assertArrayEquals(BYTES, got());
    way.put(first(2, method("GET"), new Fault.CutAnswer(after)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    storage.blobs().copyRange(DIGEST, 1000, 280_000, out);
    assertArrayEquals(Arrays.copyOfRange(BYTES, 1000, 281_000), out.toByteArray());
  }

  /** The HTTP client takes a head for whole that ends with the connection. */
  @Test
  void a_head_cut_off_anywhere_gives_the_whole_blob_or_no_answer() {
    storage.blobs().put(BYTES);
    for (int after = 1; after < 420; after += 7) {
      way.put(first(1, method("GET"), new Fault.CutAnswer(after)));
      try {
        assertArrayEquals(BYTES, got());
      } catch (Failure e) {
        assertEquals(ExitCode.UNDECIDED, e.code(), e.getMessage());
      }
    }
  }

  @Test
  void a_body_that_is_always_cut_off_on_its_way_back_is_never_taken_for_whole() {
    storage.blobs().put(BYTES);
    way.put(_ -> new Fault.CutAnswer(2_000));
    Failure copying = assertThrows(Failure.class, this::got);
    assertEquals(ExitCode.UNDECIDED, copying.code());
    Failure ranging =
        assertThrows(
            Failure.class,
            () ->
                storage
                    .blobs()
                    .copyRange(DIGEST, 0, BYTES.length, OutputStream.nullOutputStream()));
    assertEquals(ExitCode.UNDECIDED, ranging.code());
    assertTrue(way.requests().size() <= 8, way.requests().toString());
  }

  @Test
  void a_blob_that_was_replaced_in_the_midst_of_a_read_is_no_answer() {
    storage.blobs().put(BYTES);
    AtomicInteger gets = new AtomicInteger();
    way.put(line -> {
      if (line.startsWith("GET") && gets.getAndIncrement() == 0) {
        return new Fault.CutAnswer(100_000);
      }
      server
          .client()
          .putObject(
              p -> p.bucket(S3Proxy.BUCKET).key(prefix + Shelf.key(DIGEST)),
              software.amazon.awssdk.core.sync.RequestBody.fromBytes(new byte[300_000]));
      return new Fault.None();
    });
    assertEquals(ExitCode.UNDECIDED, assertThrows(Failure.class, this::got).code());
  }

  @Test
  void a_late_answer_is_waited_for_and_silence_is_not() {
    way.put(_ -> new Fault.Late(500));
    assertEquals(new Blob(DIGEST, BYTES.length), storage.blobs().put(BYTES));
    way.put(first(1, _ -> true, new Fault.Silence()));
    assertArrayEquals(BYTES, got());
    way.put(_ -> new Fault.Silence());
    long began = System.nanoTime();
    assertUndecided(assertThrows(Failure.class, this::got), "no answer in time");
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertTrue(took.compareTo(SHORT.request().plusSeconds(15)) < 0, took.toString());
  }

  @Test
  void a_body_that_only_drips_is_given_up() {
    storage.blobs().put(BYTES);
    // 20 kB/s where 100 kB/s are the least.
    way.put(_ -> new Fault.Drip(1000, 50));
    assertUndecided(assertThrows(Failure.class, this::got), "no answer in time");
  }

  @Test
  void a_server_that_is_not_there_is_said_in_one_line() throws IOException {
    way.close();
    assertUndecided(
        assertThrows(Failure.class, () -> S3Storage.open(settings(), SHORT).close()),
        "no connection to it");
    assertUndecided(assertThrows(Failure.class, () -> storage.blobs().put(BYTES)), "no connection");
  }
}
