package dev.selfsame.source;

import static java.util.Objects.requireNonNull;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;

/**
 * One file of a package.
 *
 * @param path within the packaged folder, with slashes
 * @param kind what it is
 * @param size bytes of the content; of a link, of its target
 * @param content opens the content
 */
record SourceEntry(String path, Kind kind, long size, Content content) {
  /** Byte order of the paths in UTF-8, which is git's own order of a flattened tree. */
  static final Comparator<SourceEntry> BYTE_ORDER =
      (a, b) ->
          Arrays.compareUnsigned(
              a.path.getBytes(StandardCharsets.UTF_8), b.path.getBytes(StandardCharsets.UTF_8));

  SourceEntry {
    requireNonNull(path);
    requireNonNull(kind);
    requireNonNull(content);
  }

  /** What git knows a file to be. */
  enum Kind {
    FILE(0644),
    EXECUTABLE(0755),
    LINK(0777);

    private final int mode;

    Kind(int mode) {
      this.mode = mode;
    }

    int mode() {
      return mode;
    }
  }

  /** Where the bytes come from. */
  @FunctionalInterface
  interface Content {
    InputStream open() throws IOException;
  }

  /** A path that git holds as bytes. */
  static String path(byte[] raw) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
    } catch (CharacterCodingException e) {
      throw Failure.usage(
          "a tracked file's name is not UTF-8: " + new String(raw, StandardCharsets.UTF_8),
          "rename it: git mv OLD NEW");
    }
  }

  static Failure submodule(String path) {
    return Failure.usage(
        "%s is a git submodule, and the commit does not hold its content".formatted(path),
        "commit the files themselves (git subtree add), or depend on it as a crate");
  }
}
