package dev.selfsame.binary;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes small 64-bit ELF files of sections alone, one behind the other. */
final class MadeElf {
  static final int ALLOC = 2;
  static final int WRITE = 1;
  static final int EXECUTE = 4;
  private static final int PROGBITS = 1;
  private static final int STRTAB = 3;
  private static final int NOTE = 7;
  private static final int HEADER = 64;
  private static final byte[] OWNER = {'G', 'N', 'U', 0};

  private record Made(String name, int type, int flags, long address, byte[] content) {}

  private final int type;
  private final List<Made> sections = new ArrayList<>();

  /** Of this {@code e_type}. */
  MadeElf(int type) {
    this.type = type;
  }

  MadeElf section(String name, int flags, long address, byte[] content) {
    sections.add(new Made(name, PROGBITS, flags, address, content));
    return this;
  }

  /** Adds an unloaded section of another type. */
  MadeElf typed(String name, int sectionType, byte[] content) {
    sections.add(new Made(name, sectionType, 0, 0, content));
    return this;
  }

  /** Adds a section that is all one note of GNU's. */
  MadeElf note(String name, int kind, byte[] content) {
    ByteBuffer out = ByteBuffer.allocate(16 + content.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(OWNER.length).putInt(content.length).putInt(kind).put(OWNER).put(content);
    sections.add(new Made(name, NOTE, ALLOC, 0, out.array()));
    return this;
  }

  byte[] bytes() {
    StringBuilder names = new StringBuilder("\0");
    ByteBuffer out = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    out.position(HEADER);
    List<Made> all = new ArrayList<>(sections);
    all.add(new Made(".shstrtab", STRTAB, 0, 0, new byte[0]));
    all.forEach(made -> names.append(made.name()).append('\0'));
    List<Integer> places = new ArrayList<>();
    for (Made made : all) {
      places.add(out.position());
      boolean last = places.size() == all.size();
      out.put(last ? names.toString().getBytes(StandardCharsets.ISO_8859_1) : made.content());
      out.position((out.position() + 7) & ~7);
    }
    int headers = out.position();
    int name = 1;
    out.position(headers + HEADER);
    for (int i = 0; i < all.size(); i++) {
      Made made = all.get(i);
      boolean last = i == all.size() - 1;
      out.putInt(name).putInt(made.type()).putLong(made.flags());
      out.putLong(made.address()).putLong(places.get(i));
      out.putLong(last ? names.length() : made.content().length);
      out.putLong(0).putLong(8).putLong(0);
      name += made.name().length() + 1;
    }
    int end = out.position();
    out.put(0, new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    out.putShort(16, (short) type).putShort(18, (short) 62).putInt(20, 1);
    out.putLong(40, headers).putShort(52, (short) HEADER).putShort(54, (short) 56);
    out.putShort(58, (short) HEADER).putShort(60, (short) (all.size() + 1));
    out.putShort(62, (short) all.size());
    byte[] bytes = new byte[end];
    out.get(0, bytes);
    return bytes;
  }
}
