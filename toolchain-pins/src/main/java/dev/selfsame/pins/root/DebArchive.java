package dev.selfsame.pins.root;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.DigestingInputStream;
import dev.selfsame.files.GzipStream;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * A Debian package file: an {@code ar} archive with {@code debian-binary}, {@code control.tar.*}
 * and {@code data.tar.*}. Source: deb(5).
 */
final class DebArchive {
  private static final int CHUNK = 1 << 16;

  /** More than any package needs: xz -9 takes 65 MB. */
  private static final int XZ_MEMORY_KIB = 256 * 1024;

  private DebArchive() {}

  /** The file does not have the digest that was locked. */
  static final class WrongBytesException extends IOException {
    private static final long serialVersionUID = 1L;

    WrongBytesException(String message) {
      super(message);
    }
  }

  /**
   * Writes the uncompressed {@code data.tar} of a package file.
   *
   * @throws WrongBytesException at the end, where the file's SHA-256 is not {@code expected}; what
   *     was written until then is of no worth
   */
  static void writeData(Path file, Digest expected, OutputStream out) throws IOException {
    try (DigestingInputStream in =
        new DigestingInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 17))) {
      IOException malformed = null;
      try {
        writeData(in, out);
      } catch (java.io.InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        malformed = e;
      }
      in.skip(Long.MAX_VALUE);
      Digest found = in.digest();
      if (!found.equals(expected)) {
        throw new WrongBytesException("%s is %s, not %s".formatted(file, found, expected));
      }
      if (malformed != null) {
        throw malformed;
      }
    }
  }

  private static void writeData(InputStream in, OutputStream out) throws IOException {
    ArArchiveInputStream ar = new ArArchiveInputStream(in);
    for (ArArchiveEntry entry = ar.getNextEntry(); entry != null; entry = ar.getNextEntry()) {
      if (entry.getName().startsWith("data.tar")) {
        InputStream data = decompress(entry.getName(), ar);
        byte[] chunk = new byte[CHUNK];
        for (int n = data.readNBytes(chunk, 0, CHUNK);
            n > 0;
            n = data.readNBytes(chunk, 0, CHUNK)) {
          out.write(chunk, 0, n);
        }
        return;
      }
    }
    throw new EOFException("a Debian package without data.tar");
  }

  private static InputStream decompress(String name, InputStream in) throws IOException {
    return switch (name) {
      case "data.tar.xz" -> new XZInputStream(in, XZ_MEMORY_KIB);
      case "data.tar.gz" -> new GzipStream(in, CHUNK);
      case "data.tar" -> in;
      default ->
          throw new IOException(
              name + " has a compression that Debian does not use (xz, gz and none are read)");
    };
  }
}
