package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a binary says of itself.
 *
 * @param schema {@link #SCHEMA}
 * @param name the file's name, for people
 * @param size bytes
 * @param sha256 digest of the whole file
 * @param ranges every byte of the file once, by offset; the sizes sum to {@code size}
 * @param categories bytes by category; the values sum to {@code size}
 * @param facts facts by name, such as {@code rustc}, {@code strip}, {@code machine}
 * @param parts files within the file, by offset: slices of a universal Mach-O, members of an
 *     archive
 * @param composition whose bytes they are, as far as symbols tell
 * @param problems where reading stopped and why, and what looks wrong; empty when all was read
 */
public record BinaryFacts(
    String schema,
    String name,
    long size,
    Digest sha256,
    List<Range> ranges,
    Map<Category, Long> categories,
    Map<String, Fact> facts,
    List<Part> parts,
    Composition composition,
    List<String> problems) {
  /** How a problem ends that is no more than bytes without an owner. */
  public static final String UNCLAIMED = "bytes that no structure claims";

  /** The value of {@code schema}; the number changes when a reader must. */
  public static final String SCHEMA = "selfsame.binary-facts/3";

  /**
   * A run of bytes.
   *
   * @param name section or structure, such as {@code .text} or {@code ELF header}
   * @param category what the bytes are for
   * @param offset where it begins in the file, in bytes
   * @param size bytes
   */
  public record Range(String name, Category category, long offset, long size) {
    public Range {
      requireNonNull(name);
      requireNonNull(category);
    }
  }

  /**
   * A file within the file.
   *
   * @param name such as {@code arm64} or {@code lib.rmeta}
   * @param kind such as {@code slice} or {@code member}
   * @param offset where it begins in the file, in bytes
   * @param size bytes
   * @param categories its bytes by category; the values sum to {@code size}
   * @param facts its own facts by name
   */
  public record Part(
      String name,
      String kind,
      long offset,
      long size,
      Map<Category, Long> categories,
      Map<String, Fact> facts) {
    public Part {
      requireNonNull(name);
      requireNonNull(kind);
      categories = Collections.unmodifiableMap(new TreeMap<>(categories));
      facts = Collections.unmodifiableMap(new TreeMap<>(facts));
      long counted = sum(categories);
      if (counted != size) {
        throw new IllegalArgumentException(
            "bytes of %s are not counted once: size %d, categories %d"
                .formatted(name, size, counted));
      }
    }

    /** The fact of this name, or an unknown one. */
    public Fact fact(String factName) {
      return facts.getOrDefault(factName, Fact.unknown());
    }
  }

  /** Asserts the law: every byte is counted once. */
  public BinaryFacts {
    if (!SCHEMA.equals(schema)) {
      throw new IllegalArgumentException("schema is not " + SCHEMA + ": " + schema);
    }
    requireNonNull(name);
    requireNonNull(sha256);
    ranges = List.copyOf(ranges);
    categories = Collections.unmodifiableMap(new TreeMap<>(categories));
    facts = Collections.unmodifiableMap(new TreeMap<>(facts));
    parts = List.copyOf(parts);
    problems = List.copyOf(problems);
    long next = 0;
    for (Range range : ranges) {
      if (range.offset() != next || range.size() < 0) {
        throw new IllegalArgumentException(
            "ranges leave or overlap bytes at offset " + next + ": " + range);
      }
      next += range.size();
    }
    long counted = sum(categories);
    if (next != size || counted != size) {
      throw new IllegalArgumentException(
          "bytes are not counted once: size %d, ranges %d, categories %d"
              .formatted(size, next, counted));
    }
    for (Map.Entry<Category, Long> named : composition.sums().entrySet()) {
      if (!named.getValue().equals(categories.get(named.getKey()))) {
        throw new IllegalArgumentException(
            "composition of %s is %d bytes, not %s"
                .formatted(named.getKey(), named.getValue(), categories.get(named.getKey())));
      }
    }
    if (parts.stream().anyMatch(part -> part.offset() < 0 || part.offset() > size - part.size())) {
      throw new IllegalArgumentException("a part lies outside of the file");
    }
  }

  private static long sum(Map<Category, Long> categories) {
    return categories.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Whether every structure was read: each problem is a run of bytes that no structure claims, such
   * as patchelf leaves behind.
   */
  public boolean allRead() {
    // Both, since a problem may end with a name that the file itself holds.
    return problems.stream().allMatch(problem -> problem.endsWith(UNCLAIMED))
        && problems.size()
            <= ranges.stream().filter(range -> range.category() == Category.UNCLAIMED).count();
  }

  /** The fact of this name, or an unknown one. */
  public Fact fact(String factName) {
    return facts.getOrDefault(factName, Fact.unknown());
  }
}
