package dev.selfsame.build.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon is believed no more than any other input. */
final class FolderTarTest {
  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void make_the_target() throws IOException {
    folder = Files.createDirectory(temporary.resolve("target"));
  }

  @Test
  void a_folder_survives_the_way_out_and_back() throws Exception {
    Path source = Files.createDirectories(temporary.resolve("source/däep")).getParent();
    Files.writeString(source.resolve("däep/file"), "content");
    Files.setAttribute(source.resolve("däep/file"), "unix:mode", 0640);
    Files.setLastModifiedTime(
        source.resolve("däep/file"), FileTime.from(Instant.parse("2026-01-02T03:04:05.5Z")));
    Files.createSymbolicLink(source.resolve("link"), Path.of("/etc/passwd"));
    Files.setAttribute(source.resolve("däep"), "unix:mode", 0555);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (FolderTar.Writer tar = new FolderTar.Writer(bytes, 1000)) {
      tar.tree("any/name", source);
    }
    FolderTar.unpack(new ByteArrayInputStream(bytes.toByteArray()), folder, 1000);
    assertEquals("content", Files.readString(folder.resolve("däep/file")));
    assertEquals(0100640, Files.getAttribute(folder.resolve("däep/file"), "unix:mode"));
    assertEquals(040555, Files.getAttribute(folder.resolve("däep"), "unix:mode"));
    assertEquals(
        Instant.parse("2026-01-02T03:04:05.5Z"),
        Files.getLastModifiedTime(folder.resolve("däep/file")).toInstant());
    assertEquals(Path.of("/etc/passwd"), Files.readSymbolicLink(folder.resolve("link")));
    Files.setAttribute(folder.resolve("däep"), "unix:mode", 0755);
    Files.setAttribute(source.resolve("däep"), "unix:mode", 0755);
  }

  @ParameterizedTest
  @ValueSource(strings = {"out/../../escaped", "../escaped", "other/file", "outside"})
  void a_name_that_leads_out_of_the_folder_is_refused(String name) throws Exception {
    byte[] tar = tar(folder("out/"), file(name));
    assertThrows(IOException.class, () -> unpack(tar));
    assertFalse(Files.exists(temporary.resolve("escaped")));
  }

  @Test
  void a_way_through_a_link_is_refused() throws Exception {
    TarArchiveEntry link = new TarArchiveEntry("out/link", TarConstants.LF_SYMLINK);
    link.setLinkName(temporary.toString());
    byte[] tar = tar(folder("out/"), link, file("out/link/escaped"));
    assertThrows(IOException.class, () -> unpack(tar));
    assertFalse(Files.exists(temporary.resolve("escaped")));
  }

  @Test
  void a_device_is_refused() throws Exception {
    byte[] tar = tar(folder("out/"), new TarArchiveEntry("out/null", TarConstants.LF_CHR));
    assertThrows(IOException.class, () -> unpack(tar));
  }

  @Test
  void podman_calls_the_folder_a_slash() throws Exception {
    unpack(tar(folder("/"), folder("/sub/"), file("/sub/file")));
    assertEquals(1, Files.size(folder.resolve("sub/file")));
  }

  @Test
  void more_than_the_limit_is_refused() throws Exception {
    TarArchiveEntry large = new TarArchiveEntry("out/large");
    large.setSize(1 << 20);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
      out.putArchiveEntry(folder("out/"));
      out.closeArchiveEntry();
      out.putArchiveEntry(large);
      out.write(new byte[1 << 20]);
      out.closeArchiveEntry();
    }
    assertThrows(IOException.class, () -> unpack(bytes.toByteArray()));
  }

  private void unpack(byte[] tar) throws IOException {
    FolderTar.unpack(new ByteArrayInputStream(tar), folder, 1000);
  }

  private static TarArchiveEntry folder(String name) {
    return new TarArchiveEntry(name, true);
  }

  private static TarArchiveEntry file(String name) {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(1);
    return entry;
  }

  private static byte[] tar(TarArchiveEntry... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
      for (TarArchiveEntry entry : entries) {
        out.putArchiveEntry(entry);
        out.write(new byte[(int) entry.getSize()]);
        out.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }
}
