package dev.selfsame.binary.elf;

import dev.selfsame.binary.bytes.ByteView;
import java.util.ArrayList;
import java.util.List;

/**
 * What a compiler notes of a file as a whole, and a linker joins. Source: Addenda to the ABI for
 * the Arm Architecture, Build Attributes; RISC-V ELF psABI, Attributes.
 *
 * @param tag which one, in the words of its vendor
 * @param number its value, 0 where it is a text
 * @param text its value, empty where it is a number
 * @param offset where it stands in the file
 */
public record BuildAttribute(long tag, long number, String text, long offset) {
  private static final int VERSION = 'A';
  private static final int FILE = 1;

  /** Its tag, and its size in 32 bits. */
  private static final int HEADER = 5;

  private static final long COMPATIBILITY = 32;
  private static final int LONGEST = 1024;

  /** Some fifty tags are known. */
  private static final int MOST = 4096;

  private static final int MOST_LEB = 10;

  /** Whose words tags are. */
  public enum Vendor {
    ARM("aeabi"),
    RISC_V("riscv");

    private final String name;

    Vendor(String name) {
      this.name = name;
    }

    /** Of a number, a text, or both: odd tags have texts, but for ARM's first ones. */
    private boolean text(long tag) {
      boolean early = this == ARM && tag < COMPATIBILITY;
      return early ? tag == 4 || tag == 5 : tag == COMPATIBILITY || tag % 2 != 0;
    }
  }

  /**
   * Those of the whole file, in order; none where the section is of a version that is not known.
   *
   * @param section content of a section of build attributes
   * @throws dev.selfsame.binary.bytes.MalformedInputException where a part runs past the end
   */
  public static List<BuildAttribute> readAll(ByteView section, Vendor vendor) {
    List<BuildAttribute> found = new ArrayList<>();
    if (section.size() == 0 || section.u8(0) != VERSION) {
      return found;
    }
    long size;
    for (long at = 1; at < section.size(); at += size) {
      size = section.u32(at);
      ByteView part = section.slice(at, size);
      // A part without room for a name is refused here, so that each step goes on.
      if (part.text(4, LONGEST).equals(vendor.name)) {
        parts(part, 4 + vendor.name.length() + 1, vendor, found);
      }
    }
    return found;
  }

  private static void parts(ByteView part, int begin, Vendor vendor, List<BuildAttribute> into) {
    long size;
    for (long at = begin; at < part.size(); at += size) {
      size = part.u32(at + 1);
      if (size < HEADER) {
        throw part.malformed(at, "build attributes that are shorter than their header");
      }
      ByteView attributes = part.slice(at, size);
      if (part.u8(at) == FILE) {
        new Reader(attributes, vendor).read(into);
      }
    }
  }

  /** Reads the attributes of one part. */
  private static final class Reader {
    private final ByteView view;
    private final Vendor vendor;
    private long at = HEADER;

    Reader(ByteView view, Vendor vendor) {
      this.view = view;
      this.vendor = vendor;
    }

    void read(List<BuildAttribute> into) {
      while (at < view.size()) {
        if (into.size() == MOST) {
          throw view.malformed(at, "more than %d build attributes".formatted(MOST));
        }
        long offset = view.start() + at;
        long tag = uleb();
        boolean text = vendor.text(tag);
        long number = !text || tag == COMPATIBILITY ? uleb() : 0;
        into.add(new BuildAttribute(tag, number, text ? text() : "", offset));
      }
    }

    private long uleb() {
      long value = 0;
      for (int i = 0; i < MOST_LEB; i++) {
        int one = view.u8(at++);
        value |= (long) (one & 0x7f) << (7 * i);
        if (one < 0x80) {
          return value;
        }
      }
      throw view.malformed(at, "a number of more than ten bytes");
    }

    private String text() {
      String text = view.text(at, LONGEST);
      while (view.u8(at++) != 0) {
        // What is longer than what is kept is passed over.
      }
      return text;
    }
  }
}
