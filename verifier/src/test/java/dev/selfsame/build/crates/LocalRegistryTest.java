package dev.selfsame.build.crates;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRegistryTest {
  @TempDir private Path folder;

  @Test
  void what_crates_take_unpacked_is_known_beforehand() throws IOException {
    crate("one-1.0.0.crate", 10_000);
    crate("two-1.0.0.crate", 30_000);
    Files.writeString(Files.createDirectory(folder.resolve("index")).resolve("one"), "{}");
    assertEquals(60_000, LocalRegistry.unpackedBytes(folder));
  }

  @Test
  void what_is_no_crate_is_none() throws IOException {
    Files.createFile(folder.resolve("empty-1.0.0.crate"));
    assertEquals(0, LocalRegistry.unpackedBytes(folder));
  }

  private void crate(String name, int size) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
      out.write(new byte[size]);
    }
  }
}
