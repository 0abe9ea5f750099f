package dev.selfsame.binary.pe;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.NameLimit;

/**
 * The COFF symbol table and the string table behind it.
 *
 * @param offset where the symbols begin in the file, in bytes
 * @param count entries, auxiliary ones included
 * @param size bytes of the symbols
 * @param strings the string table, its size field included; empty where there is none
 */
public record SymbolTable(long offset, long count, long size, ByteView strings) {
  /** The longest name that is read, in bytes. */
  static final int MAX_NAME = 4096;

  /**
   * Finds it.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it runs past the end
   */
  static SymbolTable of(ByteView file, CoffHeader header) {
    long offset = header.symbolOffset();
    if (offset == 0) {
      return new SymbolTable(0, 0, 0, file.slice(0, 0));
    }
    int entry = header.big() ? 20 : 18;
    long size = (long) file.count(offset, header.symbolCount(), entry) * entry;
    long at = offset + size;
    long strings = file.u32(at);
    // Some tools write 0 for an empty table, although the field counts itself.
    return new SymbolTable(
        offset, header.symbolCount(), size, file.slice(at, Math.max(4, strings)));
  }

  /** Reads texts by their offsets in the string table. */
  NameLimit kept() {
    return new NameLimit(strings);
  }
}
