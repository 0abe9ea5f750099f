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
  private static final int LC_DYLD_CHAINED_FIXUPS = 0x8000_0034;

  /** Bytes of that command. */
  private static final int CHAINED_FIXUPS = 16;

  private static final long BASE = 0x1_0000_0000L;

  /** A segment of one section, mapped at {@link #address} where it is not {@code apart}. */
  private record Made(
      String segment, String section, int protection, int flags, boolean mapped, byte[] content) {}

  private final List<Made> segments = new ArrayList<>();
  private int type = 2;
  private int fixups;

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
    int commands = segments.size() * (SEGMENT + SECTION) + fixups;
    ByteBuffer out = ByteBuffer.allocate(HEADER + commands).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0xfeedfacf).putInt(0x0100_0007).putInt(3).putInt(type);
    out.putInt(segments.size() + (fixups == 0 ? 0 : 1)).putInt(commands).putInt(0).putInt(0);
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
    }
    byte[] bytes = Arrays.copyOf(out.array(), out.capacity() + contents.size());
    System.arraycopy(contents.toByteArray(), 0, bytes, out.capacity(), contents.size());
    return bytes;
  }

  private static byte[] name(String name) {
    return Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), 16);
  }
}
