package dev.selfsame.binary.pe;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import dev.selfsame.binary.bytes.NameLimit;
import dev.selfsame.binary.bytes.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads section headers one by one, so that those before a damaged one are kept. */
final class SectionReader {
  /** More are not told anyway. */
  private static final int MOST_PROBLEMS = 100;

  private static final String BASE64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private final ByteView file;
  private final CoffHeader header;
  private final Optional<NameLimit> names;
  private final List<Section> sections = new ArrayList<>();
  private final List<MalformedInputException> problems = new ArrayList<>();

  SectionReader(ByteView file, CoffHeader header, Optional<SymbolTable> symbols) {
    this.file = file;
    this.header = header;
    this.names = symbols.filter(table -> table.strings().size() > 4).map(SymbolTable::kept);
  }

  List<Section> sections() {
    return sections;
  }

  /** Names that could not be looked up. */
  List<MalformedInputException> problems() {
    return problems;
  }

  /** Returns true, or throws where they run past the end; what was read before is kept. */
  boolean readAll() {
    long at = header.offset() + header.size() + header.optionalSize();
    if (header.sectionCount() > PeFile.MAX_SECTIONS) {
      throw file.malformed(at, "too many sections: " + header.sectionCount());
    }
    for (int i = 1; i <= header.sectionCount(); i++, at += Section.SIZE) {
      sections.add(read(file.slice(at, Section.SIZE), i));
    }
    return true;
  }

  private Section read(ByteView raw, int index) {
    long flags = raw.u32(36);
    long relocations = raw.u16(32);
    long relocationOffset = raw.u32(24);
    if (relocations == 0xffff && (flags & Section.MANY_RELOCATIONS) != 0) {
      // The first entry is then no relocation: its address is the count, itself included.
      relocations = file.holds(relocationOffset, 4) ? file.u32(relocationOffset) : relocations;
    }
    return new Section(
        index,
        name(raw),
        raw.u32(8),
        raw.u32(12),
        raw.u32(20),
        raw.u32(16),
        relocationOffset,
        relocations,
        raw.u32(28),
        raw.u16(34),
        flags);
  }

  private String name(ByteView raw) {
    int size = 0;
    while (size < 8 && raw.u8(size) != 0) {
      size++;
    }
    String name = Printable.of(raw.copy(0, size));
    long at = stringOffset(name);
    if (at < 0 || names.isEmpty()) {
      return name;
    }
    try {
      return names.get().text(at, SymbolTable.MAX_NAME);
    } catch (MalformedInputException e) {
      if (problems.size() < MOST_PROBLEMS) {
        problems.add(
            raw.malformed(0, "section name %s is not in the string table".formatted(name)));
      }
      return name;
    }
  }

  /** {@code /123}, or {@code //} and six base64 digits where seven decimal ones do not suffice. */
  private static long stringOffset(String name) {
    if (name.matches("/[0-9]{1,7}")) {
      return Long.parseLong(name.substring(1));
    }
    if (!name.matches("//[A-Za-z0-9+/]{6}")) {
      return -1;
    }
    long value = 0;
    for (int i = 2; i < 8; i++) {
      value = value * 64 + BASE64.indexOf(name.charAt(i));
    }
    return value;
  }
}
