package dev.selfsame.binary.rust;

import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * How code was cut into units and joined again, by the names that a symbol table keeps: those of
 * codegen units ({@code crate.hash-cgu.N}), and {@code .llvm.} behind the names of functions that
 * ThinLTO made visible to other units.
 *
 * <p>Measured on one program in twenty builds: rustc numbers a crate's units from 0 and gives a
 * large crate as many as the setting says; fat LTO leaves one unit; without LTO no symbol of the
 * program's own crates has the suffix, while those of the standard library, which comes compiled,
 * always do.
 */
public final class CodegenMarks {
  private static final int SHOWN = 4;

  /** So many other crates without a unit are no accident. */
  private static final int SEVERAL = 3;

  /**
   * So much code of one crate is in more than one unit where nothing is set, unless all of it is in
   * one module: rustc cuts by module, and then joins again what is small. Source: {@code
   * NON_INCR_MIN_CGU_SIZE} of rustc_monomorphize, of statements that are some bytes each.
   */
  private static final long LARGE = 64L * 1024;

  /** About twice as much as rustc joins again, in bytes of a unit. */
  private static final long UNJOINED = 16L * 1024;

  /** As many units as rustc makes at most of a crate where nothing is set. */
  private static final int DEFAULT = 16;

  /** The unit of a crate that has the largest number. */
  private record Last(Mark mark, CodegenUnit unit) {
    int number() {
      return unit.number();
    }
  }

  private final Map<String, Last> program = new TreeMap<>();
  private Optional<CodegenUnit> first = Optional.empty();

  /** Whether the program has more than one unit, of one crate or of several. */
  private boolean cut;

  private boolean standard;

  /** Notes the name of a unit; names of source files are passed over. */
  public void unit(Mark mark) {
    CodegenUnit.of(mark.text()).ifPresent(unit -> unit(new Last(mark, unit)));
  }

  private void unit(Last now) {
    String crate = now.unit().crate();
    if (StandardCrates.has(crate)) {
      standard |= !crate.equals("compiler_builtins");
    } else {
      cut |= first.filter(unit -> !unit.equals(now.unit())).isPresent();
      first = first.or(() -> Optional.of(now.unit()));
      program.merge(crate, now, (seen, next) -> next.number() > seen.number() ? next : seen);
    }
  }

  /**
   * Whether all code came out of one unit: there is one alone, other crates have code, and no unit.
   * Rustup's standard library has no names of units, and a crate of nothing but generic functions
   * has none either, so one other crate proves little and none nothing.
   */
  private boolean joined(Set<String> crates) {
    return !cut && !standard && others(crates) > 0;
  }

  /**
   * How much a unit that is alone proves. A small program is one unit without having been joined,
   * and all that it uses may be generic: no unit is missed then. Numbers are padded to the digits
   * of the largest, so that two mean that there were nine others, which are gone.
   */
  private Grade joinedGrade(Set<String> crates) {
    if (others(crates) < SEVERAL) {
      return Grade.WEAK;
    }
    return first.filter(unit -> unit.digits() > 1).isPresent() ? Grade.STRONG : Grade.MEDIUM;
  }

  private long others(Set<String> crates) {
    return crates.stream()
        .filter(crate -> !crate.startsWith("(") && !StandardCrates.has(crate))
        .filter(crate -> !program.containsKey(crate))
        .count();
  }

  /**
   * {@code lto}: what was joined before code was made.
   *
   * @param thinned a name of the program's own to which ThinLTO added something
   * @param crates the crates that have code
   * @param all whether every name was read: else the absence of one says nothing
   */
  public Fact lto(Optional<Mark> thinned, Set<String> crates, boolean all) {
    if (program.isEmpty()) {
      return Fact.unknown();
    }
    List<Evidence> units = evidence();
    if (thinned.isEmpty() && !all) {
      return Fact.unknown();
    } else if (joined(crates)) {
      return new Fact("fat", joinedGrade(crates), units, List.of());
    } else if (thinned.isPresent()) {
      return thinned(thinned.get());
    } else if (program.size() == 1) {
      return Fact.unknown();
    } else if (largest() == 0) {
      return new Fact(
          "off or thin-local: with one unit a crate they are the same",
          Grade.MEDIUM,
          units,
          List.of());
    }
    Evidence absent = new Evidence(".symtab", -1, "no name of the program's own ends in .llvm.N");
    return new Fact("off", Grade.MEDIUM, List.of(absent, units.getFirst()), List.of());
  }

  private static Fact thinned(Mark name) {
    return new Fact(
        "thin-local (the default) or thin", Grade.STRONG, List.of(name.evidence()), List.of());
  }

  /**
   * {@code lto} where no table names units, as in Mach-O and PE. What ThinLTO leaves behind proves
   * it; that it has left nothing proves nothing.
   *
   * @param thinned as for {@link #lto}
   * @param where what holds the names of symbols
   */
  public static Fact ltoByNames(Optional<Mark> thinned, String where) {
    return thinned
        .map(CodegenMarks::thinned)
        .orElseGet(() ->
            Fact.unknown(
                new Evidence(
                    where,
                    -1,
                    "no name of the program's own ends in .llvm.N: without LTO, with fat LTO and"
                        + " with one unit a crate none does")));
  }

  /**
   * {@code codegen-units}: into how many units a crate was cut. One crate may just have no more to
   * cut, and small ones are one or two units whatever is set; that several stop at one number, and
   * have so much code that rustc would have cut it on, is the setting.
   *
   * @param code the crates that have code, and how many bytes each; nothing where nobody knows
   */
  public Fact codegenUnits(Map<String, Long> code) {
    if (program.isEmpty()) {
      return Fact.unknown();
    }
    if (joined(code.keySet())) {
      // Numbers are padded to the digits of how many there are: two mean ten or more.
      CodegenUnit only = program.values().iterator().next().unit();
      String value = only.digits() > 1 ? "10 or more, joined" : "9 or fewer, joined";
      return new Fact(value, Grade.MEDIUM, evidence(), List.of());
    }
    return counted(code);
  }

  /**
   * {@code codegen-units} where units may be there that nothing names: of one that is named alone,
   * nobody knows whether others were joined with it.
   *
   * @param code as for {@link #codegenUnits}
   */
  public Fact namedUnits(Map<String, Long> code) {
    return program.isEmpty() ? Fact.unknown() : counted(code);
  }

  private Fact counted(Map<String, Long> code) {
    int count = largest() + 1;
    List<Long> full =
        program.values().stream()
            .filter(last -> last.number() + 1 == count)
            .map(last -> code.getOrDefault(last.unit().crate(), 0L))
            .toList();
    boolean some = full.stream().anyMatch(bytes -> bytes >= Math.max(LARGE, UNJOINED * count));
    if (count == DEFAULT) {
      return new Fact(Integer.toString(count), Grade.STRONG, evidence(), List.of());
    }
    String value = full.size() > 1 && some ? Integer.toString(count) : "at least " + count;
    return new Fact(value, Grade.MEDIUM, evidence(), List.of());
  }

  private int largest() {
    return program.values().stream().mapToInt(Last::number).max().orElse(0);
  }

  /** The units that say most, the highest number first. */
  private List<Evidence> evidence() {
    return program.values().stream()
        .sorted(Comparator.comparingInt(Last::number).reversed())
        .limit(SHOWN)
        .map(last -> last.mark().evidence())
        .toList();
  }

  /**
   * {@code mangling}: which of rustc's two schemes the names have. The standard library may have
   * another one than the program.
   *
   * @param legacy how many names, and v0 how many
   * @param first the first of each, where there is one
   */
  public static Fact mangling(int legacy, int v0, List<Mark> first) {
    List<Evidence> evidence = new ArrayList<>();
    first.forEach(mark -> evidence.add(mark.evidence()));
    if (legacy == 0 && v0 == 0) {
      return Fact.unknown();
    } else if (v0 == 0 || legacy == 0) {
      return new Fact(v0 == 0 ? "legacy" : "v0", Grade.CERTAIN, evidence, List.of());
    }
    String value = String.format(Locale.ROOT, "both: %,d legacy, %,d v0", legacy, v0);
    return new Fact(value, Grade.CERTAIN, evidence, List.of());
  }
}
