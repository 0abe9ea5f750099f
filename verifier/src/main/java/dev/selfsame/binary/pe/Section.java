package dev.selfsame.binary.pe;

/**
 * A section header.
 *
 * @param index from 1, as symbols count
 * @param name printable; long names are looked up in the string table
 * @param virtualSize bytes in memory; 0 in objects
 * @param virtualAddress relative to the image's base
 * @param rawOffset where its bytes begin in the file
 * @param rawSize bytes in the file, rounded up in images
 * @param relocationOffset where its relocations begin in the file, 0 where there are none
 * @param relocations how many
 * @param lineOffset where its line numbers begin in the file, 0 where there are none
 * @param lines how many
 * @param flags what it holds and how it is mapped
 */
public record Section(
    int index,
    String name,
    long virtualSize,
    long virtualAddress,
    long rawOffset,
    long rawSize,
    long relocationOffset,
    long relocations,
    long lineOffset,
    long lines,
    long flags) {

  /** Bytes of one section header. */
  public static final int SIZE = 40;

  /** Bytes of one relocation. */
  public static final int RELOCATION_SIZE = 10;

  /** Bytes of one line number. */
  public static final int LINE_SIZE = 6;

  /** Flag: instructions. */
  public static final long CODE = 0x20;

  /** Flag: no bytes in the file. */
  public static final long UNINITIALIZED = 0x80;

  /** Flag: comments for the linker. */
  public static final long LINKER_INFO = 0x200;

  /** Flag: left out by the linker. */
  public static final long LINKER_REMOVES = 0x800;

  /** Flag: more relocations than the header's 16 bits can count. */
  public static final long MANY_RELOCATIONS = 0x0100_0000L;

  /** Flag: not needed once the image is loaded. */
  public static final long DISCARDABLE = 0x0200_0000L;

  /** Flag: executable. */
  public static final long EXECUTE = 0x2000_0000L;

  /** Flag: writable. */
  public static final long WRITE = 0x8000_0000L;

  /** Whether a flag is set. */
  public boolean has(long flag) {
    return (flags & flag) != 0;
  }

  /** Whether it has bytes in the file. */
  public boolean inFile() {
    return rawSize > 0 && rawOffset > 0;
  }

  /** Its bytes in the file without the padding at its end. */
  public long contentSize() {
    return virtualSize == 0 ? rawSize : Math.min(virtualSize, rawSize);
  }

  /** Whether this address lies within its bytes in the file. */
  public boolean holds(long rva) {
    return inFile() && rva >= virtualAddress && rva - virtualAddress < rawSize;
  }
}
