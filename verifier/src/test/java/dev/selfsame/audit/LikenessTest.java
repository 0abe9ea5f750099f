package dev.selfsame.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.selfsame.binary.Fixtures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LikenessTest {
  private static final String RUSTC = "1.95.0 (59807616e 2026-04-14)";

  /** A stranger's file is told to who looks for the reason: what speaks against it with it. */
  @Test
  void what_a_file_says_of_itself_is_told_with_its_doubt(@TempDir Path folder) throws IOException {
    Path program = Fixtures.path("hello-symbols");
    assertEquals(RUSTC, rustc(program));
    String bytes = Files.readString(program, StandardCharsets.ISO_8859_1);
    // The paths of its library are another commit's than its comment.
    String other = bytes.replace("/rustc/59807616", "/rustc/4eb16125");
    assertNotEquals(bytes, other);
    Path forged =
        Files.writeString(folder.resolve("forged"), other, StandardCharsets.ISO_8859_1);
    assertEquals(RUSTC + " (contradicted)", rustc(forged));
  }

  private static String rustc(Path file) throws IOException {
    return new Likeness(file, Files.size(file)).facts().get("rustc");
  }
}
