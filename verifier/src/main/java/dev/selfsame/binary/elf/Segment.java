package dev.selfsame.binary.elf;

/**
 * A program header. Source: gABI, Program Header.
 *
 * @param index its place in the table
 * @param type {@code p_type}
 * @param flags {@code p_flags}
 * @param offset {@code p_offset}, as the file says it
 * @param address {@code p_vaddr}
 * @param size {@code p_filesz}, as the file says it
 */
public record Segment(int index, long type, long flags, long offset, long address, long size) {
  public static final long LOAD = 1;
  public static final long DYNAMIC = 2;
  public static final long INTERP = 3;
  public static final long NOTE = 4;
  public static final long TLS = 7;
  public static final long GNU_EH_FRAME = 0x6474_e550L;
  public static final long GNU_STACK = 0x6474_e551L;
  public static final long GNU_RELRO = 0x6474_e552L;

  public boolean executable() {
    return (flags & 1) != 0;
  }

  public boolean writable() {
    return (flags & 2) != 0;
  }

  public boolean readable() {
    return (flags & 4) != 0;
  }

  /** Whether a file offset lies within the segment. */
  public boolean holds(long at) {
    return at >= offset && at - offset < size;
  }

  /** Whether an address lies within the part of the segment that the file holds. */
  public boolean holdsAddress(long at) {
    return at >= address && at - address < size;
  }
}
