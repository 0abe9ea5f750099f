package dev.selfsame.binary;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes small PE32+ images of sections alone, one behind the other. */
final class MadePe {
  static final int X86_64 = 0x8664;
  static final int ARM64 = 0xaa64;

  /** Flags of a section with constants, and of one with code. */
  static final int CONSTANTS = 0x4000_0040;

  static final int CODE = 0x6000_0020;

  /** Numbers of data directories. */
  static final int IMPORTS = 1;

  static final int EXCEPTIONS = 3;
  static final int LOAD_CONFIG = 10;

  static final long BASE = 0x1_4000_0000L;

  private static final int HEADERS = 0x400;
  private static final int SPACE = 0x1_0000;
  private static final int OPTIONAL = 88;
  private static final int DIRECTORIES = OPTIONAL + 112;
  private static final int SECTIONS = DIRECTORIES + 16 * 8;

  private record Made(String name, int flags, byte[] content) {}

  private record Directory(int number, int section) {}

  private final int machine;
  private final List<Made> sections = new ArrayList<>();
  private final List<Directory> directories = new ArrayList<>();

  /** For this machine. */
  MadePe(int machine) {
    this.machine = machine;
  }

  static byte[] of(String section, byte[] content) {
    return new MadePe(X86_64).section(section, CONSTANTS, content).bytes();
  }

  MadePe section(String name, int flags, byte[] content) {
    sections.add(new Made(name, flags, content));
    return this;
  }

  /** Adds a section that is all one data directory. */
  MadePe directory(int number, String name, byte[] content) {
    directories.add(new Directory(number, sections.size()));
    return section(name, CONSTANTS, content);
  }

  /** Where the section of this number begins, relative to the image's base. */
  static int rva(int section) {
    return (section + 1) * SPACE;
  }

  byte[] bytes() {
    int size = HEADERS + sections.stream().mapToInt(made -> made.content().length).sum();
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.put(0, new byte[] {'M', 'Z'}).putInt(60, 64).put(64, new byte[] {'P', 'E'});
    out.putShort(68, (short) machine).putShort(70, (short) sections.size());
    out.putShort(84, (short) (SECTIONS - OPTIONAL)).putShort(86, (short) 2);
    out.putShort(OPTIONAL, (short) 0x20b).putLong(OPTIONAL + 24, BASE);
    out.putInt(OPTIONAL + 60, HEADERS).putInt(OPTIONAL + 108, 16);
    for (Directory directory : directories) {
      int at = DIRECTORIES + 8 * directory.number();
      out.putInt(at, rva(directory.section()));
      out.putInt(at + 4, sections.get(directory.section()).content().length);
    }
    int place = HEADERS;
    for (int i = 0; i < sections.size(); i++) {
      Made made = sections.get(i);
      int header = SECTIONS + 40 * i;
      out.put(header, Arrays.copyOf(made.name().getBytes(StandardCharsets.US_ASCII), 8));
      out.putInt(header + 8, made.content().length).putInt(header + 12, rva(i));
      out.putInt(header + 16, made.content().length).putInt(header + 20, place);
      out.putInt(header + 36, made.flags());
      out.put(place, made.content());
      place += made.content().length;
    }
    return out.array();
  }

  /** The content of a section of imports: one library, these functions of it. */
  static byte[] imports(int section, String library, String... functions) {
    int lookup = 40;
    int addresses = lookup + 8 * (functions.length + 1);
    int names = addresses + 8 * (functions.length + 1);
    ByteBuffer out = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    int at = names;
    for (int i = 0; i < functions.length; i++) {
      out.putLong(lookup + 8 * i, rva(section) + at);
      out.putLong(addresses + 8 * i, rva(section) + at);
      out.put(at + 2, functions[i].getBytes(StandardCharsets.US_ASCII));
      at += (2 + functions[i].length() + 2) & ~1;
    }
    out.put(at, library.getBytes(StandardCharsets.US_ASCII));
    out.putInt(0, rva(section) + lookup);
    out.putInt(12, rva(section) + at).putInt(16, rva(section) + addresses);
    return Arrays.copyOf(out.array(), at + library.length() + 1);
  }
}
