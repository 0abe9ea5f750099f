package dev.selfsame.binary.symbols;

import dev.selfsame.evidence.Category;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Sums by category and function. A function is known by a 64-bit hash of its name, so that a
 * million of them take 40 MB and two files are joined without a name in memory; the largest symbol
 * of each is kept to read the name again.
 *
 * <p>Names can be made so that their hashes are the same. They are then one row, as if they were
 * the same name, which whoever makes names can have at any time. The category is no name: rows of
 * two never become one, so that the sums stay right.
 */
final class FunctionTable {
  private static final long PRIME = 0x100000001b3L;

  /**
   * Where a key is looked for first; names cannot be made so that they all begin at one place. No
   * sum and no order depends on it.
   */
  private final long spread = new SplittableRandom().nextLong() | 1;

  private int rows;
  private long[] keys = new long[1024];
  private long[] bytes = new long[1024];
  private Category[] categories = new Category[1024];
  private int[] symbols = new int[1024];
  private int[] largest = new int[1024];
  private int[] largestBytes = new int[1024];

  /** Row numbers plus 1 by key; 0 is free. Twice as many as rows or more. */
  private int[] slots = new int[4096];

  /** FNV-1a over the category and the characters. */
  static long key(String function, Category category) {
    return hash(hash(0xcbf29ce484222325L, category.word()), function);
  }

  private static long hash(long before, String text) {
    long hash = before;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * PRIME;
    }
    return hash;
  }

  /** Adds what a symbol owns to its function; the number of that one's row. */
  int add(String function, Category category, int owned, int symbol) {
    int row = rowOf(key(function, category), category);
    bytes[row] += owned;
    symbols[row]++;
    if (owned > largestBytes[row]) {
      largestBytes[row] = owned;
      largest[row] = symbol;
    }
    return row;
  }

  /** Adds a row of another table under this name; the number of that one's row here. */
  int addRow(String function, FunctionTable other, int otherRow) {
    Category category = other.categories[otherRow];
    int row = rowOf(key(function, category), category);
    bytes[row] += other.bytes[otherRow];
    symbols[row] += other.symbols[otherRow];
    if (other.largestBytes[otherRow] > largestBytes[row]) {
      largestBytes[row] = other.largestBytes[otherRow];
      largest[row] = other.largest[otherRow];
    }
    return row;
  }

  private int rowOf(long key, Category category) {
    int slot = slot(key, category);
    if (slots[slot] != 0) {
      return slots[slot] - 1;
    }
    if (rows == keys.length) {
      grow();
      slot = slot(key, category);
    }
    keys[rows] = key;
    categories[rows] = category;
    slots[slot] = rows + 1;
    return rows++;
  }

  private int slot(long key, Category category) {
    int mask = slots.length - 1;
    int slot = (int) ((key * spread) >>> 32) & mask;
    while (slots[slot] != 0 && !is(slots[slot] - 1, key, category)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean is(int row, long key, Category category) {
    return keys[row] == key && categories[row] == category;
  }

  private void grow() {
    int more = rows * 2;
    keys = Arrays.copyOf(keys, more);
    bytes = Arrays.copyOf(bytes, more);
    categories = Arrays.copyOf(categories, more);
    symbols = Arrays.copyOf(symbols, more);
    largest = Arrays.copyOf(largest, more);
    largestBytes = Arrays.copyOf(largestBytes, more);
    slots = new int[slots.length * 2];
    for (int row = 0; row < rows; row++) {
      slots[slot(keys[row], categories[row])] = row + 1;
    }
  }

  int rows() {
    return rows;
  }

  /** The row of a function in a category, or -1. */
  int find(long key, Category category) {
    return slots[slot(key, category)] - 1;
  }

  long key(int row) {
    return keys[row];
  }

  Category category(int row) {
    return categories[row];
  }

  long bytes(int row) {
    return bytes[row];
  }

  int symbols(int row) {
    return symbols[row];
  }

  int largest(int row) {
    return largest[row];
  }
}
