package dev.selfsame.binary.elf;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.bytes.NameLimit;

/**
 * A symbol table, read entry by entry. Source: gABI, Symbol Table.
 *
 * @param entries the table's bytes
 * @param names the string table's bytes
 * @param wide whether entries are 24 bytes long, not 16
 */
public record SymbolTable(ByteView entries, ByteView names, boolean wide) {
  private static final int MAX_NAME = 4096;

  /** {@code STT_NOTYPE}. */
  public static final int TYPE_NONE = 0;

  /** {@code STT_OBJECT}: data. */
  public static final int TYPE_OBJECT = 1;

  /** {@code STT_FUNC}: code. */
  public static final int TYPE_FUNC = 2;

  /** {@code STT_SECTION}: a section of the file, for relocations. */
  public static final int TYPE_SECTION = 3;

  /** {@code STT_TLS}: thread-local data. */
  public static final int TYPE_TLS = 6;

  /** {@code STT_GNU_IFUNC}: code that chooses code. */
  public static final int TYPE_IFUNC = 10;

  /** {@code STB_LOCAL}. */
  public static final int BIND_LOCAL = 0;

  /** {@code STB_WEAK}. */
  public static final int BIND_WEAK = 2;

  /** {@code STT_FILE}: the name of a source file or codegen unit. */
  public static final int TYPE_FILE = 4;

  /**
   * The table in a section of type SYMTAB or DYNSYM.
   *
   * @throws MalformedInputException where it or its string table runs past the end
   */
  public static SymbolTable of(ElfFile file, Section section) {
    ByteView names = file.linked(section).map(file::content).orElse(file.bytes().slice(0, 0));
    return new SymbolTable(file.content(section), names, file.header().wide());
  }

  /** Whole entries in the table, the null symbol included. */
  public long count() {
    return entries.size() / entrySize();
  }

  /** The type of a symbol, 0 to 15. */
  public int type(long index) {
    return entries.u8(index * entrySize() + (wide ? 4 : 12)) & 0xf;
  }

  /** Who sees a symbol: {@code STB_}, 0 to 15. */
  public int binding(long index) {
    return entries.u8(index * entrySize() + (wide ? 4 : 12)) >> 4;
  }

  /** The index of the section that holds it; 0 and from 0xff00 on, none does. */
  public int section(long index) {
    return entries.u16(index * entrySize() + (wide ? 6 : 14));
  }

  /** An address, or in relocatable files an offset within its section. */
  public long value(long index) {
    return entries.word(index * entrySize() + (wide ? 8 : 4), wide);
  }

  /** Its bytes, as the file says it; 0 where that is not known. */
  public long size(long index) {
    return entries.word(index * entrySize() + (wide ? 16 : 8), wide);
  }

  /** Where its name begins in the string table. */
  public long nameOffset(long index) {
    return entries.u32(index * entrySize());
  }

  /** Whether another file has to define it. */
  public boolean undefined(long index) {
    return entries.u16(index * entrySize() + (wide ? 6 : 14)) == 0;
  }

  /** Whether a symbol's name is exactly this; false where it cannot be read. */
  public boolean named(long index, byte[] nameWithNul) {
    return names.startsWith(entries.u32(index * entrySize()), nameWithNul);
  }

  /**
   * A symbol's name.
   *
   * @throws MalformedInputException where the string table ends before it
   */
  public String name(long index) {
    return names.text(entries.u32(index * entrySize()), MAX_NAME);
  }

  /**
   * A symbol's name, of those that are kept.
   *
   * @param kept of the string table
   * @throws MalformedInputException where the string table ends before it, or too much is kept
   */
  public String name(long index, NameLimit kept) {
    return kept.text(nameOffset(index), MAX_NAME);
  }

  /** Where a symbol's entry stands in the file, in bytes. */
  public long offset(long index) {
    return entries.start() + index * entrySize();
  }

  private int entrySize() {
    return wide ? 24 : 16;
  }
}
