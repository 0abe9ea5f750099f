package dev.selfsame.binary.pe;

import dev.selfsame.binary.bytes.ByteView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An attribute certificate, of which only the frame is read.
 *
 * @param offset where it begins in the file, in bytes
 * @param size bytes, without the padding behind it
 * @param type 2 for Authenticode (PKCS #7 signed data)
 */
public record Certificate(long offset, long size, int type) {
  /** Authenticode. */
  public static final int PKCS_SIGNED_DATA = 2;

  private static final int MAX = 256;

  /**
   * Every certificate.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where the table runs past the end
   */
  public static List<Certificate> readAll(PeFile file) {
    List<Certificate> certificates = new ArrayList<>();
    Optional<DataDirectory> directory = file.directory(DataDirectory.CERTIFICATES);
    if (directory.isEmpty()) {
      return certificates;
    }
    ByteView table = file.bytes().slice(directory.get().rva(), directory.get().size());
    for (long at = 0; at + 8 <= table.size() && certificates.size() < MAX; ) {
      long size = table.u32(at);
      if (size < 8 || size > table.size() - at) {
        throw table.malformed(at, "certificate of %d bytes".formatted(size));
      }
      certificates.add(new Certificate(table.start() + at, size, table.u16(at + 6)));
      at += (size + 7) / 8 * 8;
    }
    return certificates;
  }
}
