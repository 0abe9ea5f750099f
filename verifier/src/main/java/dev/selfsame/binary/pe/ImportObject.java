package dev.selfsame.binary.pe;

import dev.selfsame.binary.bytes.ByteView;

/**
 * A member of an import library: one function of a DLL.
 *
 * @param machine such as {@link CoffHeader#AMD64}
 * @param timestamp seconds since 1970, or 0
 * @param symbol the name that the linker sees
 * @param library the DLL
 * @param size bytes of header and names
 */
public record ImportObject(int machine, long timestamp, String symbol, String library, long size) {
  /** Bytes of the header. */
  public static final int HEADER = 20;

  private static final int MAX_NAME = 4096;

  /** Whether a file is one. */
  public static boolean is(ByteView file) {
    return CoffHeader.isImport(file);
  }

  /**
   * Reads it.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it is cut short
   */
  public static ImportObject parse(ByteView file) {
    long size = file.u32(12);
    ByteView names = file.slice(HEADER, size);
    long second = 0;
    while (names.u8(second) != 0) {
      second++;
    }
    return new ImportObject(
        file.u16(6),
        file.u32(8),
        names.text(0, MAX_NAME),
        names.text(second + 1, MAX_NAME),
        HEADER + size);
  }
}
