package dev.selfsame.binary.pe;

import dev.selfsame.binary.bytes.ByteView;
import java.util.Set;

/**
 * The COFF file header, of an image or an object.
 *
 * @param offset where it begins within the file, in bytes
 * @param size bytes of this header
 * @param machine such as {@link #AMD64}
 * @param sectionCount section headers
 * @param timestamp seconds since 1970, or a hash of the file
 * @param symbolOffset where the symbol table begins within the file, 0 where there is none
 * @param symbolCount its entries
 * @param optionalSize bytes of the optional header
 * @param characteristics flags
 * @param big whether this is a big object, with longer symbol entries
 */
public record CoffHeader(
    long offset,
    int size,
    int machine,
    long sectionCount,
    long timestamp,
    long symbolOffset,
    long symbolCount,
    int optionalSize,
    int characteristics,
    boolean big) {

  /** x86-64. */
  public static final int AMD64 = 0x8664;

  /** The smallest i386 code. */
  public static final int I386 = 0x14c;

  /** AArch64. */
  public static final int ARM64 = 0xaa64;

  /** Flag: an image that can be run. */
  public static final int EXECUTABLE = 0x2;

  /** Flag: a library. */
  public static final int DLL = 0x2000;

  private static final Set<Integer> MACHINES =
      Set.of(AMD64, I386, ARM64, 0x1c0, 0x1c4, 0xa641, 0xa64e, 0x200, 0xebc, 0x5032, 0x5064);
  private static final int SIZE = 20;
  private static final int BIG_SIZE = 56;
  private static final int IMPORT_SIZE = 20;
  private static final byte[] ANONYMOUS = {0, 0, (byte) 0xff, (byte) 0xff};

  /** The class of big objects. Source: LLVM, {@code BinaryFormat/COFF.cpp}. */
  private static final byte[] BIG = {
    (byte) 0xc7,
    (byte) 0xa1,
    (byte) 0xba,
    (byte) 0xd1,
    (byte) 0xee,
    (byte) 0xba,
    (byte) 0xa9,
    0x4b,
    (byte) 0xaf,
    0x20,
    (byte) 0xfa,
    (byte) 0xf6,
    0x6a,
    (byte) 0xa4,
    (byte) 0xdc,
    (byte) 0xb8
  };

  /** Whether a file is a big object. */
  static boolean isBig(ByteView file) {
    return file.startsWith(0, ANONYMOUS) && file.holds(0, BIG_SIZE) && file.startsWith(12, BIG);
  }

  /** Whether a file is a short import object, as import libraries consist of. */
  static boolean isImport(ByteView file) {
    return file.startsWith(0, ANONYMOUS)
        && file.holds(0, IMPORT_SIZE)
        && file.u16(4) == 0
        && MACHINES.contains(file.u16(6));
  }

  /**
   * Whether a file is a COFF object. Its only magic number is the machine, so the tables have to
   * fit the file as well.
   */
  public static boolean isObject(ByteView file) {
    if (isBig(file) || isImport(file)) {
      return true;
    }
    if (!file.holds(0, SIZE) || !MACHINES.contains(file.u16(0)) || file.u16(16) != 0) {
      return false;
    }
    long sections = file.u16(2);
    long symbols = file.u32(8);
    return sections > 0
        && file.holds(SIZE, sections * Section.SIZE)
        && (file.u16(18) & (EXECUTABLE | DLL)) == 0
        && (symbols == 0 || symbols >= SIZE + sections * Section.SIZE);
  }

  /** Where the machine stands in the file, in bytes. */
  public long machinePlace() {
    return offset + (big ? 6 : 0);
  }

  /** Where the number of symbols stands in the file, in bytes. */
  public long symbolCountPlace() {
    return offset + (big ? 52 : 12);
  }

  static CoffHeader parse(ByteView file, long at) {
    return new CoffHeader(
        at,
        SIZE,
        file.u16(at),
        file.u16(at + 2),
        file.u32(at + 4),
        file.u32(at + 8),
        file.u32(at + 12),
        file.u16(at + 16),
        file.u16(at + 18),
        false);
  }

  /** Source: LLVM, {@code coff_bigobj_file_header}. */
  static CoffHeader parseBig(ByteView file) {
    return new CoffHeader(
        0,
        BIG_SIZE,
        file.u16(6),
        file.u32(44),
        file.u32(8),
        file.u32(48),
        file.u32(52),
        0,
        0,
        true);
  }
}
