package dev.selfsame.source.cargo;

import dev.selfsame.outcome.Failure;
import dev.selfsame.toml.TomlFields;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the text files of a project, within bounds. */
final class ProjectText {
  private static final int MAX_BYTES = 16 << 20;
  private static final String HINT = "mend it: Cargo reads it too";

  private ProjectText() {}

  /**
   * The bytes of a file; empty where there is no regular file of this name.
   *
   * @throws Failure (undecided) where it cannot be read, (usage) where it is over 16 MB
   */
  static Optional<byte[]> bytes(Path file) {
    // A pipe or a device would never end.
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw Failure.usage(file + " is over 16 MB", "is it what its name says?");
      }
      return Optional.of(bytes);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read %s: %s".formatted(file, e.getMessage()), "check its permissions", e);
    }
  }

  /** The text of a file; what is no UTF-8 in it becomes U+FFFD. */
  static Optional<String> text(Path file) {
    return bytes(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /**
   * The tables of a file.
   *
   * @param shown how errors name it
   * @throws Failure (usage) with {@code file:line:column} where it is no TOML
   */
  static Optional<TomlFields> toml(Path file, String shown) {
    return bytes(file).map(bytes -> TomlFields.parse(bytes, shown, HINT));
  }
}
