package dev.selfsame.binary.elf;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Finds which of many sections holds an address, in the time that a search in a sorted list takes:
 * a crafted file can have as many sections as it has pointers into them. Of sections that overlap,
 * the one that begins last has the address.
 */
public final class AddressIndex {
  private final List<Section> sections;
  private final Integer[] order;
  private final long[] starts;

  /** Of sections that are loaded. */
  public AddressIndex(List<Section> sections) {
    this.sections = List.copyOf(sections);
    this.order = new Integer[sections.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingLong(i -> sections.get(i).address()));
    this.starts = Arrays.stream(order).mapToLong(i -> sections.get(i).address()).toArray();
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
    if (at < 0) {
      return -1;
    }
    Section section = sections.get(order[at]);
    return address - section.address() < section.size() ? order[at] : -1;
  }
}
