package dev.selfsame.store.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.scenes.FaultyWay;
import dev.selfsame.scenes.FaultyWay.Fault;
import dev.selfsame.scenes.S3Proxy;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;

@Needs(Component.S3PROXY)
@ExtendWith(S3Proxy.Running.class)
class S3StorageTest {
  @TempDir Path scratch;
  private final String prefix = UUID.randomUUID() + "/";
  private S3Proxy server;

  @BeforeEach
  void know(S3Proxy running) {
    server = running;
  }

  private static Failure refused(S3Settings settings) {
    Failure failure = assertThrows(Failure.class, () -> S3Storage.open(settings).close());
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertFalse(failure.getMessage().contains(S3Proxy.secret()));
    assertFalse(failure.hint().contains(S3Proxy.secret()));
    return failure;
  }

  private S3Settings settings(@Nullable URI endpoint, String bucket, String secret) {
    return server.settings(endpoint, bucket, prefix, scratch, secret, false);
  }

  @Test
  void a_bucket_is_opened_again_and_by_many() {
    S3Settings settings = server.settings(prefix, scratch);
    try (S3Storage one = S3Storage.open(settings);
        S3Storage other = S3Storage.open(settings)) {
      assertEquals(one.blobs().put(new byte[] {1}), other.blobs().list().getFirst());
    }
  }

  @Test
  void a_bucket_that_is_not_there_is_said() {
    Failure failure = refused(settings(server.endpoint(), "nowhere", S3Proxy.secret()));
    assertTrue(failure.getMessage().endsWith("there is no such bucket"), failure.getMessage());
    assertTrue(failure.getMessage().startsWith("bucket nowhere at http://127.0.0.1:"));
  }

  @Test
  void a_wrong_secret_is_said_and_not_repeated() {
    Failure failure = refused(settings(server.endpoint(), S3Proxy.BUCKET, "another secret"));
    assertTrue(
        failure.getMessage().contains("refused: SignatureDoesNotMatch (403)"),
        failure.getMessage());
    assertFalse((failure.getMessage() + failure.hint()).contains("another secret"));
  }

  @Test
  void a_host_that_is_not_known_is_said() {
    Failure failure =
        refused(settings(URI.create("http://no-such-host.invalid"), "blobs", S3Proxy.secret()));
    assertTrue(failure.getMessage().contains("its host is not known"), failure.getMessage());
  }

  @Test
  void a_server_without_tls_is_said() {
    URI endpoint = URI.create(server.endpoint().toString().replace("http:", "https:"));
    Failure failure = refused(settings(endpoint, S3Proxy.BUCKET, S3Proxy.secret()));
    assertTrue(failure.getMessage().contains("no TLS connection"), failure.getMessage());
  }

  @Test
  void a_spool_that_cannot_be_written_is_said() throws IOException {
    Files.write(scratch.resolve("spool"), new byte[0]);
    Failure failure = refused(server.settings(prefix, scratch));
    assertTrue(failure.getMessage().contains("cannot write to the spool"), failure.getMessage());
  }

  @Test
  void credentials_that_are_none_are_said_and_not_repeated() throws IOException {
    S3Settings settings = server.settings(prefix, scratch);
    for (String text : new String[] {"", "[other]\naws_access_key_id = x\n", "hush=hush hush\n"}) {
      Files.writeString(scratch.resolve("credentials"), text);
      Failure failure = refused(settings);
      assertTrue(failure.getMessage().contains("no credentials in the file"), failure.getMessage());
      assertFalse((failure.getMessage() + failure.hint()).contains("hush"));
    }
    Files.delete(scratch.resolve("credentials"));
    assertTrue(refused(settings).getMessage().contains("cannot read the credentials file"));
  }

  @Test
  void a_prefix_that_holds_something_else_is_refused() {
    server
        .client()
        .putObject(
            p -> p.bucket(S3Proxy.BUCKET).key(prefix + "format"),
            RequestBody.fromBytes("selfsame.blobs/2\n".getBytes()));
    Failure failure = refused(server.settings(prefix, scratch));
    assertTrue(failure.getMessage().contains("is not 'selfsame.blobs/1'"), failure.getMessage());
  }

  @Test
  void a_bucket_that_is_there_no_more_or_does_not_answer_is_said_soon() throws IOException {
    try (FaultyWay way = new FaultyWay(server.port());
        S3Storage storage =
            S3Storage.open(settings(way.endpoint(), S3Proxy.BUCKET, S3Proxy.secret()))) {
      storage.requireThere();
      way.put(_ -> new Fault.Answer(500, "InternalError"));
      assertThrows(Failure.class, storage::requireThere);
      way.put(_ -> new Fault.Silence());
      assertTimeout(
          Duration.ofSeconds(10), () -> assertThrows(Failure.class, storage::requireThere));
      way.put(_ -> new Fault.None());
      server.client().deleteObject(d -> d.bucket(S3Proxy.BUCKET).key(prefix + "format"));
      assertTrue(
          assertThrows(Failure.class, storage::requireThere).getMessage().contains("it is gone"));
    }
  }

  @Test
  void a_server_that_ignores_conditions_is_refused() throws IOException {
    try (FaultyWay way = new FaultyWay(server.port())) {
      way.put(_ -> new Fault.Written());
      Failure failure = refused(settings(way.endpoint(), S3Proxy.BUCKET, S3Proxy.secret()));
      assertTrue(failure.getMessage().contains("ignores If-None-Match"), failure.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied, refused: AccessDenied (403)",
    "301, PermanentRedirect, elsewhere: PermanentRedirect (301)",
    "400, AuthorizationHeaderMalformed, elsewhere: AuthorizationHeaderMalformed (400)",
    "501, NotImplemented, answers NotImplemented (501)",
    "418, Teapot, answers Teapot (418)",
  })
  void an_answer_that_nobody_can_use_is_said_in_one_line(int status, String code, String said)
      throws IOException {
    try (FaultyWay way = new FaultyWay(server.port())) {
      way.put(_ -> new Fault.Answer(status, code));
      Failure failure = refused(settings(way.endpoint(), S3Proxy.BUCKET, S3Proxy.secret()));
      assertTrue(failure.getMessage().contains(said), failure.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, B, -",
        "-, ab, -",
        "-, a/b, -",
        "-, blobs, /x/",
        "-, blobs, x",
        "-, blobs, ../",
        "ftp://h, blobs, -",
        "http://k:s@h, blobs, -",
        "http://h/path, blobs, -",
        "file:/x, blobs, -"
      })
  void settings_that_cannot_be_right_are_refused(
      @Nullable URI endpoint, String bucket, @Nullable String prefix) {
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                new S3Settings(
                    endpoint,
                    "us-east-1",
                    bucket,
                    prefix == null ? "" : prefix,
                    true,
                    null,
                    scratch,
                    false));
    assertEquals(ExitCode.USAGE, failure.code());
    assertFalse(failure.getMessage().contains("k:s"));
  }
}
