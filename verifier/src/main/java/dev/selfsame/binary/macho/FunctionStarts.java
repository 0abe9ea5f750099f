package dev.selfsame.binary.macho;

import dev.selfsame.binary.bytes.ByteView;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where the functions of a linked file begin, as its linker lists them for debuggers: by the
 * distance of each to the one before it, from {@code __TEXT}'s address on. Source: {@code
 * loader.h}, {@code LC_FUNCTION_STARTS}; the numbers are ULEB128, and a zero ends them.
 */
public final class FunctionStarts {
  private static final int MOST_LEB = 10;

  /** So many are read: each costs more than its byte. */
  private static final int MOST = 1 << 22;

  private final long place;
  private final long[] addresses;

  private FunctionStarts(long place, long[] addresses) {
    this.place = place;
    this.addresses = addresses;
  }

  /**
   * Reads the list; empty where the file has none.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it runs past the end, or a
   *     number is too long
   */
  public static Optional<FunctionStarts> of(MachoFile file) {
    Optional<LoadCommand.Table> table = file.table(Commands.FUNCTION_STARTS);
    Optional<Segment> text = file.segment(Segment.TEXT);
    if (table.isEmpty() || text.isEmpty()) {
      return Optional.empty();
    }
    ByteView list = file.content(table.get().extent(), "function starts");
    return Optional.of(new FunctionStarts(list.start(), read(list, text.get().address())));
  }

  private static long[] read(ByteView list, long from) {
    long[] found = new long[1024];
    int count = 0;
    long address = from;
    long at = 0;
    while (at < list.size()) {
      long distance = 0;
      int shift = 0;
      int one;
      do {
        if (shift == 7 * MOST_LEB) {
          throw list.malformed(at, "a number of more than ten bytes");
        }
        one = list.u8(at++);
        distance |= (long) (one & 0x7f) << shift;
        shift += 7;
      } while (one >= 0x80);
      if (distance == 0) {
        break;
      }
      address += distance;
      if (count == MOST) {
        throw list.malformed(at, "more than %d functions".formatted(MOST));
      }
      if (count == found.length) {
        found = Arrays.copyOf(found, count * 2);
      }
      found[count++] = address;
    }
    return Arrays.copyOf(found, count);
  }

  /** Where the list begins within the file, in bytes. */
  public long place() {
    return place;
  }

  /** The addresses, in order. */
  public long[] addresses() {
    return addresses.clone();
  }
}
