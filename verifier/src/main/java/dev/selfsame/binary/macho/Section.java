package dev.selfsame.binary.macho;

/**
 * A section. Source: {@code loader.h}, {@code section} and {@code section_64}.
 *
 * @param ordinal its number among all sections, from 1, as symbols count them
 * @param segment {@code segname}, printable: where the linker puts it, whichever segment holds it
 * @param name {@code sectname}, printable
 * @param address {@code addr}
 * @param size {@code size}, in bytes
 * @param offset {@code offset}, as the file says it
 * @param align {@code align}, a power of two
 * @param relocationOffset {@code reloff}, as the file says it
 * @param relocationCount {@code nreloc}
 * @param flags {@code flags}: type and attributes
 * @param reserved1 {@code reserved1}: the first indirect symbol, for sections of pointers and stubs
 * @param reserved2 {@code reserved2}: bytes of one stub, for sections of stubs
 * @param holder the segment that holds it
 */
public record Section(
    int ordinal,
    String segment,
    String name,
    long address,
    long size,
    long offset,
    long align,
    long relocationOffset,
    long relocationCount,
    long flags,
    long reserved1,
    long reserved2,
    Segment holder) {
  public static final int REGULAR = 0;
  public static final int ZEROFILL = 1;
  public static final int SYMBOL_STUBS = 8;
  public static final int GB_ZEROFILL = 12;
  public static final int THREAD_LOCAL_ZEROFILL = 18;

  private static final long PURE_INSTRUCTIONS = 0x8000_0000L;
  private static final long SOME_INSTRUCTIONS = 0x400;
  private static final long DEBUG = 0x0200_0000L;

  /** Bytes of one relocation. */
  public static final int RELOCATION_SIZE = 8;

  /** Both names, such as {@code __TEXT,__text}. */
  public String fullName() {
    return segment + "," + name;
  }

  /** The section's type, 0 to 255. */
  public int type() {
    return (int) (flags & 0xff);
  }

  /**
   * Whether it takes bytes of the file. A dSYM repeats the sections of its program without their
   * bytes, at offset 0, where the header stands.
   */
  public boolean inFile() {
    return size != 0 && offset != 0 && !zerofill();
  }

  /** Whether it is made of zeros when loaded. */
  public boolean zerofill() {
    return type() == ZEROFILL || type() == GB_ZEROFILL || type() == THREAD_LOCAL_ZEROFILL;
  }

  /** Whether it holds instructions. */
  public boolean executable() {
    return (flags & (PURE_INSTRUCTIONS | SOME_INSTRUCTIONS)) != 0;
  }

  /** Whether it is marked as read by debuggers alone. */
  public boolean debug() {
    return (flags & DEBUG) != 0;
  }

  /** Whether an address lies within the section. */
  public boolean holdsAddress(long at) {
    return Long.compareUnsigned(at, address) >= 0 && Long.compareUnsigned(at - address, size) < 0;
  }
}
