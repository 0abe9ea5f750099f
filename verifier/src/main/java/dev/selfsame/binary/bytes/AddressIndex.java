package dev.selfsame.binary.bytes;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Finds which of many sections holds an address, in the time that a search in a sorted list takes:
 * a crafted file can have as many sections as it has pointers into them. Of sections that overlap,
 * the one that begins last has the address.
 */
public final class AddressIndex {
  private final long[] sizes;
  private final Integer[] order;
  private final long[] starts;

  /**
   * Of sections that are loaded.
   *
   * @param addresses where each begins
   * @param sizes bytes of each, as many as {@code addresses}
   */
  public AddressIndex(long[] addresses, long[] sizes) {
    this.sizes = sizes.clone();
    this.order = new Integer[addresses.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingLong(i -> addresses[i]));
    this.starts = Arrays.stream(order).mapToLong(i -> addresses[i]).toArray();
  }

  /** The number of the section that holds this address, or -1. */
  public int find(long address) {
    int at = Arrays.binarySearch(starts, address);
    if (at < 0) {
      at = -at - 2;
    } else {
      while (at + 1 < starts.length && starts[at + 1] == address) {
        at++;
      }
    }
    return at >= 0 && address - starts[at] < sizes[order[at]] ? order[at] : -1;
  }
}
