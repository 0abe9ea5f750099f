package dev.selfsame.binary.macho;

/**
 * A segment. Source: {@code loader.h}, {@code segment_command} and {@code segment_command_64}.
 *
 * @param index its place among the segments, from 0
 * @param name {@code segname}, printable; empty for the one segment of an object file
 * @param address {@code vmaddr}
 * @param memory {@code vmsize}, in bytes
 * @param offset {@code fileoff}, as the file says it
 * @param size {@code filesize}, as the file says it
 * @param mostProtection {@code maxprot}
 * @param protection {@code initprot}
 * @param flags {@code flags}
 */
public record Segment(
    int index,
    String name,
    long address,
    long memory,
    long offset,
    long size,
    long mostProtection,
    long protection,
    long flags) {
  public static final String TEXT = "__TEXT";
  public static final String LINKEDIT = "__LINKEDIT";

  /** {@code SG_READ_ONLY}: made read-only once its pointers are fixed. */
  public static final long READ_ONLY = 0x10;

  public boolean writable() {
    return (protection & 2) != 0;
  }

  public boolean executable() {
    return (protection & 4) != 0;
  }

  /** Whether dyld takes the right to write away once its pointers are fixed. */
  public boolean readOnlyOnceFixed() {
    return (flags & READ_ONLY) != 0;
  }

  /** Whether an address lies within the part of the segment that the file holds. */
  public boolean holdsAddress(long at) {
    return Long.compareUnsigned(at, address) >= 0 && Long.compareUnsigned(at - address, size) < 0;
  }
}
