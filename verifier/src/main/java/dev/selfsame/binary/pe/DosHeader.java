package dev.selfsame.binary.pe;

import dev.selfsame.binary.bytes.ByteView;
import java.util.Optional;

/**
 * The header with which DOS would load the file, and the program that it would run.
 *
 * @param newHeader where the PE header begins within the file, in bytes
 * @param rich what Microsoft's linker noted behind the stub
 */
public record DosHeader(long newHeader, Optional<RichHeader> rich) {
  /** Bytes of the header, without the stub. */
  public static final int SIZE = 64;

  private static final byte[] MAGIC = {'M', 'Z'};
  private static final byte[] SIGNATURE = {'P', 'E', 0, 0};

  /** Stubs are some hundred bytes; a Rich header farther away is not looked for. */
  private static final long MAX_STUB = 1 << 16;

  /** Whether a file is a PE image: {@code MZ}, and {@code PE} at the offset that it names. */
  public static boolean isImage(ByteView file) {
    return file.startsWith(0, MAGIC)
        && file.holds(SIZE - 4, 4)
        && file.startsWith(file.u32(SIZE - 4), SIGNATURE);
  }

  static DosHeader parse(ByteView file) {
    long next = file.u32(SIZE - 4);
    Optional<RichHeader> rich =
        next >= SIZE && next <= MAX_STUB ? RichHeader.find(file, SIZE, next) : Optional.empty();
    return new DosHeader(next, rich);
  }
}
