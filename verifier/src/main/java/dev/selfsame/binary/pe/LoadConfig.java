package dev.selfsame.binary.pe;

import dev.selfsame.binary.bytes.ByteView;
import java.util.Optional;

/**
 * What the loader is told of control flow guard and of the security cookie.
 *
 * @param offset where the load configuration begins in the file, in bytes
 * @param cookie the address of the security cookie, 0 where it has none
 * @param guardFlags 0 where it has none
 * @param guardTable the table of functions that may be called indirectly
 */
public record LoadConfig(long offset, long cookie, long guardFlags, Optional<Span> guardTable) {
  /** Flag: the code checks its indirect calls. */
  public static final long INSTRUMENTED = 0x100;

  private static final long MAX_FUNCTIONS = 1 << 24;

  /**
   * Reads it; empty where the image has none.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it lies outside of the file
   */
  public static Optional<LoadConfig> read(PeFile file) {
    Optional<DataDirectory> directory = file.directory(DataDirectory.LOAD_CONFIG);
    if (directory.isEmpty() || file.optional().isEmpty()) {
      return Optional.empty();
    }
    OptionalHeader header = file.optional().get();
    long start = file.offsetOf(directory.get(), "load configuration");
    long size = file.bytes().u32(start);
    long cookie = cookie(file.bytes(), start, size, header.wide());
    long flagsAt = header.wide() ? 0x90 : 0x58;
    if (size < flagsAt + 4) {
      return Optional.of(new LoadConfig(start, cookie, 0, Optional.empty()));
    }
    ByteView config = file.bytes().slice(start, size);
    long flags = config.u32(flagsAt);
    return Optional.of(
        new LoadConfig(start, cookie, flags, guardTable(file, header, config, flags)));
  }

  /** Source: {@code IMAGE_LOAD_CONFIG_DIRECTORY32} and {@code 64}, {@code SecurityCookie}. */
  private static long cookie(ByteView file, long start, long size, boolean wide) {
    long at = wide ? 0x58 : 0x3c;
    return size < at + (wide ? 8 : 4) ? 0 : file.word(start + at, wide);
  }

  /** Each entry is an address and as many bytes more as the flags' top four bits say. */
  private static Optional<Span> guardTable(
      PeFile file, OptionalHeader header, ByteView config, long flags) {
    boolean wide = header.wide();
    long address = config.word(wide ? 0x80 : 0x50, wide);
    long count = config.word(wide ? 0x88 : 0x54, wide);
    if (address == 0 || count <= 0 || count > MAX_FUNCTIONS) {
      return Optional.empty();
    }
    var offset = file.offsetOf(address - header.imageBase());
    return offset.isPresent()
        ? Optional.of(new Span("guard functions", offset.getAsLong(), count * (4 + (flags >>> 28))))
        : Optional.empty();
  }
}
