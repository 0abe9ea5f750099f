package dev.selfsame.store.file;

import java.io.InputStream;
import java.nio.file.Path;

/** A process that keeps blobs until it is killed: one line on stdout for each that it kept. */
final class BlobWriter {
  private BlobWriter() {}

  /** args: registry folder, size of each blob. */
  public static void main(String[] args) {
    var blobs = RegistryFolder.create(Path.of(args[0])).registry().blobs();
    int size = Integer.parseInt(args[1]);
    for (int number = 0; ; number++) {
      System.out.println(blobs.put(content(number, size)).digest());
    }
  }

  /** Bytes that differ with the number, slowly enough to be killed in their midst. */
  static InputStream content(int number, int size) {
    return new InputStream() {
      private int at;

      @Override
      public int read() {
        return at < size ? (at++ * 31 + number) & 0xff : -1;
      }
    };
  }
}
