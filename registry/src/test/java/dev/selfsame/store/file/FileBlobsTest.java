package dev.selfsame.store.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Blobs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlobsTest {
  private static final byte[] BYTES = "seven bytes and some more".getBytes();

  @TempDir Path folder;
  private RegistryFolder registry;
  private Blobs blobs;

  @BeforeEach
  void open() {
    registry = RegistryFolder.create(folder.resolve("r"));
    blobs = registry.registry().blobs();
  }

  private Path place(Digest digest) {
    return registry
        .path()
        .resolve("blobs/sha256")
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex());
  }

  private List<String> incoming() {
    return Folders.names(registry.path().resolve("incoming"));
  }

  /** Anybody with write access to the folder can do this to a read-only file. */
  private void alter(Digest digest, byte[] bytes) throws IOException {
    Files.delete(place(digest));
    Files.write(place(digest), bytes);
  }

  private Failure refused(Digest digest) {
    Failure copying =
        assertThrows(Failure.class, () -> blobs.copy(digest, OutputStream.nullOutputStream()));
    Failure reading = assertThrows(Failure.class, () -> blobs.read(digest, 1000));
    assertEquals(copying.code(), reading.code());
    return reading;
  }

  @Test
  void a_blob_is_found_by_the_digest_of_its_bytes() throws IOException {
    Blob blob = blobs.put(BYTES);
    assertEquals(Digest.sha256(BYTES), blob.digest());
    assertEquals(BYTES.length, blob.size());
    assertArrayEquals(BYTES, blobs.read(blob.digest(), 1000));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertEquals(BYTES.length, blobs.copy(blob.digest(), out));
    assertArrayEquals(BYTES, out.toByteArray());
    assertEquals(OptionalLong.of(BYTES.length), blobs.size(blob.digest()));
    assertEquals(List.of(blob), blobs.list());
    assertEquals(
        "r--r--r--",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(place(blob.digest()))));
    assertEquals(List.of(), incoming());
  }

  @Test
  void the_same_bytes_are_kept_once_and_the_empty_blob_is_one() {
    assertEquals(blobs.put(BYTES), blobs.put(BYTES));
    blobs.put(new byte[0]);
    assertEquals(2, blobs.list().size());
    assertArrayEquals(new byte[0], blobs.read(Digest.sha256(new byte[0]), 0));
  }

  @Test
  void one_flipped_byte_is_bad_evidence() throws IOException {
    Digest digest = blobs.put(BYTES).digest();
    byte[] flipped = BYTES.clone();
    flipped[3] ^= 1;
    alter(digest, flipped);
    Failure failure = refused(digest);
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
    assertTrue(failure.getMessage().contains("was altered"), failure.getMessage());
  }

  @Test
  void a_truncated_a_longer_and_an_empty_blob_are_bad_evidence() throws IOException {
    Digest digest = blobs.put(BYTES).digest();
    for (int length = 0; length < BYTES.length; length++) {
      alter(digest, java.util.Arrays.copyOf(BYTES, length));
      assertEquals(ExitCode.BAD_EVIDENCE, refused(digest).code());
    }
    alter(digest, java.util.Arrays.copyOf(BYTES, BYTES.length + 1));
    assertEquals(ExitCode.BAD_EVIDENCE, refused(digest).code());
  }

  @Test
  void a_missing_blob_is_bad_evidence() {
    Failure failure = refused(Digest.sha256("nobody".getBytes()));
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
    assertTrue(failure.getMessage().contains("missing"));
    assertEquals(OptionalLong.empty(), blobs.size(Digest.sha256("nobody".getBytes())));
  }

  @Test
  void a_link_or_a_folder_in_a_blobs_place_is_bad_evidence() throws IOException {
    Digest digest = blobs.put(BYTES).digest();
    Path elsewhere = Files.write(folder.resolve("elsewhere"), BYTES);
    Files.delete(place(digest));
    Files.createSymbolicLink(place(digest), elsewhere);
    assertEquals(ExitCode.BAD_EVIDENCE, refused(digest).code());
    Files.delete(place(digest));
    Files.createDirectory(place(digest));
    assertEquals(ExitCode.BAD_EVIDENCE, refused(digest).code());
    assertEquals(OptionalLong.empty(), blobs.size(digest));
  }

  @Test
  void a_blob_over_the_limit_is_not_read() {
    Digest digest = blobs.put(BYTES).digest();
    assertArrayEquals(BYTES, blobs.read(digest, BYTES.length));
    Failure failure = assertThrows(Failure.class, () -> blobs.read(digest, BYTES.length - 1));
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
  }

  @Test
  void putting_again_heals_an_altered_blob() throws IOException {
    Digest digest = blobs.put(BYTES).digest();
    alter(digest, new byte[] {1});
    blobs.put(BYTES);
    assertArrayEquals(BYTES, blobs.read(digest, 1000));
  }

  @Test
  void input_that_breaks_off_leaves_nothing() {
    InputStream broken =
        new InputStream() {
          private int at;

          @Override
          public int read() throws IOException {
            if (at++ > 100_000) {
              throw new IOException("the cable was pulled");
            }
            return 1;
          }
        };
    Failure failure = assertThrows(Failure.class, () -> blobs.put(broken));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(failure.getMessage().contains("the cable was pulled"));
    assertEquals(List.of(), blobs.list());
    assertEquals(List.of(), incoming());
  }

  @Test
  void a_folder_that_refuses_a_file_is_no_answer() throws IOException {
    Files.write(registry.path().resolve("incoming"), new byte[0]);
    assertEquals(ExitCode.UNDECIDED, assertThrows(Failure.class, () -> blobs.put(BYTES)).code());
  }

  @Test
  void a_foreign_file_among_the_blobs_is_said() throws IOException {
    Digest digest = blobs.put(BYTES).digest();
    Files.write(place(digest).resolveSibling("README"), BYTES);
    assertEquals(ExitCode.BAD_EVIDENCE, assertThrows(Failure.class, blobs::list).code());
  }

  @Test
  void a_writer_killed_in_the_midst_leaves_only_whole_blobs() throws Exception {
    for (int round = 0; round < 6; round++) {
      Process writer =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin/java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  BlobWriter.class.getName(),
                  registry.path().toString(),
                  "3000000")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (var lines = writer.inputReader()) {
        // The first rounds die within the first blobs, the later ones after some.
        for (int line = 0; line < round; line++) {
          Digest kept = Digest.parse(lines.readLine());
          assertEquals(3_000_000, blobs.copy(kept, OutputStream.nullOutputStream()));
        }
        while (incoming().isEmpty() && writer.isAlive()) {
          Thread.onSpinWait();
        }
      } finally {
        writer.destroyForcibly().waitFor();
      }
      for (Blob blob : blobs.list()) {
        assertEquals(blob.size(), blobs.copy(blob.digest(), OutputStream.nullOutputStream()));
      }
    }
  }

  @Test
  void what_a_killed_writer_left_is_cleared_away_and_what_a_living_one_writes_is_not()
      throws IOException {
    blobs.put(BYTES);
    Path parts = registry.path().resolve("incoming");
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
    Path dead = Files.setLastModifiedTime(Files.write(parts.resolve("dead.tmp"), BYTES), old);
    try (Incoming.Part living = new Incoming(parts).begin()) {
      Files.setLastModifiedTime(living.path(), old);
      Path young = Files.write(parts.resolve("young.tmp"), BYTES);
      registry.write(Duration.ZERO, Progress.SILENT).close();
      assertTrue(Files.exists(living.path()));
      assertTrue(Files.exists(young));
      assertTrue(Files.notExists(dead));
    }
  }
}
