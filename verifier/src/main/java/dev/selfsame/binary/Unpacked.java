package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.Inflater;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.zstd.Zstd;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;

/** Sections that may be compressed. Source: gABI, Compression Header; GNU's for {@code .zdebug}. */
final class Unpacked {
  /** {@code ZLIB}, then the size in eight bytes, the highest first. */
  private static final int GNU_HEADER = 12;

  private static final int HEADER_32 = 12;
  private static final int HEADER_64 = 24;
  private static final long ZLIB = 1;
  private static final long ZSTD = 2;

  /** A packed byte gives no more: 258 bytes for two bits. Source: RFC 1951. */
  private static final long MOST_OF_ZLIB = 1032;

  /** A block of four bytes gives 128 KiB. Source: RFC 8878. Nothing else is known to give more. */
  private static final long MOST_OF_ZSTD = 32_768;

  /** More is not unpacked, so that memory stays bounded. */
  private static final int MOST = 64 << 20;

  private Unpacked() {}

  /**
   * A section's size when it is read, in bytes; of a compressed one as the file says it.
   *
   * @return empty where so few packed bytes cannot have so many
   */
  static OptionalLong size(ElfFile file, Section section) {
    ByteView content = file.content(section).in(file.header().order());
    boolean gnu = gnu(section, content);
    if (!gnu && !section.compressed()) {
      return OptionalLong.of(content.size());
    }
    boolean wide = file.header().wide();
    long size = gnu ? content.in(ByteOrder.BIG_ENDIAN).i64(4) : content.word(wide ? 8 : 4, wide);
    long most = gnu || content.u32(0) == ZLIB ? MOST_OF_ZLIB : MOST_OF_ZSTD;
    long packed = Math.max(0, content.size() - header(file, gnu));
    return size < 0 || size > packed * most ? OptionalLong.empty() : OptionalLong.of(size);
  }

  /**
   * A section's content, in the file's byte order.
   *
   * @return empty where it is of more than 64 MB when unpacked, or compressed by neither zlib nor
   *     zstd, or declares a size that it cannot have
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it is no such stream
   */
  static Optional<ByteView> content(ElfFile file, Section section) {
    ByteView content = file.content(section).in(file.header().order());
    boolean gnu = gnu(section, content);
    if (!gnu && !section.compressed()) {
      return Optional.of(content);
    }
    long size = size(file, section).orElse(Long.MAX_VALUE);
    long kind = gnu ? ZLIB : content.u32(0);
    if (size > MOST || (kind != ZLIB && kind != ZSTD)) {
      return Optional.empty();
    }
    int header = header(file, gnu);
    ByteView packed = content.slice(header, content.size() - header);
    byte[] unpacked =
        kind == ZLIB ? Inflater.zlib(packed, (int) size) : Zstd.unpack(packed, (int) size);
    return Optional.of(ByteView.of(unpacked).in(file.header().order()));
  }

  private static int header(ElfFile file, boolean gnu) {
    return gnu ? GNU_HEADER : file.header().wide() ? HEADER_64 : HEADER_32;
  }

  private static boolean gnu(Section section, ByteView content) {
    return section.name().startsWith(".zdebug") && content.size() >= GNU_HEADER;
  }
}
