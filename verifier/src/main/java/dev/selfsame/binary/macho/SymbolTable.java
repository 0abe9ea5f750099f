package dev.selfsame.binary.macho;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;

/**
 * A symbol table, read entry by entry. Source: {@code nlist.h}, {@code stab.h}.
 *
 * @param entries the table's bytes
 * @param names the string table's bytes
 * @param wide whether entries are 16 bytes long, not 12
 */
public record SymbolTable(ByteView entries, ByteView names, boolean wide) {
  private static final int MAX_NAME = 4096;
  private static final int STAB = 0xe0;
  private static final int TYPE = 0x0e;
  private static final int EXTERNAL = 0x01;
  private static final int DEFINED_IN_SECTION = 0x0e;

  /** {@code N_FUN}: a function; the one without a name ends it, and its value is the size. */
  public static final int STAB_FUNCTION = 0x24;

  /** {@code N_OPT}: an option of the compiler; {@code strip} of Apple leaves one behind. */
  public static final int STAB_OPTION = 0x3c;

  /** {@code N_SLINE}: a source line, as compilers before DWARF wrote it. */
  public static final int STAB_LINE = 0x44;

  /** {@code N_SO}: a source file. */
  public static final int STAB_SOURCE = 0x64;

  /** {@code N_OSO}: the object file that has the debug information. */
  public static final int STAB_OBJECT = 0x66;

  /**
   * The table that {@code LC_SYMTAB} names.
   *
   * @throws MalformedInputException where it or its string table runs past the end
   */
  public static SymbolTable of(MachoFile file, LoadCommand.Symbols command) {
    boolean wide = file.header().wide();
    Extent entries = new Extent(command.symbols(), command.count() * entrySize(wide));
    return new SymbolTable(
        file.content(entries, "symbol table"),
        file.content(command.strings(), "string table"),
        wide);
  }

  /** Bytes of one entry. */
  public static int entrySize(boolean wide) {
    return wide ? 16 : 12;
  }

  /** Entries in the table. */
  public long count() {
    return entries.size() / entrySize(wide);
  }

  /** {@code n_type}. */
  public int type(long index) {
    return entries.u8(at(index) + 4);
  }

  /** Whether the entry is for debuggers; its type is then one of {@code stab.h}. */
  public boolean stab(long index) {
    return (type(index) & STAB) != 0;
  }

  /** Whether other files see the symbol. */
  public boolean external(long index) {
    return (type(index) & EXTERNAL) != 0;
  }

  /** Whether another file has to define it; a common symbol has a size for its value. */
  public boolean undefined(long index) {
    return !stab(index) && (type(index) & TYPE) == 0;
  }

  /** Whether it stands in a section. */
  public boolean inSection(long index) {
    return !stab(index) && (type(index) & TYPE) == DEFINED_IN_SECTION;
  }

  /** {@code n_sect}: the section's number, from 1. */
  public int section(long index) {
    return entries.u8(at(index) + 5);
  }

  /** {@code n_desc}. */
  public int description(long index) {
    return entries.u16(at(index) + 6);
  }

  /** {@code n_value}: an address, where the symbol stands in a section. */
  public long value(long index) {
    return entries.word(at(index) + 8, wide);
  }

  /** {@code n_strx}: where the name begins in the string table, in bytes. */
  public long nameOffset(long index) {
    return entries.u32(at(index));
  }

  /** Whether a symbol's name is exactly this; false where it cannot be read. */
  public boolean named(long index, byte[] nameWithNul) {
    return names.startsWith(nameOffset(index), nameWithNul);
  }

  /**
   * A symbol's name, empty where it has none.
   *
   * @throws MalformedInputException where the string table ends before it
   */
  public String name(long index) {
    long at = nameOffset(index);
    return at == 0 ? "" : names.text(at, MAX_NAME);
  }

  /** Where a symbol's entry stands in the whole file, in bytes. */
  public long offset(long index) {
    return entries.start() + at(index);
  }

  private long at(long index) {
    return index * entrySize(wide);
  }
}
