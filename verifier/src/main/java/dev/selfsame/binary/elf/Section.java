package dev.selfsame.binary.elf;

/**
 * A section header. Source: gABI, Sections; GNU and LLVM extensions as their assemblers write them.
 *
 * @param index its place in the table
 * @param name printable name, empty where it has none
 * @param type {@code sh_type}
 * @param flags {@code sh_flags}
 * @param address {@code sh_addr}
 * @param offset {@code sh_offset}, as the file says it
 * @param size {@code sh_size}, as the file says it
 * @param link {@code sh_link}
 * @param info {@code sh_info}
 * @param entrySize {@code sh_entsize}, in bytes
 */
public record Section(
    int index,
    String name,
    long type,
    long flags,
    long address,
    long offset,
    long size,
    long link,
    long info,
    long entrySize) {
  public static final long NULL = 0;
  public static final long PROGBITS = 1;
  public static final long SYMTAB = 2;
  public static final long STRTAB = 3;
  public static final long RELA = 4;
  public static final long HASH = 5;
  public static final long DYNAMIC = 6;
  public static final long NOTE = 7;
  public static final long NOBITS = 8;
  public static final long REL = 9;
  public static final long DYNSYM = 11;
  public static final long INIT_ARRAY = 14;
  public static final long FINI_ARRAY = 15;
  public static final long PREINIT_ARRAY = 16;
  public static final long SYMTAB_SHNDX = 18;
  public static final long RELR = 19;
  public static final long ANDROID_REL = 0x6000_0001L;
  public static final long ANDROID_RELA = 0x6000_0002L;
  public static final long GNU_ATTRIBUTES = 0x6fff_fff5L;
  public static final long GNU_HASH = 0x6fff_fff6L;
  public static final long GNU_LIBLIST = 0x6fff_fff7L;
  public static final long GNU_VERDEF = 0x6fff_fffdL;
  public static final long GNU_VERNEED = 0x6fff_fffeL;
  public static final long GNU_VERSYM = 0x6fff_ffffL;

  /** {@code SHT_X86_64_UNWIND} and {@code SHT_ARM_EXIDX}: unwind tables on both machines. */
  public static final long PROCESSOR_UNWIND = 0x7000_0001L;

  /** Build attributes of ARM and RISC-V. */
  public static final long PROCESSOR_ATTRIBUTES = 0x7000_0003L;

  private static final long WRITE = 1;
  private static final long ALLOC = 2;
  private static final long EXECUTE = 4;
  private static final long COMPRESSED = 0x800;

  /** Whether it takes bytes of the file. */
  public boolean inFile() {
    return type != NULL && type != NOBITS && size != 0;
  }

  /** Whether it is writable when loaded. */
  public boolean writable() {
    return (flags & WRITE) != 0;
  }

  /** Whether it is loaded. */
  public boolean loaded() {
    return (flags & ALLOC) != 0;
  }

  /** Whether it holds instructions. */
  public boolean executable() {
    return (flags & EXECUTE) != 0;
  }

  /** Whether its content is compressed. */
  public boolean compressed() {
    return (flags & COMPRESSED) != 0;
  }
}
