package dev.selfsame.pins.root;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.DigestingOutputStream;
import dev.selfsame.pins.root.TarEntry.Kind;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The layer of an image that holds its program: a function of the program's bytes and of the two
 * paths alone, so that whoever has the program can tell whether a layer is of it.
 *
 * <p>It holds the folders above both paths (mode 0755) and the program (mode 0755), all of root's
 * and of the time 0, as a tar within gzip that does not compress.
 *
 * @param program the program's absolute path
 * @param folders absolute folders that are there too, each perhaps empty
 */
public record BinaryLayer(String program, List<String> folders) {
  private static final int CHUNK = 1 << 17;

  public BinaryLayer {
    folders = List.copyOf(folders);
    requireClean(program);
    folders.forEach(BinaryLayer::requireClean);
  }

  /**
   * A layer that was written.
   *
   * @param digest SHA-256 of the gzip, by which a registry knows it
   * @param diffId SHA-256 of the tar
   * @param program SHA-256 of the program within
   * @param size bytes of the gzip
   */
  public record Written(Digest digest, Digest diffId, Digest program, long size) {}

  /** Bytes that can be had once. */
  public interface Content {
    /** Writes all of them. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes the layer; the stream stays open.
   *
   * @param binary the program
   * @param size how many bytes it has
   * @throws EOFException where it has another number of them
   */
  public Written write(Content binary, long size, OutputStream out) throws IOException {
    DigestingOutputStream whole = new DigestingOutputStream(new Unclosed(out));
    Digest diffId;
    Digest content;
    try (StoredGzip gzip = new StoredGzip(whole)) {
      DigestingOutputStream hash = new DigestingOutputStream(gzip);
      OutputStream buffered = new BufferedOutputStream(hash, CHUNK);
      TarWriter tar = new TarWriter(buffered);
      for (String folder : above()) {
        tar.header(TarEntry.directory(folder, 0755, 0));
      }
      tar.header(new TarEntry(Kind.FILE, relative(program), 0755, 0, 0, 0, size, ""));
      content = copy(binary, size, buffered);
      tar.pad(size);
      tar.finish();
      buffered.flush();
      diffId = hash.digest();
    }
    return new Written(whole.digest(), diffId, content, whole.count());
  }

  /** Every folder that the layer holds, relative, each after the one that holds it. */
  List<String> above() {
    TreeSet<String> all = new TreeSet<>();
    List<String> ends = new ArrayList<>(folders.stream().map(BinaryLayer::relative).toList());
    ends.add(TarEntry.parentOf(relative(program)));
    for (String end : ends) {
      for (String at = end; !at.isEmpty(); at = TarEntry.parentOf(at)) {
        all.add(at);
      }
    }
    return List.copyOf(all);
  }

  static String relative(String absolute) {
    return absolute.substring(1);
  }

  private static void requireClean(String path) {
    if (!path.startsWith("/") || !TarEntry.isClean(relative(path))) {
      throw new IllegalArgumentException("not an absolute path: " + path);
    }
  }

  private static Digest copy(Content binary, long size, OutputStream tar) throws IOException {
    DigestingOutputStream counting = new DigestingOutputStream(new Unclosed(tar));
    binary.writeTo(counting);
    if (counting.count() != size) {
      throw new EOFException("the program has %d bytes, not %d".formatted(counting.count(), size));
    }
    return counting.digest();
  }

  /** What is written to belongs to the caller. */
  private static final class Unclosed extends java.io.FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
