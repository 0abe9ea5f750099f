package dev.selfsame.binary.elf;

import dev.selfsame.binary.bytes.ByteView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An entry of the dynamic table. Source: gABI, Dynamic Section.
 *
 * @param tag {@code d_tag}
 * @param value {@code d_un}
 * @param offset where it stands in the file, in bytes
 */
public record DynamicEntry(long tag, long value, long offset) {
  public static final long NEEDED = 1;
  public static final long STRTAB = 5;
  public static final long SONAME = 14;
  public static final long RPATH = 15;
  public static final long BIND_NOW = 24;
  public static final long RUNPATH = 29;
  public static final long FLAGS = 30;
  public static final long FLAGS_1 = 0x6fff_fffbL;

  private static final int MAX_NAME = 1024;

  /**
   * The dynamic table up to its end mark; empty where the file has none.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it runs past the end
   */
  public static List<DynamicEntry> readAll(ElfFile file) {
    Optional<ByteView> table =
        file.section(Section.DYNAMIC)
            .map(file::content)
            .or(() -> file.segment(Segment.DYNAMIC).map(file::content));
    return table.map(view -> read(view, file.header().wide())).orElse(List.of());
  }

  /**
   * Whether the file has a dynamic table of which it holds no byte: so a file with debug
   * information alone, made by {@code objcopy --only-keep-debug}. What the table says is then not
   * known.
   */
  public static boolean elsewhere(ElfFile file) {
    return file.section(Section.DYNAMIC).isEmpty()
        && file.segment(Segment.DYNAMIC).filter(segment -> segment.size() == 0).isPresent();
  }

  private static List<DynamicEntry> read(ByteView table, boolean wide) {
    int size = wide ? 16 : 8;
    List<DynamicEntry> entries = new ArrayList<>();
    for (long at = 0; at + size <= table.size(); at += size) {
      long tag = table.word(at, wide);
      if (tag == 0) {
        break;
      }
      if (entries.size() == ElfFile.MAX_HEADERS) {
        throw table.malformed(at, "dynamic table of too many entries");
      }
      entries.add(new DynamicEntry(tag, table.word(at + size / 2, wide), table.start() + at));
    }
    return entries;
  }

  /**
   * The text that the value names in the dynamic string table.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where there is none
   */
  public String text(ElfFile file) {
    return strings(file).text(value, MAX_NAME);
  }

  /** By section; without sections, by the address that the table itself gives. */
  private ByteView strings(ElfFile file) {
    Optional<ByteView> linked =
        file.section(Section.DYNAMIC).flatMap(file::linked).map(file::content);
    return linked.orElseGet(() -> stringsByAddress(file));
  }

  private ByteView stringsByAddress(ElfFile file) {
    long address =
        readAll(file).stream()
            .filter(entry -> entry.tag() == STRTAB)
            .findFirst()
            .orElseThrow(() -> file.bytes().malformed(offset, "no dynamic string table"))
            .value();
    return file.segments().stream()
        .filter(segment -> segment.type() == Segment.LOAD && segment.holdsAddress(address))
        .findFirst()
        .map(segment -> tail(file, segment, address - segment.address()))
        .orElseThrow(() -> file.bytes().malformed(offset, "dynamic string table is not loaded"));
  }

  private static ByteView tail(ElfFile file, Segment segment, long from) {
    ByteView content = file.content(segment);
    return content.slice(from, content.size() - from);
  }
}
