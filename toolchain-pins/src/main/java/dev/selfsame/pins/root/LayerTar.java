package dev.selfsame.pins.root;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.DigestingOutputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Writes a root's layer tar again, from its tree and its list of entries. */
final class LayerTar {
  private LayerTar() {}

  /**
   * Writes the tar.
   *
   * @return its SHA-256: the root's DiffID, unless somebody has changed the tree
   * @throws IOException where a file of the list is missing or shorter than it was
   */
  static Digest write(Path tree, Path entries, OutputStream out) throws IOException {
    DigestingOutputStream hash = new DigestingOutputStream(out);
    OutputStream buffered = new BufferedOutputStream(hash, 1 << 17);
    TarWriter tar = new TarWriter(buffered);
    try (BufferedReader lines = Files.newBufferedReader(entries, StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        TarEntry entry = parse(line);
        tar.header(entry);
        if (entry.kind() == TarEntry.Kind.FILE) {
          copy(tree.resolve(entry.path()), entry.size(), buffered);
          tar.pad(entry.size());
        } else {
          checkKind(tree.resolve(entry.path()), entry);
        }
      }
    }
    tar.finish();
    buffered.flush();
    return hash.digest();
  }

  static TarEntry parse(String line) throws IOException {
    try {
      return TarEntry.parse(line);
    } catch (IllegalArgumentException e) {
      throw new IOException("the list of entries is damaged: " + line, e);
    }
  }

  private static void copy(Path file, long size, OutputStream out) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) != size) {
      throw new IOException("not the file that was unpacked: " + file);
    }
    byte[] buffer = new byte[1 << 17];
    try (InputStream in = Files.newInputStream(file)) {
      for (long rest = size; rest > 0; ) {
        int n = in.read(buffer, 0, (int) Math.min(buffer.length, rest));
        if (n < 0) {
          throw new EOFException("shorter than it was: " + file);
        }
        out.write(buffer, 0, n);
        rest -= n;
      }
    }
  }

  private static void checkKind(Path path, TarEntry entry) throws IOException {
    boolean same =
        switch (entry.kind()) {
          case DIRECTORY -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
          case SYMLINK ->
              Files.isSymbolicLink(path)
                  && Files.readSymbolicLink(path).toString().equals(entry.link());
          case FILE, HARD_LINK -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
        };
    if (!same) {
      throw new IOException("not what was unpacked: " + path);
    }
  }
}
