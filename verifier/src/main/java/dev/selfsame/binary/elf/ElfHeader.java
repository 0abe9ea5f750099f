package dev.selfsame.binary.elf;

import dev.selfsame.binary.bytes.ByteView;
import java.nio.ByteOrder;

/**
 * The ELF header. Source: gABI, ELF Header.
 *
 * @param wide whether the class is ELFCLASS64
 * @param order the byte order of all numbers
 * @param abi {@code EI_OSABI}
 * @param type {@code e_type}
 * @param machine {@code e_machine}
 * @param entry {@code e_entry}, an address
 * @param programOffset {@code e_phoff}, in bytes
 * @param programEntrySize {@code e_phentsize}, in bytes
 * @param programCount {@code e_phnum}
 * @param sectionOffset {@code e_shoff}, in bytes
 * @param sectionEntrySize {@code e_shentsize}, in bytes
 * @param sectionCount {@code e_shnum}
 * @param sectionNames {@code e_shstrndx}
 * @param flags {@code e_flags}
 */
public record ElfHeader(
    boolean wide,
    ByteOrder order,
    int abi,
    int type,
    int machine,
    long entry,
    long programOffset,
    int programEntrySize,
    int programCount,
    long sectionOffset,
    int sectionEntrySize,
    int sectionCount,
    int sectionNames,
    long flags) {

  /** {@code ET_REL}: a relocatable object. */
  public static final int TYPE_REL = 1;

  /** {@code ET_EXEC}: a program at fixed addresses. */
  public static final int TYPE_EXEC = 2;

  /** {@code ET_DYN}: a shared object or a position-independent program. */
  public static final int TYPE_DYN = 3;

  /** {@code ET_CORE}: a core dump. */
  public static final int TYPE_CORE = 4;

  private static final byte[] MAGIC = {0x7f, 'E', 'L', 'F'};

  /** Whether a file begins with ELF's magic number. */
  public static boolean isElf(ByteView file) {
    return file.startsWith(0, MAGIC);
  }

  /**
   * Reads the header at offset 0.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it is cut short, or names a
   *     class or byte order that does not exist
   */
  public static ElfHeader parse(ByteView file) {
    boolean wide = is64(file);
    ByteView view = file.in(order(file)).slice(0, size(wide));
    int at = 24;
    int word = wide ? 8 : 4;
    int rest = at + 3 * word;
    return new ElfHeader(
        wide,
        order(file),
        view.u8(7),
        view.u16(16),
        view.u16(18),
        view.word(at, wide),
        view.word(at + word, wide),
        view.u16(rest + 6),
        view.u16(rest + 8),
        view.word(at + 2 * word, wide),
        view.u16(rest + 10),
        view.u16(rest + 12),
        view.u16(rest + 14),
        view.u32(rest));
  }

  /** Bytes of the header. */
  public int size() {
    return size(wide);
  }

  private static int size(boolean wide) {
    return wide ? 64 : 52;
  }

  private static boolean is64(ByteView file) {
    return switch (file.u8(4)) {
      case 1 -> false;
      case 2 -> true;
      default -> throw file.malformed(4, "ELF class is neither 32 nor 64 bits");
    };
  }

  private static ByteOrder order(ByteView file) {
    return switch (file.u8(5)) {
      case 1 -> ByteOrder.LITTLE_ENDIAN;
      case 2 -> ByteOrder.BIG_ENDIAN;
      default -> throw file.malformed(5, "ELF byte order is neither little nor big");
    };
  }
}
