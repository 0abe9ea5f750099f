package dev.selfsame.binary.elf;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;

/**
 * A symbol table, read entry by entry. Source: gABI, Symbol Table.
 *
 * @param entries the table's bytes
 * @param names the string table's bytes
 * @param wide whether entries are 24 bytes long, not 16
 */
public record SymbolTable(ByteView entries, ByteView names, boolean wide) {
  private static final int MAX_NAME = 4096;

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

  /** Where a symbol's entry stands in the file, in bytes. */
  public long offset(long index) {
    return entries.start() + index * entrySize();
  }

  private int entrySize() {
    return wide ? 24 : 16;
  }
}
