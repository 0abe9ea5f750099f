package dev.selfsame.binary;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes small 64-bit Mach-O programs of segments alone, one behind the other. */
public final class MadeMacho {
  /** {@code S_ATTR_DEBUG}. */
  public static final int FOR_DEBUGGERS = 0x0200_0000;

  private static final int HEADER = 32;
  private static final int SEGMENT = 72;
  private static final int SECTION = 80;
  private static final int LC_SEGMENT_64 = 0x19;
  private static final int LC_SYMTAB = 0x2;
  private static final int LC_FUNCTION_STARTS = 0x26;
  private static final int LC_DYLD_CHAINED_FIXUPS = 0x8000_0034;

  /** {@code S_ATTR_PURE_INSTRUCTIONS}. */
  public static final int CODE = 0x8000_0000;

  public static final int X86_64 = 0x0100_0007;
  public static final int ARM64 = 0x0100_000c;

  /** Bytes of the command that names the function starts, and of that of the symbol table. */
  private static final int STARTS = 16;

  private static final int SYMBOLS = 24;
  private static final int SYMBOL = 16;

  /** Bytes of that command. */
  private static final int CHAINED_FIXUPS = 16;

  private static final long BASE = 0x1_0000_0000L;

  /** A segment of one section, mapped at {@link #address} where it is not {@code apart}. */
  private record Made(
      String segment, String section, int protection, int flags, boolean mapped, byte[] content) {}

  private final List<Made> segments = new ArrayList<>();
  private int type = 2;
  private int fixups;
  private int cpu = X86_64;
  private byte[] starts = {};
  private final List<Symbol> symbols = new ArrayList<>();

  /** The first fields of {@code nlist_64}, and its value. */
  private record Symbol(String name, int type, int section, long value) {}

  /** For another processor than x86-64. */
  public MadeMacho cpu(int other) {
    cpu = other;
    return this;
  }

  /** Lists functions at these addresses, which are in order. */
  public MadeMacho functions(long... addresses) {
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    long before = address(0);
    for (long address : addresses) {
      long rest = address - before;
      for (before = address; rest >= 0x80; rest >>>= 7) {
        list.write((int) (rest & 0x7f | 0x80));
      }
      list.write((int) rest);
    }
    list.write(0);
    starts = list.toByteArray();
    return this;
  }

  /** Adds a local symbol at the begin of the first section. */
  public MadeMacho symbol(String name) {
    symbols.add(new Symbol(name, 0x0e, 1, address(0))); // N_SECT
    return this;
  }

  /** Adds a symbol that a library has to define. */
  public MadeMacho imported(String name) {
    symbols.add(new Symbol(name, 0x01, 0, 0)); // N_UNDF, N_EXT
    return this;
  }

  /** Adds what the linker leaves of an object with debug information: its path. */
  public MadeMacho object(String path) {
    return object(path, 0);
  }

  /** The same, written at this second since 1970. */
  public MadeMacho object(String path, long modified) {
    symbols.add(new Symbol(path, 0x66, 0, modified)); // N_OSO
    return this;
  }

  /** With another file type than {@code MH_EXECUTE}. */
  public MadeMacho type(int other) {
    type = other;
    return this;
  }

  /** Adds a segment that is mapped with this {@code initprot}. */
  public MadeMacho segment(String name, String section, int protection, int flags, byte[] content) {
    segments.add(new Made(name, section, protection, flags, true, content));
    return this;
  }

  /** Adds a segment that takes no memory. */
  public MadeMacho unmapped(String name, String section, int protection, int flags, byte[] bytes) {
    segments.add(new Made(name, section, protection, flags, false, bytes));
    return this;
  }

  /** Says that pointers are chained; there is no table that says where the chains begin. */
  public MadeMacho chained() {
    fixups = CHAINED_FIXUPS;
    return this;
  }

  /** Where the content of the segment of this number has its address: a page for each. */
  public static long address(int number) {
    return BASE + (number + 1) * 0x1000L;
  }

  /** The file. */
  public byte[] bytes() {
    int commands =
        segments.size() * (SEGMENT + SECTION)
            + fixups
            + (starts.length == 0 ? 0 : STARTS)
            + (symbols.isEmpty() ? 0 : SYMBOLS);
    int count =
        segments.size()
            + (fixups == 0 ? 0 : 1)
            + (starts.length == 0 ? 0 : 1)
            + (symbols.isEmpty() ? 0 : 1);
    ByteBuffer out = ByteBuffer.allocate(HEADER + commands).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0xfeedfacf).putInt(cpu).putInt(cpu == X86_64 ? 3 : 0).putInt(type);
    out.putInt(count).putInt(commands).putInt(0).putInt(0);
    ByteArrayOutputStream contents = new ByteArrayOutputStream();
    for (int i = 0; i < segments.size(); i++) {
      Made made = segments.get(i);
      int size = made.content().length;
      int place = HEADER + commands + contents.size();
      out.putInt(LC_SEGMENT_64).putInt(SEGMENT + SECTION).put(name(made.segment()));
      out.putLong(address(i)).putLong(made.mapped() ? 0x1000 : 0).putLong(place).putLong(size);
      out.putInt(made.protection()).putInt(made.protection()).putInt(1).putInt(0);
      out.put(name(made.section())).put(name(made.segment()));
      out.putLong(address(i)).putLong(size).putInt(place).putInt(0);
      out.putInt(0).putInt(0).putInt(made.flags()).putInt(0).putInt(0).putInt(0);
      contents.writeBytes(made.content());
    }
    if (fixups != 0) {
      out.putInt(LC_DYLD_CHAINED_FIXUPS).putInt(fixups);
      out.position(out.position() + fixups - 8);
    }
    if (starts.length != 0) {
      out.putInt(LC_FUNCTION_STARTS).putInt(STARTS);
      out.putInt(HEADER + commands + contents.size()).putInt(starts.length);
      contents.writeBytes(starts);
    }
    if (!symbols.isEmpty()) {
      symbols(out, HEADER + commands, contents);
    }
    byte[] bytes = Arrays.copyOf(out.array(), out.capacity() + contents.size());
    System.arraycopy(contents.toByteArray(), 0, bytes, out.capacity(), contents.size());
    return bytes;
  }

  private void symbols(ByteBuffer out, int begin, ByteArrayOutputStream contents) {
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    names.write(0);
    ByteBuffer entries =
        ByteBuffer.allocate(symbols.size() * SYMBOL).order(ByteOrder.LITTLE_ENDIAN);
    for (Symbol symbol : symbols) {
      entries.putInt(names.size()).put((byte) symbol.type()).put((byte) symbol.section());
      entries.putShort((short) 0).putLong(symbol.value());
      names.writeBytes((symbol.name() + "\0").getBytes(StandardCharsets.US_ASCII));
    }
    out.putInt(LC_SYMTAB).putInt(SYMBOLS);
    out.putInt(begin + contents.size()).putInt(symbols.size());
    contents.writeBytes(entries.array());
    out.putInt(begin + contents.size()).putInt(names.size());
    contents.writeBytes(names.toByteArray());
  }

  private static byte[] name(String name) {
    return Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), 16);
  }
}
