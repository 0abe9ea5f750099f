package dev.selfsame.source;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Finds Git LFS pointers: small text files that stand for content on another server. */
final class LfsPointers {
  /** Source: Git LFS specification, The Pointer: under 1024 bytes, the version line first. */
  private static final byte[] VERSION =
      "version https://git-lfs.github.com/spec/".getBytes(StandardCharsets.US_ASCII);

  private static final int LARGEST = 1024;

  private LfsPointers() {}

  static void refuse(List<SourceEntry> entries) throws IOException {
    for (SourceEntry entry : entries) {
      if (entry.kind() != SourceEntry.Kind.LINK && isPointer(entry)) {
        throw Failure.usage(
            entry.path() + " is a Git LFS pointer, and the commit does not hold its content",
            "commit the file itself: git lfs untrack " + entry.path());
      }
    }
  }

  private static boolean isPointer(SourceEntry entry) throws IOException {
    if (!canBe(entry.size())) {
      return false;
    }
    try (InputStream in = entry.content().open()) {
      return begins(in.readNBytes(VERSION.length));
    }
  }

  /** Whether a file of so many bytes can be one. */
  static boolean canBe(long size) {
    return size >= VERSION.length && size < LARGEST;
  }

  /** Whether a file that begins so is one, given its size. */
  static boolean begins(byte[] start) {
    return start.length >= VERSION.length
        && Arrays.equals(Arrays.copyOf(start, VERSION.length), VERSION);
  }
}
