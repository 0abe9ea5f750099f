package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.Inflater;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.Section;
import java.nio.ByteOrder;
import java.util.Optional;

/** Sections that may be compressed. Source: gABI, Compression Header; GNU's for {@code .zdebug}. */
final class Unpacked {
  /** {@code ZLIB}, then the size in eight bytes, the highest first. */
  private static final int GNU_HEADER = 12;

  private static final int HEADER_32 = 12;
  private static final int HEADER_64 = 24;
  private static final long ZLIB = 1;

  /** More is not unpacked, so that memory stays bounded. */
  private static final int MOST = 64 << 20;

  private Unpacked() {}

  /** A section's size when it is read, in bytes, as the file says it. */
  static long size(ElfFile file, Section section) {
    ByteView content = file.content(section);
    if (gnu(section, content)) {
      return content.in(ByteOrder.BIG_ENDIAN).i64(4);
    } else if (!section.compressed()) {
      return content.size();
    }
    boolean wide = file.header().wide();
    return content.in(file.header().order()).word(wide ? 8 : 4, wide);
  }

  /**
   * A section's content, in the file's byte order.
   *
   * @return empty where it is of more than 64 MB when unpacked, or not compressed by zlib
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it is no zlib stream
   */
  static Optional<ByteView> content(ElfFile file, Section section) {
    ByteView content = file.content(section).in(file.header().order());
    boolean gnu = gnu(section, content);
    if (!gnu && !section.compressed()) {
      return Optional.of(content);
    }
    long size = size(file, section);
    if (size < 0 || size > MOST || (!gnu && content.u32(0) != ZLIB)) {
      return Optional.empty();
    }
    int header = gnu ? GNU_HEADER : file.header().wide() ? HEADER_64 : HEADER_32;
    ByteView packed = content.slice(header, content.size() - header);
    return Optional.of(ByteView.of(Inflater.zlib(packed, (int) size)).in(file.header().order()));
  }

  private static boolean gnu(Section section, ByteView content) {
    return section.name().startsWith(".zdebug") && content.size() >= GNU_HEADER;
  }
}
