package dev.selfsame.binary;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Files whose tables say as much as their formats allow, or as readers believe, with as few bytes
 * as possible: entries that share one long text of control characters, each written as four.
 */
final class ForgedFiles {
  /** As many headers as the reader believes. */
  static final int HEADERS = 1 << 17;

  private static final int HEADER = 64;
  private static final int STRTAB = 3;

  private ForgedFiles() {}

  /** A section header: where its name is in the string table, and so on. */
  private record Made(int name, int type, long offset, long size, int link) {}

  private static byte[] texts(int size) {
    byte[] texts = new byte[size];
    Arrays.fill(texts, 0, size - 1, (byte) 1);
    return texts;
  }

  /** 64 bits, its first section the names, its count where the largest stands. */
  private static byte[] elf(int sections, byte[] names, byte[] content, IntFunction<Made> section) {
    int at = HEADER + content.length + names.length;
    int headers = at + (-at & 7);
    ByteBuffer out =
        ByteBuffer.allocate(headers + sections * HEADER).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    out.putShort(16, (short) 3).putShort(18, (short) 62).putInt(20, 1);
    out.putLong(40, headers).putShort(52, (short) HEADER).putShort(54, (short) 56);
    out.putShort(58, (short) HEADER).putShort(62, (short) 1);
    out.put(HEADER, content).put(HEADER + content.length, names);
    out.putLong(headers + 32, sections);
    header(out, headers + HEADER, new Made(0, STRTAB, HEADER + content.length, names.length, 0));
    for (int i = 2; i < sections; i++) {
      header(out, headers + i * HEADER, section.apply(i));
    }
    return out.array();
  }

  private static void header(ByteBuffer out, int at, Made made) {
    out.putInt(at, made.name()).putInt(at + 4, made.type());
    out.putLong(at + 24, made.offset()).putLong(at + 32, made.size());
    out.putInt(at + 40, made.link()).putLong(at + 48, 1);
  }

  /** Sections that take no byte; each has a name of its own, the end of one long text. */
  static byte[] sectionNames() {
    return elf(HEADERS, texts(HEADERS + 512), new byte[0], i -> new Made(i, 1, 0, 0, 0));
  }

  /** Two libraries with the same list of versions, which is as long as can be counted. */
  static byte[] versionNeeds() {
    int versions = 0xffff;
    byte[] names = texts(versions + 512);
    ByteBuffer needs = ByteBuffer.allocate(32 + versions * 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int library = 0; library < 2; library++) {
      needs.putShort((short) 1).putShort((short) versions).putInt(names.length - 1);
      needs.putInt(32 - library * 16).putInt(library == 0 ? 16 : 0);
    }
    for (int i = 0; i < versions; i++) {
      needs.putInt(0).putShort((short) 0).putShort((short) 2).putInt(i);
      needs.putInt(i + 1 < versions ? 16 : 0);
    }
    return elf(3, names, needs.array(), i -> new Made(0, 0x6fff_fffe, HEADER, needs.capacity(), 1));
  }

  /** Symbols that are source files alone. */
  static byte[] sourceFiles() {
    int files = 40_000;
    ByteBuffer symbols = ByteBuffer.allocate((files + 1) * 24).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 1; i <= files; i++) {
      symbols.putInt(i * 24, i).put(i * 24 + 4, (byte) 4).putShort(i * 24 + 6, (short) 0xfff1);
    }
    return elf(
        3,
        texts(files + 4096),
        symbols.array(),
        i -> new Made(0, 2, HEADER, symbols.capacity(), 1));
  }

  /** A section of one byte each. */
  private static byte[] sections(int count) {
    byte[] names = new byte[2];
    return elf(count, names, new byte[count], i -> new Made(1, 1, HEADER + i, 1, 0));
  }

  /** A member of many ranges that has the longest name. */
  static byte[] memberOfManyRanges(int ranges) {
    byte[] names = texts(4096);
    byte[] content = sections(ranges);
    ByteBuffer out = ByteBuffer.allocate(8 + 2 * 60 + names.length + content.length);
    out.put(ascii("!<arch>\n"));
    member(out, "//", names.length);
    out.put(names);
    member(out, "/0", content.length);
    out.put(content);
    return Arrays.copyOf(out.array(), out.position());
  }

  /** Members of no byte, all of one name, which is the longest. */
  static byte[] memberNames() {
    byte[] names = texts(4096);
    ByteBuffer out = ByteBuffer.allocate(8 + HEADERS * 60 + names.length);
    out.put(ascii("!<arch>\n"));
    member(out, "//", names.length);
    out.put(names);
    while (out.remaining() >= 60) {
      member(out, "/0", 0);
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private static void member(ByteBuffer out, String name, int size) {
    String fields = "%-16s%-12d%-6d%-6d%-8s%-10d`\n".formatted(name, 0, 0, 0, "644", size);
    out.put(ascii(fields));
  }

  /** An object's sections, as many as its header can count, all of one long name. */
  static byte[] objectSectionNames() {
    int sections = 0xffff;
    int symbols = 20 + sections * 40;
    byte[] texts = texts(4200);
    ByteBuffer out = ByteBuffer.allocate(symbols + 4 + texts.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putShort((short) 0x8664).putShort((short) sections).putInt(0).putInt(symbols).putInt(0);
    for (int i = 0; i < sections; i++) {
      out.put(20 + i * 40, ascii("/4"));
    }
    out.putInt(symbols, 4 + texts.length).put(symbols + 4, texts);
    return out.array();
  }

  /** Options of a linker, one for each NUL, and more are said to follow. */
  static byte[] linkerOptions() {
    int size = 32 << 20;
    ByteBuffer out = ByteBuffer.allocate(32 + size).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0xfeed_facf).putInt(0x0100_0007).putInt(3).putInt(1).putInt(1).putInt(size);
    out.position(32).putInt(0x2d).putInt(size).putInt(0xffff_ffff);
    return out.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
