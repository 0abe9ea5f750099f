package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Files within a file: slices of a universal Mach-O, members of an archive. */
final class Nested {
  /** A file in a file in a file; what lies deeper is one range. */
  static final int MAX_DEPTH = 3;

  /**
   * Characters that a file's name takes before the names of its ranges, all together; a shorter one
   * than this is always whole.
   */
  private static final int MOST_NAMES = 1 << 22;

  private static final int SHORT_NAME = 64;

  private Nested() {}

  /**
   * Reads a file that lies within another. Its facts go onto the sheet as a part, its problems with
   * its name before them.
   *
   * @param part its bytes, sliced from the file that it lies in
   * @param name for people, printable
   * @param kind such as {@code slice} or {@code member}
   * @param depth how many files it lies in, from 1
   * @return its ranges, at their offsets within the outer file, {@code NAME: } before their names
   */
  static List<Range> read(ByteView part, String name, String kind, FactSheet outer, int depth) {
    FactSheet own = new FactSheet();
    List<Range> ranges =
        depth > MAX_DEPTH
            ? List.of(new Range("whole file", Category.OTHER, 0, part.size()))
            : Readers.ranges(part.alone(), own, depth);
    long start = part.start();
    outer.part(
        new Part(name, kind, start, part.size(), categories(ranges), moved(own.facts(), start)));
    String before = before(name, own.parts().size());
    for (Part inner : own.parts()) {
      outer.part(moved(inner, before, start));
    }
    for (String problem : own.problems()) {
      outer.problem("%s at offset %d: %s".formatted(name, start, problem));
    }
    return moved(ranges, name, start);
  }

  /** Bytes by category. */
  static Map<Category, Long> categories(List<Range> ranges) {
    Map<Category, Long> categories = new EnumMap<>(Category.class);
    for (Range range : ranges) {
      categories.merge(range.category(), range.size(), Long::sum);
    }
    return categories;
  }

  static List<Range> moved(List<Range> ranges, String name, long start) {
    List<Range> moved = new ArrayList<>(ranges.size());
    String before = before(name, ranges.size()) + ": ";
    for (Range range : ranges) {
      String named = range.name().equals("whole file") ? name : before + range.name();
      moved.add(new Range(named, range.category(), range.offset() + start, range.size()));
    }
    return moved;
  }

  /** As much of a name as may stand before so many others. */
  private static String before(String name, int ranges) {
    int most = Math.max(SHORT_NAME, MOST_NAMES / Math.max(1, ranges));
    if (name.length() <= most) {
      return name;
    }
    int end = Character.isHighSurrogate(name.charAt(most - 1)) ? most - 1 : most;
    return name.substring(0, end) + "…";
  }

  static Part moved(Part part, String name, long start) {
    return new Part(
        name + ": " + part.name(),
        part.kind(),
        part.offset() + start,
        part.size(),
        part.categories(),
        moved(part.facts(), start));
  }

  /** The same facts, their places counted from the outer file's beginning. */
  static Map<String, Fact> moved(Map<String, Fact> facts, long start) {
    Map<String, Fact> moved = new TreeMap<>();
    facts.forEach((name, fact) ->
        moved.put(
            name,
            new Fact(
                fact.value(),
                fact.grade(),
                moved(fact.evidence(), start),
                moved(fact.contradictions(), start))));
    return moved;
  }

  private static List<Evidence> moved(List<Evidence> evidence, long start) {
    return evidence.stream()
        .map(e -> e.offset() < 0 ? e : new Evidence(e.where(), e.offset() + start, e.what()))
        .toList();
  }
}
