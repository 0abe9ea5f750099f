package dev.selfsame.binary.pe;

import dev.selfsame.binary.bytes.ByteView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The header that every image has and no object.
 *
 * @param offset where it begins within the file, in bytes
 * @param wide whether the image is PE32+, with 64-bit addresses
 * @param linkerMajor the linker's major version, as it says itself
 * @param linkerMinor the linker's minor version
 * @param entry address of the first instruction relative to the image's base, 0 for none
 * @param imageBase preferred address of the image
 * @param headersSize bytes of all headers, padding included
 * @param subsystem what runs it, such as 3 for the console
 * @param dllCharacteristics flags for the loader
 * @param directories data directories, in order
 */
public record OptionalHeader(
    long offset,
    boolean wide,
    int linkerMajor,
    int linkerMinor,
    long entry,
    long imageBase,
    long headersSize,
    int subsystem,
    int dllCharacteristics,
    List<DataDirectory> directories) {

  /** Loader flag: 64-bit address-space randomisation. */
  public static final int HIGH_ENTROPY_VA = 0x20;

  /** Loader flag: the image may be loaded anywhere. */
  public static final int DYNAMIC_BASE = 0x40;

  /** Loader flag: data are not executable. */
  public static final int NX_COMPAT = 0x100;

  /** Loader flag: indirect calls are checked. */
  public static final int GUARD_CF = 0x4000;

  private static final int PE32 = 0x10b;
  private static final int PE32_PLUS = 0x20b;
  private static final int MAX_DIRECTORIES = 16;

  public OptionalHeader {
    directories = List.copyOf(directories);
  }

  static OptionalHeader parse(ByteView file, long at, int size) {
    ByteView header = file.slice(at, size);
    int magic = header.u16(0);
    if (magic != PE32 && magic != PE32_PLUS) {
      throw file.malformed(at, "optional header of unknown kind 0x%x".formatted(magic));
    }
    boolean wide = magic == PE32_PLUS;
    return new OptionalHeader(
        at,
        wide,
        header.u8(2),
        header.u8(3),
        header.u32(16),
        wide ? header.i64(24) : header.u32(28),
        header.u32(60),
        header.u16(68),
        header.u16(70),
        directories(header, wide ? 108 : 92));
  }

  /** The loader reads sixteen at most, whatever the count says. */
  private static List<DataDirectory> directories(ByteView header, long countAt) {
    List<DataDirectory> directories = new ArrayList<>();
    int count = (int) Math.min(MAX_DIRECTORIES, header.u32(countAt));
    for (int i = 0; i < count; i++) {
      long at = countAt + 4 + i * 8L;
      directories.add(new DataDirectory(header.u32(at), header.u32(at + 4), header.start() + at));
    }
    return directories;
  }

  /** The directory of this number, where the image has it. */
  public Optional<DataDirectory> directory(int number) {
    return number < directories.size()
        ? Optional.of(directories.get(number)).filter(DataDirectory::present)
        : Optional.empty();
  }

  /** Whether the loader is told this. */
  public boolean has(int flag) {
    return (dllCharacteristics & flag) != 0;
  }
}
