package dev.selfsame.promote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ReadableBlobs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SignedBlobsTest {
  @TempDir Path folder;
  private final Records records = Records.of("the promoted bytes");
  private Stage stage;
  private List<Build> builds;

  @BeforeEach
  void stage() {
    stage = new Stage(folder);
    builds = List.of(stage.submit(records, "alice").build());
  }

  /** A registry that says nothing of a blob's size, and sends without end. */
  private static final class Endless implements ReadableBlobs {
    @Override
    public OptionalLong size(Digest digest) {
      return OptionalLong.empty();
    }

    @Override
    public byte[] read(Digest digest, int limit) {
      return new byte[limit];
    }

    @Override
    public long copy(Digest digest, OutputStream out) {
      try {
        while (true) {
          out.write('x');
          out.write(new byte[3]);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void what_was_signed_is_read_to_its_signed_size_and_no_further() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SignedBlobs whole = new SignedBlobs(stage.evidence().registry().blobs(), builds);
    assertEquals(records.binary.length, whole.copy(records.artifact(), out));
    assertArrayEquals(records.binary, out.toByteArray());
    out.reset();
    Failure failure =
        assertThrows(
            Failure.class,
            () -> new SignedBlobs(new Endless(), builds).copy(records.artifact(), out));
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
    assertTrue(
        failure.getMessage().contains("the 18 bytes that were signed"), failure.getMessage());
    assertTrue(out.size() <= records.binary.length);
  }
}
