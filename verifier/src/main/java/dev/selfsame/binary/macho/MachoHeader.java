package dev.selfsame.binary.macho;

import dev.selfsame.binary.bytes.ByteView;
import java.nio.ByteOrder;

/**
 * The header of a Mach-O file or slice. Source: {@code loader.h}, {@code mach_header} and {@code
 * mach_header_64}.
 *
 * @param wide whether addresses have 64 bits
 * @param order the byte order of all numbers, code signatures apart
 * @param cpu the processor
 * @param type {@code filetype}
 * @param commandCount {@code ncmds}
 * @param commandsSize {@code sizeofcmds}, in bytes
 * @param flags {@code flags}
 */
public record MachoHeader(
    boolean wide,
    ByteOrder order,
    Cpu cpu,
    long type,
    long commandCount,
    long commandsSize,
    long flags) {
  public static final int TYPE_OBJECT = 1;
  public static final int TYPE_EXECUTE = 2;
  public static final int TYPE_CORE = 4;
  public static final int TYPE_PRELOAD = 5;
  public static final int TYPE_DYLIB = 6;
  public static final int TYPE_DYLINKER = 7;
  public static final int TYPE_BUNDLE = 8;
  public static final int TYPE_DYLIB_STUB = 9;
  public static final int TYPE_DSYM = 10;
  public static final int TYPE_KEXT = 11;
  public static final int TYPE_FILESET = 12;

  public static final long FLAG_DYLDLINK = 0x4;
  public static final long FLAG_ALLOW_STACK_EXECUTION = 0x2_0000;
  public static final long FLAG_PIE = 0x20_0000;
  public static final long FLAG_NO_HEAP_EXECUTION = 0x100_0000;

  private static final long MAGIC = 0xfeed_faceL;
  private static final long MAGIC_64 = 0xfeed_facfL;

  /** Whether a file begins with one of Mach-O's four magic numbers. */
  public static boolean isMacho(ByteView file) {
    return file.holds(0, 4)
        && (isMagic(file, ByteOrder.LITTLE_ENDIAN) || isMagic(file, ByteOrder.BIG_ENDIAN));
  }

  /**
   * Reads the header at offset 0.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it is cut short, or has none of
   *     the magic numbers
   */
  public static MachoHeader parse(ByteView file) {
    ByteOrder order =
        isMagic(file, ByteOrder.LITTLE_ENDIAN) ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    if (!isMagic(file, order)) {
      throw file.malformed(0, "no magic number of Mach-O");
    }
    ByteView view = file.in(order);
    boolean wide = view.u32(0) == MAGIC_64;
    view = view.slice(0, size(wide));
    return new MachoHeader(
        wide,
        order,
        new Cpu((int) view.u32(4), (int) view.u32(8)),
        view.u32(12),
        view.u32(16),
        view.u32(20),
        view.u32(24));
  }

  /**
   * The processor that the header of {@link #isMacho such a file} names.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it is cut short
   */
  public static Cpu cpu(ByteView file) {
    ByteView view =
        file.in(
            isMagic(file, ByteOrder.LITTLE_ENDIAN)
                ? ByteOrder.LITTLE_ENDIAN
                : ByteOrder.BIG_ENDIAN);
    return new Cpu((int) view.u32(4), (int) view.u32(8));
  }

  private static boolean isMagic(ByteView file, ByteOrder order) {
    long magic = file.in(order).u32(0);
    return magic == MAGIC || magic == MAGIC_64;
  }

  /** Whether a flag is set. */
  public boolean has(long flag) {
    return (flags & flag) != 0;
  }

  /** Bytes of the header. */
  public int size() {
    return size(wide);
  }

  private static int size(boolean wide) {
    return wide ? 32 : 28;
  }
}
