package dev.selfsame.binary.macho;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The header of a universal file: a list of slices, all numbers big-endian. Source: {@code fat.h}.
 *
 * @param headerSize bytes of the header and its list, as many as the file holds
 * @param slices in the order of the list
 * @param problems what could not be read and why
 */
public record FatFile(long headerSize, List<Slice> slices, List<MalformedInputException> problems) {
  private static final long MAGIC = 0xcafe_babeL;
  private static final long MAGIC_64 = 0xcafe_babfL;

  /** Java classes share the magic number; their version, at least 45, stands where the count is. */
  private static final int MAX_SLICES = 43;

  /**
   * One architecture's file.
   *
   * @param cpu the processor that the list says it is for
   * @param offset where it begins, in bytes
   * @param size bytes, as the list says it
   * @param align a power of two
   */
  public record Slice(Cpu cpu, long offset, long size, long align) {}

  public FatFile {
    slices = List.copyOf(slices);
    problems = List.copyOf(problems);
  }

  /** Whether a file begins as a universal one does, and is no Java class. */
  public static boolean isFat(ByteView file) {
    if (!file.holds(0, 8)) {
      return false;
    }
    ByteView big = file.in(ByteOrder.BIG_ENDIAN);
    return (big.u32(0) == MAGIC || big.u32(0) == MAGIC_64) && big.u32(4) < MAX_SLICES;
  }

  /**
   * Reads the list of slices.
   *
   * @throws MalformedInputException where the file is none by {@link #isFat}
   */
  public static FatFile parse(ByteView file) {
    if (!isFat(file)) {
      throw file.malformed(0, "no universal file");
    }
    ByteView big = file.in(ByteOrder.BIG_ENDIAN);
    boolean wide = big.u32(0) == MAGIC_64;
    long entry = wide ? 32 : 20;
    long count = big.u32(4);
    long there = Math.min(count, (big.size() - 8) / entry);
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < there; i++) {
      ByteView view = big.slice(8 + i * entry, entry);
      slices.add(
          new Slice(
              new Cpu((int) view.u32(0), (int) view.u32(4)),
              view.word(8, wide),
              view.word(wide ? 16 : 12, wide),
              view.u32(wide ? 24 : 16)));
    }
    List<MalformedInputException> problems = new ArrayList<>();
    if (there < count) {
      problems.add(
          big.malformed(8 + there * entry, "%d of %d slices are listed".formatted(there, count)));
    }
    return new FatFile(8 + there * entry, slices, problems);
  }
}
