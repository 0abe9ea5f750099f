package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The second level of attribution: whose bytes a category's bytes are. The lists cut the same
 * bytes, each without remainder; a category that symbols cannot name is in none. Empty where the
 * file has no symbol table: then nobody knows.
 *
 * @param crates by crate, the largest first
 * @param functions by function or object, generic instances joined, the largest first; what is not
 *     listed is one row {@value #REST} for each category
 * @param instances by generic instance (a function with its generic arguments), as far as mangled
 *     names tell them apart, the largest first; what is not listed is one row {@value
 *     #OTHER_INSTANCES} for each category; empty where they were not asked for
 */
public record Composition(List<Holding> crates, List<Holding> functions, List<Holding> instances) {

  /** The row for bytes that no symbol covers. */
  public static final String BETWEEN = "(between symbols)";

  /** The row for functions that are not listed. */
  public static final String REST = "(other functions)";

  /** The row for generic instances that are not listed. */
  public static final String OTHER_INSTANCES = "(other instances)";

  private static final Composition NONE = new Composition(List.of(), List.of(), List.of());

  /**
   * Bytes of one category that belong to one name.
   *
   * @param name a crate, a function's or an instance's demangled name without its hash, or one in
   *     parentheses
   * @param category what the bytes are for
   * @param bytes how many
   * @param symbols how many symbols they are; for a generic function, its instances
   * @param offset where the largest of them begins in the file, in bytes, or -1
   */
  public record Holding(String name, Category category, long bytes, int symbols, long offset) {
    public Holding {
      requireNonNull(name);
      requireNonNull(category);
      if (bytes < 0) {
        throw new IllegalArgumentException("negative: %s %d".formatted(name, bytes));
      }
    }
  }

  /** Asserts the law: all cuts are of the same bytes. */
  public Composition {
    crates = List.copyOf(crates);
    functions = List.copyOf(functions);
    instances = List.copyOf(instances);
    if (!sums(crates).equals(sums(functions))) {
      throw new IllegalArgumentException(
          "crates and functions are not the same bytes: %s, %s"
              .formatted(sums(crates), sums(functions)));
    }
    if (!instances.isEmpty() && !sums(crates).equals(sums(instances))) {
      throw new IllegalArgumentException(
          "crates and instances are not the same bytes: %s, %s"
              .formatted(sums(crates), sums(instances)));
    }
  }

  /** Of a file whose bytes have no names. */
  public static Composition none() {
    return NONE;
  }

  /** Bytes by category. */
  public Map<Category, Long> sums() {
    return sums(crates);
  }

  private static Map<Category, Long> sums(List<Holding> holdings) {
    Map<Category, Long> sums = new EnumMap<>(Category.class);
    for (Holding holding : holdings) {
      sums.merge(holding.category(), holding.bytes(), Long::sum);
    }
    return sums;
  }
}
