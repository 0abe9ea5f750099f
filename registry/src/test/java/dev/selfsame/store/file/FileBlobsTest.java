package dev.selfsame.store.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.BlobsContract;
import dev.selfsame.suites.OwnJvm;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlobsTest extends BlobsContract {
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

  @Override
  protected Blobs blobs() {
    return blobs;
  }

  @Override
  protected List<String> leftovers() {
    return incoming();
  }

  /** Anybody with write access to the folder can do this to a read-only file. */
  @Override
  protected void alter(Digest digest, byte[] bytes) throws IOException {
    Files.delete(place(digest));
    Files.write(place(digest), bytes);
  }

  @Override
  protected void plant(Digest beside, String name) throws IOException {
    Files.write(place(beside).resolveSibling(name), BYTES);
  }

  @Test
  void an_interrupt_is_told_as_one_and_blamed_on_no_disk() {
    Thread.currentThread().interrupt();
    Failure failure;
    try {
      failure = assertThrows(Failure.class, () -> blobs.put(BYTES));
    } finally {
      Thread.interrupted();
    }
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(failure.getMessage().startsWith("interrupted while writing"), failure.getMessage());
    assertEquals("run the command again", failure.hint());
    assertEquals(List.of(), incoming());
  }

  @Test
  void what_was_lost_is_told_as_gone() throws IOException {
    Digest lost = blobs.put(BYTES).digest();
    Digest there = blobs.put(new byte[0]).digest();
    Files.delete(place(lost));
    assertEquals(List.of(lost), blobs.gone(Set.of(lost, there)));
    blobs.put(BYTES);
    assertEquals(List.of(), blobs.gone(Set.of(lost, there)));
  }

  @Test
  void a_blob_is_a_file_that_is_only_read() throws IOException {
    Path place = place(blobs.put(BYTES).digest());
    assertEquals("r--r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(place)));
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
  void a_folder_that_refuses_a_file_is_no_answer() throws IOException {
    Files.write(registry.path().resolve("incoming"), new byte[0]);
    assertEquals(ExitCode.UNDECIDED, assertThrows(Failure.class, () -> blobs.put(BYTES)).code());
  }

  @Test
  void a_writer_killed_in_the_midst_leaves_only_whole_blobs() throws Exception {
    for (int round = 0; round < 6; round++) {
      Process writer =
          new ProcessBuilder(
                  OwnJvm.command(BlobWriter.class, registry.path().toString(), "3000000"))
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
