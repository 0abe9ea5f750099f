package dev.selfsame.deploy.drift;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What the webhook heard last, in a file, so that looks which are processes of their own, such as a
 * timer's, tell of each change once as well. Absent means that all was well.
 *
 * @param file of this question and webhook alone
 */
public record Told(Path file) {
  /** Whether the webhook knows of a state already; the empty state is that all is well. */
  boolean is(String state) throws IOException {
    return text(state).equals(last());
  }

  void write(String state) throws IOException {
    AtomicFile.writePrivate(file, text(state).getBytes(StandardCharsets.UTF_8));
  }

  private String last() throws IOException {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return text("");
    }
  }

  private static String text(String state) {
    return state.isEmpty()
        ? "well\n"
        : Digest.sha256(state.getBytes(StandardCharsets.UTF_8)) + "\n";
  }
}
