package dev.selfsame.compare.tree;

import dev.selfsame.files.GzipStream;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** How an archive is packed, by its content: a name can say anything. */
enum ArchiveKind {
  TAR,
  TAR_GZ,
  TAR_XZ,
  TAR_ZST,
  ZIP,
  DEB;

  private static final int TAR_HEADER = 512;
  private static final int CHECKSUM = 148;

  /**
   * The kind of a file; empty where it is no archive that is read here.
   *
   * @throws Failure (undecided) where it is named as a tar that is compressed in a way that is not
   *     read
   */
  static Optional<ArchiveKind> of(Path file) throws IOException {
    byte[] head = head(Files.newInputStream(file));
    if (starts(head, 'P', 'K', 3, 4) || starts(head, 'P', 'K', 5, 6)) {
      return Optional.of(ZIP);
    } else if (isDeb(head)) {
      return Optional.of(DEB);
    } else if (isTar(head)) {
      return Optional.of(TAR);
    } else if (starts(head, 0x1f, 0x8b)) {
      return holdsTar(() -> new GzipStream(Bounds.timed(Files.newInputStream(file)), TAR_HEADER))
          ? Optional.of(TAR_GZ)
          : Optional.empty();
    } else if (starts(head, 0xfd, '7', 'z', 'X', 'Z', 0)) {
      return holdsTar(() -> ArchiveStream.xz(Bounds.timed(Files.newInputStream(file))))
          ? Optional.of(TAR_XZ)
          : Optional.empty();
    } else if (isZstd(head)) {
      if (holdsTar(() -> ArchiveStream.zstd(Bounds.timed(Files.newInputStream(file))))) {
        return Optional.of(TAR_ZST);
      } else if (file.toString().matches(".*\\.(tar\\.|t)zst")) {
        throw unread(file.toString());
      }
    }
    return Optional.empty();
  }

  static Failure unread(String what) {
    return Failure.undecided(
        what + " is compressed in a way that is not read here",
        "decompress it first, such as with zstd -d");
  }

  /** Opens a stream, which may fail. */
  @FunctionalInterface
  private interface Opening {
    InputStream open() throws IOException;
  }

  /** A damaged stream is no archive here: it is then compared as the file that it is. */
  private static boolean holdsTar(Opening opening) {
    try {
      return isTar(head(opening.open()));
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] head(InputStream stream) throws IOException {
    try (InputStream in = stream) {
      return in.readNBytes(TAR_HEADER);
    }
  }

  /**
   * By checksum, for the oldest tars have no magic number. Computed here: most files that are
   * looked at are binaries, and should not cost the loading of a library.
   */
  private static boolean isTar(byte[] head) {
    if (head.length < TAR_HEADER || head[0] == 0) {
      return false;
    }
    int sum = 8 * ' ';
    for (int i = 0; i < TAR_HEADER; i++) {
      sum += i >= CHECKSUM && i < CHECKSUM + 8 ? 0 : head[i] & 0xff;
    }
    String field = new String(head, CHECKSUM, 8, StandardCharsets.ISO_8859_1);
    String digits = field.replaceAll("[ \\x00]", "");
    return digits.matches("[0-7]{1,7}") && Integer.parseInt(digits, 8) == sum;
  }

  private static boolean isDeb(byte[] head) {
    return new String(head, StandardCharsets.ISO_8859_1).startsWith("!<arch>\ndebian-binary");
  }

  /** A frame, or one to be skipped, which may stand first; its number's last four bits are free. */
  private static boolean isZstd(byte[] head) {
    return starts(head, 0x28, 0xb5, 0x2f, 0xfd)
        || (head.length > 0
            && (head[0] & 0xf0) == 0x50
            && starts(head, head[0] & 0xff, 0x2a, 0x4d, 0x18));
  }

  private static boolean starts(byte[] head, int... wanted) {
    if (head.length < wanted.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if ((head[i] & 0xff) != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
