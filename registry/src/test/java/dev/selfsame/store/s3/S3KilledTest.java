package dev.selfsame.store.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.scenes.S3Proxy;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Streams;
import dev.selfsame.store.Uploads;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.OwnJvm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers of ours, and S3 itself, killed by SIGKILL in their midst. */
@Needs(Component.S3PROXY)
@ExtendWith(S3Proxy.Running.class)
class S3KilledTest {
  @TempDir Path scratch;
  private final String prefix = UUID.randomUUID() + "/";

  /** What a writer said before it was killed. */
  private static final class Said {
    private final Map<Digest, Long> kept = new HashMap<>();
    private String id = "";
    private int size;
    private long stands;

    void line(String line) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "begun" -> {
          id = words[1];
          size = Integer.parseInt(words[2]);
          stands = 0;
        }
        case "stands" -> stands = Long.parseLong(words[2]);
        case "kept" -> kept.put(Digest.parse(words[1]), Long.parseLong(words[2]));
        default -> throw new AssertionError(line);
      }
    }
  }

  /**
   * @param lines how many lines it says before it is killed: a blob has six
   * @param millis how long it lives after that
   */
  @ParameterizedTest
  @CsvSource({"3000000, 4, 5", "3000000, 10, 60", "40000000, 3, 150", "40000000, 11, 700"})
  void a_server_killed_in_the_midst_leaves_whole_blobs_and_uploads_that_go_on(
      int size, int lines, long millis, S3Proxy server) throws Exception {
    S3Settings settings = server.settings(prefix, scratch);
    Said said = new Said();
    Process writer =
        new ProcessBuilder(
                OwnJvm.command(
                    S3Writer.class,
                    List.of("-Xmx256m"),
                    server.endpoint().toString(),
                    prefix,
                    scratch.toString(),
                    Integer.toString(size)))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(scratch.resolve("said").toFile())
            .start();
    try {
      while (said().size() < lines) {
        assertTrue(writer.isAlive());
        Thread.sleep(2);
      }
      Thread.sleep(millis);
    } finally {
      writer.destroyForcibly().waitFor();
    }
    said().forEach(said::line);
    try (S3Storage storage = S3Storage.open(settings)) {
      said.kept.forEach(
          (digest, kept) -> assertEquals(OptionalLong.of(kept), storage.blobs().size(digest)));
      for (String key : server.keys(prefix + "blobs/")) {
        Digest digest = Digest.parse(key.replaceAll("/../", ":"));
        assertTrue(storage.blobs().copy(digest, OutputStream.nullOutputStream()) > 0);
      }
      goOn(storage, said);
      storage.uploads().clear(Duration.ZERO, Instant.now().plus(Duration.ofHours(1)));
      assertTrue(
          server.keys(prefix).stream().allMatch(key -> key.matches("(blobs|again)/.*|format")));
    }
  }

  /** Whole lines. */
  private List<String> said() throws IOException {
    String text = Files.readString(scratch.resolve("said"));
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  /** The client of the last upload comes back, to another server. */
  private static void goOn(S3Storage storage, Said said) throws IOException {
    byte[] bytes = Streams.bytes(said.size);
    Digest digest = Digest.sha256(bytes);
    OptionalLong received = storage.uploads().received(said.id);
    if (received.isEmpty()) {
      // It was ended, be it acknowledged or not.
      assertEquals(OptionalLong.of(said.size), storage.blobs().size(digest));
      return;
    }
    int from = (int) received.getAsLong();
    assertTrue(from >= said.stands, from + " of " + said.stands);
    byte[] rest = Arrays.copyOfRange(bytes, from, said.size);
    storage.uploads().append(said.id, from, rest.length, new ByteArrayInputStream(rest));
    assertEquals(new Blob(digest, said.size), storage.uploads().finish(said.id, digest));
    assertEquals(said.size, storage.blobs().copy(digest, OutputStream.nullOutputStream()));
  }

  @Test
  void what_was_acknowledged_is_there_when_s3_was_killed_and_is_back() throws Exception {
    byte[] bytes = Streams.bytes(500_000);
    try (S3Proxy server = S3Proxy.start();
        S3Storage storage = S3Storage.open(server.settings(prefix, scratch))) {
      Blob blob = storage.blobs().put(bytes);
      Uploads uploads = storage.uploads();
      String id = uploads.begin();
      uploads.append(id, 0, 100_000, new ByteArrayInputStream(bytes, 0, 100_000));
      server.kill();
      Failure failure = assertThrows(Failure.class, () -> storage.blobs().put(new byte[] {7}));
      assertEquals(ExitCode.UNDECIDED, failure.code());
      assertThrows(
          Failure.class,
          () -> uploads.append(id, 100_000, 9, new ByteArrayInputStream(bytes, 100_000, 9)));
      server.restart();
      assertArrayEquals(bytes, storage.blobs().read(blob.digest(), bytes.length));
      assertEquals(OptionalLong.of(100_000), uploads.received(id));
      uploads.append(id, 100_000, -1, new ByteArrayInputStream(bytes, 100_000, 400_000));
      assertEquals(blob, uploads.finish(id, blob.digest()));
    }
  }
}
