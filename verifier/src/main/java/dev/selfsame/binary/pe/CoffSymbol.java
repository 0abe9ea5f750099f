package dev.selfsame.binary.pe;

import dev.selfsame.binary.bytes.ByteView;
import java.util.function.Predicate;

/**
 * An entry of the COFF symbol table. Source: Microsoft PE Format, COFF Symbol Table.
 *
 * @param name where its name begins in the file, in bytes
 * @param inline whether the name stands in the entry, which has eight bytes for it and no NUL
 *     behind them
 * @param value for one that stands in a section: its place in it
 * @param section its section's number from 1; 0 and below for none
 * @param function whether its type says that it is a function
 * @param storageClass how it is seen, such as {@link #EXTERNAL}
 * @param auxiliary entries behind it that belong to it
 */
public record CoffSymbol(
    long name,
    boolean inline,
    long value,
    int section,
    boolean function,
    int storageClass,
    int auxiliary) {

  /** Seen by other files. */
  public static final int EXTERNAL = 2;

  /** Of this file alone; also what stands for a section itself. */
  public static final int STATIC = 3;

  /** A place in code. */
  public static final int LABEL = 6;

  /** Seen by other files, and gives way to an external one. */
  public static final int WEAK = 105;

  private static final int SIZE = 18;
  private static final int BIG_SIZE = 20;
  private static final int FUNCTION = 0x20;

  /** Whether it stands for a section: its size and checksum follow. */
  public boolean sectionItself() {
    return storageClass == STATIC && value == 0 && auxiliary > 0 && !function;
  }

  /**
   * Reads all, until one is not wanted any more.
   *
   * @param more takes a symbol and says whether to go on
   * @throws dev.selfsame.binary.bytes.MalformedInputException where the table runs past the end
   */
  public static void read(PeFile file, SymbolTable table, Predicate<CoffSymbol> more) {
    boolean big = file.header().big();
    int size = big ? BIG_SIZE : SIZE;
    ByteView entries = file.bytes().slice(table.offset(), table.size());
    for (long i = 0; i < table.count(); ) {
      CoffSymbol symbol = at(entries, i * size, big, table);
      if (!more.test(symbol)) {
        return;
      }
      i += 1 + symbol.auxiliary();
    }
  }

  private static CoffSymbol at(ByteView entries, long at, boolean big, SymbolTable table) {
    boolean inline = entries.u32(at) != 0;
    long name = inline ? entries.start() + at : table.strings().start() + entries.u32(at + 4);
    long rest = at + (big ? 16 : 14);
    int section = big ? (int) entries.u32(at + 12) : (short) entries.u16(at + 12);
    return new CoffSymbol(
        name,
        inline,
        entries.u32(at + 8),
        section,
        (entries.u16(rest) & FUNCTION) != 0,
        entries.u8(rest + 2),
        entries.u8(rest + 3));
  }
}
