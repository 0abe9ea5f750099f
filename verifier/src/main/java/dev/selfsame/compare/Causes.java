package dev.selfsame.compare;

import dev.selfsame.binary.symbols.FunctionOrder;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import dev.selfsame.evidence.Comparison.HoldingDelta;
import dev.selfsame.evidence.Comparison.SectionDelta;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What two files alone say about why they differ. Their bytes sum to the size difference: what the
 * files do not prove is one cause of grade unexplained.
 */
final class Causes {
  private static final int SHOWN = 4;
  private static final int NAMED = 3;
  private static final int FUNCTIONS = 2;

  /** One byte in so many of a string table. */
  private static final long FEW = 1000;

  /** Bytes to which sections are aligned, at most a few times in a row. */
  private static final int ALIGNED = 64;

  private final BinaryFacts a;
  private final BinaryFacts b;
  private final List<SectionDelta> sections;
  private final List<HoldingDelta> functions;
  private final Optional<SameLayout> layout;
  private final Supplier<Optional<FunctionOrder>> order;

  /** By how much the sections of a cause grow and shrink, which its bytes net out; by id. */
  private final Map<String, Long> sizes = new HashMap<>();

  /** By how much names of symbols differ in length, where nothing else of symbols does. */
  private long names;

  /**
   * @param functions what each function has on both sides, the largest difference first; empty
   *     where symbols do not tell
   * @param layout the bytes that differ, where all structures stand at the same places
   * @param order how functions stand, where both have the same in another order; only asked where
   *     code differs
   */
  Causes(
      Pair pair,
      List<SectionDelta> sections,
      List<HoldingDelta> functions,
      Optional<SameLayout> layout,
      Supplier<Optional<FunctionOrder>> order) {
    this.a = pair.a();
    this.b = pair.b();
    this.sections = sections;
    this.functions = functions;
    this.layout = layout;
    this.order = order;
  }

  /**
   * First what makes everything else hard to compare (format, machine), then by how much sizes
   * moved, section by section. Another rustc or another setting moves bytes that nothing else
   * explains, so they stand right before these.
   */
  List<Cause> ranked() {
    List<Cause> causes = new ArrayList<>();
    differing("format", "the formats differ", "compare builds for one target")
        .ifPresent(causes::add);
    machine().ifPresent(causes::add);
    differing("rustc", "the compilers differ", "build both with one pinned toolchain")
        .ifPresent(causes::add);
    timestamp().ifPresent(causes::add);
    causes.addAll(new FactCauses(a, b).all());
    layout.ifPresent(same -> causes.addAll(same.causes()));
    if (codeDiffers()) {
      order.get().map(this::functionOrder).ifPresent(causes::add);
    }
    if (bothAreRead()) {
      for (ByteGroup group : ByteGroup.values()) {
        of(group).ifPresent(causes::add);
      }
    } else {
      causes.add(unread());
    }
    if (causes.stream().allMatch(cause -> cause.grade() == Grade.SUSPECTED)) {
      causes.add(sectionOrder());
    }
    // What is aligned behind names moves with them.
    if (names != 0 && sizes.getOrDefault(ByteGroup.LAYOUT.id(), 0L) <= names + ALIGNED) {
      sizes.put(ByteGroup.LAYOUT.id(), 0L);
    }
    causes.sort(new Ranking(sizes, Math.max(1, moved()), moved(ByteGroup.SYMBOLS) != 0).of(causes));
    return causes;
  }

  /** The most bytes that a setting may have moved: of what both files have. */
  private long moved() {
    return Arrays.stream(ByteGroup.values())
        .filter(ByteGroup::follows)
        .mapToLong(this::moved)
        .max()
        .orElse(0);
  }

  private long moved(ByteGroup group) {
    List<SectionDelta> held =
        sections.stream().filter(section -> holds(group, section.category())).toList();
    boolean both =
        held.stream().anyMatch(section -> section.sizeA() > 0)
            && held.stream().anyMatch(section -> section.sizeB() > 0);
    return both ? sizes(held) : 0;
  }

  /** Across formats no section has its equal, so that they count as one. */
  private long sizes(List<SectionDelta> held) {
    return acrossFormats()
        ? Math.abs(held.stream().mapToLong(SectionDelta::delta).sum())
        : held.stream().mapToLong(section -> Math.abs(section.delta())).sum();
  }

  /** Across formats, that only Mach-O names a processor says nothing of the other. */
  private Optional<Cause> machine() {
    boolean oneSet = Machines.same(a.fact("machine").value(), b.fact("machine").value());
    return oneSet && acrossFormats()
        ? Optional.empty()
        : differing(
            "machine",
            oneSet ? "the processors differ" : "the instruction sets differ",
            "compare builds for one target");
  }

  /**
   * Windows linkers and archivers write the time of day unless they are told not to, Apple's those
   * of object files.
   */
  private Optional<Cause> timestamp() {
    String advice =
        "link without a time (/Brepro, --no-insert-timestamp, ZERO_AR_DATE=1), archive with ar D";
    // Each format notes another time.
    Optional<Cause> found =
        acrossFormats()
            ? Optional.empty()
            : differing("timestamp", "the time stamps differ", advice);
    return found.map(c ->
        new Cause(
            c.id(), 0L, null, false, Grade.PROVED, c.sentence(), c.advice(), c.inA(), c.inB()));
  }

  private boolean bothAreRead() {
    return isRead(a) && isRead(b);
  }

  /** A file of a format that is not read is one range of category other. */
  private static boolean isRead(BinaryFacts facts) {
    return facts.categories().getOrDefault(Category.OTHER, 0L) < facts.size();
  }

  /** Of a file that is one range, not even the absence of symbols is known. */
  private Cause unread() {
    return new Cause(
        "unread",
        b.size() - a.size(),
        sections.stream().mapToLong(SectionDelta::differing).sum(),
        sections.stream().anyMatch(SectionDelta::atLeast),
        Grade.UNEXPLAINED,
        "a format that is not read in parts, so nothing is known of these bytes",
        "compare two binaries",
        asWhole(a),
        asWhole(b));
  }

  /** What a file was taken for, and how much of it nobody looked into. */
  private static List<Evidence> asWhole(BinaryFacts facts) {
    List<Evidence> evidence = new ArrayList<>(facts.fact("format").evidence());
    if (!isRead(facts)) {
      evidence.addAll(Places.largest(facts, range -> range.category() == Category.OTHER, SHOWN));
    }
    return evidence;
  }

  /** Bytes differ although every structure has its equal on the other side. */
  private Cause sectionOrder() {
    return new Cause(
        "order",
        0L,
        null,
        false,
        Grade.PROVED,
        "the same sections stand at other places",
        "link with the same inputs in the same order",
        Places.moved(a, b, "B", SHOWN),
        Places.moved(b, a, "A", SHOWN));
  }

  /** Where no code differs, names alone stand in another order. */
  private boolean codeDiffers() {
    return sections.stream()
        .anyMatch(section -> section.category() == Category.CODE && !section.sameBytes());
  }

  /**
   * Only the order is proved. How many bytes differ because of it is not known: what refers to a
   * function changes with its place, and stays unexplained.
   */
  private Cause functionOrder(FunctionOrder other) {
    return new Cause(
        "function-order",
        0L,
        null,
        false,
        Grade.PROVED,
        String.format(
            Locale.ROOT,
            "the same %,d functions, by name and size, stand in another order in B",
            other.count()),
        "link the same objects in the same order, with one linker",
        Places.elsewhere(a, other.inA(SHOWN), "B"),
        Places.elsewhere(b, other.inB(SHOWN), "A"));
  }

  private Optional<Cause> differing(String name, String what, String advice) {
    Fact inA = a.fact(name);
    Fact inB = b.fact(name);
    boolean known = inA.grade() != Fact.Grade.UNKNOWN && inB.grade() != Fact.Grade.UNKNOWN;
    if (!known
        || inA.value().equals(inB.value())
        || (name.equals("rustc") && Compilers.same(inA.value(), inB.value()))) {
      return Optional.empty();
    }
    String sentence = "%s: A %s, B %s".formatted(what, inA.value(), inB.value());
    return Optional.of(Cause.suspected(name, sentence, advice, inA.evidence(), inB.evidence()));
  }

  private Optional<Cause> of(ByteGroup group) {
    List<SectionDelta> different =
        sections.stream()
            .filter(section -> holds(group, section.category()) && !section.sameBytes())
            .filter(section -> group != ByteGroup.PROGRAM || !explained(section))
            .sorted(
                Comparator.comparingLong((SectionDelta section) -> -Math.abs(section.delta()))
                    .thenComparing(SectionDelta::name))
            .toList();
    if (different.isEmpty()) {
      return Optional.empty();
    }
    long bytes = different.stream().mapToLong(SectionDelta::delta).sum();
    Grade grade = group == ByteGroup.PROGRAM ? Grade.UNEXPLAINED : Grade.PROVED;
    if (onlyNames(group, different)) {
      names = sizes(different);
      sizes.put(group.id(), 0L);
    } else {
      sizes.put(group.id(), sizes(different));
    }
    return Optional.of(
        new Cause(
            group.id(),
            bytes,
            differing(group, different),
            atLeast(group, different),
            grade,
            sentence(group, bytes, different),
            group.advice(),
            evidence(group, a, different),
            evidence(group, b, different)));
  }

  /**
   * As many symbols on both sides, whose names are hardly longer or shorter: rustc's file names and
   * hashes in them are written without leading zeros, so that any change moves a few bytes.
   */
  private boolean onlyNames(ByteGroup group, List<SectionDelta> different) {
    return group == ByteGroup.SYMBOLS
        && !acrossFormats()
        && sizes(different) != 0
        && different.stream()
            .filter(section -> section.delta() != 0)
            .allMatch(section ->
                section.name().equals(".strtab")
                    && Math.abs(section.delta()) * FEW <= section.sizeA());
  }

  private long differing(ByteGroup group, List<SectionDelta> different) {
    if (acrossFormats()) {
      return sizes(different);
    } else if (group == ByteGroup.PROGRAM && layout.isPresent()) {
      return layout.get().unexplained();
    }
    return different.stream().mapToLong(SectionDelta::differing).sum();
  }

  /**
   * Where sizes moved, only by how much is sure. Across formats no section has its equal, but all
   * of them together have; what one side alone has differs whole.
   */
  private boolean atLeast(ByteGroup group, List<SectionDelta> different) {
    if (acrossFormats()) {
      return different.stream().anyMatch(section -> section.sizeA() > 0)
          && different.stream().anyMatch(section -> section.sizeB() > 0);
    }
    boolean counted = group == ByteGroup.PROGRAM && layout.isPresent();
    return !counted && different.stream().anyMatch(SectionDelta::atLeast);
  }

  private boolean explained(SectionDelta section) {
    return layout.map(same -> same.explains(section)).orElse(false);
  }

  private boolean acrossFormats() {
    return !a.fact("format").value().equals(b.fact("format").value());
  }

  /** A format's own way to relocate or unwind has its price, whatever the program is. */
  private static String priced(ByteGroup group, long sizeA, long sizeB) {
    return String.format(
        Locale.ROOT, "%s: %,d bytes in A's format, %,d in B's", group.noun(), sizeA, sizeB);
  }

  /** Across formats, unwind tables are priced apart; else they only follow from the code. */
  private boolean holds(ByteGroup group, Category category) {
    if (category == Category.UNWIND && acrossFormats()) {
      return group == ByteGroup.UNWIND;
    }
    return group.holds(category);
  }

  private String sentence(ByteGroup group, long bytes, List<SectionDelta> different) {
    long sizeA = different.stream().mapToLong(SectionDelta::sizeA).sum();
    long sizeB = different.stream().mapToLong(SectionDelta::sizeB).sum();
    if (group == ByteGroup.PROGRAM) {
      return program(different);
    } else if (acrossFormats() && (group == ByteGroup.RELOCATIONS || group == ByteGroup.UNWIND)) {
      return priced(group, sizeA, sizeB);
    } else if (onlyBuildId(group, different)) {
      return "the build-id differs: it is a hash of the other bytes or was chosen by the build";
    } else if (onlyNames(group, different)) {
      return String.format(
          Locale.ROOT,
          "as many symbols, whose names differ in length by %,d bytes",
          Math.abs(bytes));
    } else if (sizeA == 0 || sizeB == 0) {
      return "only %s has %s%s".formatted(sizeA == 0 ? "B" : "A", group.noun(), stripStates(group));
    } else if (bytes == 0) {
      return (sizes(different) == 0
              ? "%s: other content of the same size"
              : "%s: as many bytes in all, other sizes section by section")
          .formatted(group.noun());
    }
    return "%s has more: %s%s".formatted(bytes > 0 ? "B" : "A", group.noun(), stripStates(group));
  }

  private String program(List<SectionDelta> different) {
    if (acrossFormats()) {
      return "code, constants and data, set against each other as one: sections do not match";
    }
    if (layout.isPresent()) {
      return layout.get().where() + "; the files do not say why";
    }
    boolean sameSizes = sizes(different) == 0;
    String names = functions() + names(different, !sameSizes);
    return sameSizes
        ? "other content of the same size: %s; the files do not say why".formatted(names)
        : "%s; the files do not say why".formatted(names);
  }

  /** The functions that make up most of it, where few do; before the sections. */
  private String functions() {
    List<HoldingDelta> code =
        functions.stream()
            .filter(row -> row.category() == Category.CODE && !row.name().startsWith("("))
            .filter(row -> row.delta() != 0)
            .toList();
    long all = code.stream().mapToLong(row -> Math.abs(row.delta())).sum();
    List<HoldingDelta> first = code.stream().limit(FUNCTIONS).toList();
    long most = first.stream().mapToLong(row -> Math.abs(row.delta())).sum();
    if (first.isEmpty() || most * 2 < all) {
      return "";
    }
    return first.stream()
        .map(row -> String.format(Locale.ROOT, "%s %+,d", row.name(), row.delta()))
        .collect(Collectors.joining(", ", "mostly in ", ": "));
  }

  private static String names(List<SectionDelta> different, boolean withDeltas) {
    List<String> shown =
        different.stream()
            .limit(NAMED)
            .map(s ->
                withDeltas ? String.format(Locale.ROOT, "%s %+,d", s.name(), s.delta()) : s.name())
            .toList();
    int rest = different.size() - shown.size();
    return String.join(", ", shown) + (rest > 0 ? " and %d more".formatted(rest) : "");
  }

  private static boolean onlyBuildId(ByteGroup group, List<SectionDelta> different) {
    return group == ByteGroup.NOTES
        && different.size() == 1
        && different.getFirst().name().equals(".note.gnu.build-id")
        && different.getFirst().delta() == 0;
  }

  private String stripStates(ByteGroup group) {
    boolean decided = group == ByteGroup.DEBUG_INFO || group == ByteGroup.SYMBOLS;
    String inA = a.fact("strip").value();
    String inB = b.fact("strip").value();
    return decided && !inA.equals(inB) ? " (strip state: A %s, B %s)".formatted(inA, inB) : "";
  }

  private List<Evidence> evidence(
      ByteGroup group, BinaryFacts facts, List<SectionDelta> different) {
    Set<String> names = different.stream().map(SectionDelta::name).collect(Collectors.toSet());
    List<Evidence> evidence =
        Places.largest(
            facts, range -> holds(group, range.category()) && names.contains(range.name()), SHOWN);
    return evidence.isEmpty() ? List.of(new Evidence("file", -1, "no " + group.noun())) : evidence;
  }
}
