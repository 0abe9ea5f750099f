package dev.selfsame.binary;

import dev.selfsame.binary.bytes.AddressIndex;
import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.Printable;
import dev.selfsame.binary.rust.SourceFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * Finds the panic locations of a Rust program: {@code core::panic::Location} is a pointer to the
 * path of a source file, the length of that path, a line and a column.
 */
final class PanicLocations {
  private static final int SHORTEST = 4;
  private static final int LONGEST = 1024;
  private static final long MOST_LINES = 1 << 22;
  private static final long MOST_COLUMNS = 1 << 14;

  private final boolean wide;
  private final List<LoadedPart> constants;
  private final AddressIndex texts;
  private final List<LoadedPart> holders;
  private final AddressIndex places;
  private final SourceFiles found = new SourceFiles();
  private final List<Long> lines = new ArrayList<>();

  /**
   * Of a program's sections.
   *
   * @param constants where paths may stand
   * @param holders where locations may stand
   * @param wide whether a pointer has 64 bits, not 32
   */
  PanicLocations(List<LoadedPart> constants, List<LoadedPart> holders, boolean wide) {
    this.wide = wide;
    this.constants = List.copyOf(constants);
    this.texts = index(constants);
    this.holders = List.copyOf(holders);
    this.places = index(holders);
  }

  private static AddressIndex index(List<LoadedPart> parts) {
    return new AddressIndex(
        parts.stream().mapToLong(LoadedPart::address).toArray(),
        parts.stream().mapToLong(part -> part.bytes().size()).toArray());
  }

  /** Every source file that a location names. */
  SourceFiles files() {
    return found;
  }

  /**
   * Where in the file each location has its line and, in the four bytes that follow, its column.
   */
  List<Long> lines() {
    return lines;
  }

  /**
   * Looks at every aligned word of every holder that is not zero.
   *
   * @param target the address that a word stands for
   */
  void lookInPlace(LongUnaryOperator target) {
    int size = wide ? 8 : 4;
    for (LoadedPart holder : holders) {
      ByteView view = holder.bytes();
      for (long at = -holder.address() & (size - 1); at + size <= view.size(); at += size) {
        long word = view.word(at, wide);
        if (word != 0) {
          look(holder, at, target.applyAsLong(word));
        }
      }
    }
  }

  /** Looks at the word at an address that stands for the address {@code target}. */
  void look(long place, long target) {
    int holder = places.find(place);
    if (holder >= 0) {
      look(holders.get(holder), place - holders.get(holder).address(), target);
    }
  }

  private void look(LoadedPart holder, long at, long target) {
    int text = texts.find(target);
    int word = wide ? 8 : 4;
    if (text < 0 || !holder.bytes().holds(at, 2L * word + 8)) {
      return;
    }
    long length = holder.bytes().word(at + word, wide);
    long line = holder.bytes().u32(at + 2L * word);
    long column = holder.bytes().u32(at + 2L * word + 4);
    boolean likely =
        length >= SHORTEST
            && length <= LONGEST
            && line >= 1
            && line <= MOST_LINES
            && column >= 1
            && column <= MOST_COLUMNS;
    LoadedPart constant = constants.get(text);
    if (likely && path(constant, target - constant.address(), (int) length)) {
      lines.add(holder.bytes().start() + at + 2L * word);
    }
  }

  private boolean path(LoadedPart part, long from, int length) {
    ByteView bytes = part.bytes();
    if (!bytes.holds(from, length)
        || bytes.u8(from + length - 1) != 's'
        || bytes.u8(from + length - 2) != 'r'
        || bytes.u8(from + length - 3) != '.') {
      return false;
    }
    String path = Printable.of(bytes.copy(from, length));
    found.add(path, part.name(), bytes.start() + from);
    return true;
  }
}
