package dev.selfsame.binary.rust;

import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
  /** Numbers have as many digits as the largest needs, so {@code 00} means more than ten. */
  private static final Pattern UNIT =
      Pattern.compile("([A-Za-z0-9_]+)\\.[0-9a-f]{6,16}-cgu\\.([0-9]{1,4})(-.*)?");

  private static final int SHOWN = 4;

  /** So many other crates without a unit are no accident. */
  private static final int SEVERAL = 3;

  /** The first and the last unit of a crate. */
  private record Units(Mark first, Mark last, int largest, int digits) {}

  private final Map<String, Units> program = new TreeMap<>();
  private boolean standard;

  /** Notes the name of a unit; names of source files are passed over. */
  public void unit(Mark mark) {
    Matcher matcher = UNIT.matcher(mark.text());
    if (!matcher.matches()) {
      return;
    }
    String crate = matcher.group(1);
    if (StandardCrates.has(crate)) {
      standard |= !crate.equals("compiler_builtins");
      return;
    }
    int number = Integer.parseInt(matcher.group(2));
    Units units = new Units(mark, mark, number, matcher.group(2).length());
    program.merge(
        crate,
        units,
        (seen, now) ->
            now.largest() > seen.largest()
                ? new Units(seen.first(), mark, now.largest(), seen.digits())
                : seen);
  }

  /**
   * Whether all code came out of one unit: other crates have code, and no unit. Rustup's standard
   * library has no names of units, and a crate of nothing but generic functions has none either, so
   * one other crate proves little and none nothing.
   */
  private boolean joined(Set<String> crates) {
    return program.size() == 1 && !standard && others(crates) > 0;
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
   */
  public Fact lto(Optional<Mark> thinned, Set<String> crates) {
    if (program.isEmpty()) {
      return Fact.unknown();
    }
    List<Evidence> units = evidence();
    if (joined(crates)) {
      Grade grade = others(crates) >= SEVERAL ? Grade.STRONG : Grade.WEAK;
      return new Fact("fat", grade, units, List.of());
    } else if (thinned.isPresent()) {
      return new Fact(
          "thin-local (the default) or thin",
          Grade.STRONG,
          List.of(thinned.get().evidence()),
          List.of());
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

  /**
   * {@code codegen-units}: into how many units a crate was cut.
   *
   * @param crates the crates that have code
   */
  public Fact codegenUnits(Set<String> crates) {
    if (program.isEmpty()) {
      return Fact.unknown();
    }
    if (joined(crates)) {
      Units only = program.values().iterator().next();
      String value = only.digits() > 1 ? "more than 10, joined" : "10 or fewer, joined";
      return new Fact(value, Grade.MEDIUM, evidence(), List.of());
    }
    int count = largest() + 1;
    long full = program.values().stream().filter(u -> u.largest() + 1 == count).count();
    // One crate may just have no more to cut; that several stop at one number is the setting.
    boolean settled = full > 1 || count == 16;
    return settled
        ? new Fact(Integer.toString(count), Grade.STRONG, evidence(), List.of())
        : new Fact("at least %d".formatted(count), Grade.MEDIUM, evidence(), List.of());
  }

  private int largest() {
    return program.values().stream().mapToInt(Units::largest).max().orElse(0);
  }

  /** The units that say most, the highest number first. */
  private List<Evidence> evidence() {
    return program.values().stream()
        .sorted((a, b) -> Integer.compare(b.largest(), a.largest()))
        .limit(SHOWN)
        .map(units -> units.last().evidence())
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
