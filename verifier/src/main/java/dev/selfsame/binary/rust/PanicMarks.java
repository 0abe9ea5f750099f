package dev.selfsame.binary.rust;

import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a Rust program panics.
 *
 * <p>Neither the import of {@code _Unwind_RaiseException} nor its absence settles it alone: static
 * and zig-linked programs carry libunwind inside, and a musl library imports it without ever
 * unwinding. So the landing pads' share of the code has a say too: measured 5 to 7 % in unwinding
 * programs and at most 0.1 % in aborting ones, but 2 to 4 % in either where they are small.
 *
 * @param dynamic whether the file has a dynamic symbol table
 * @param raises the import of {@code _Unwind_RaiseException}
 * @param walks another import of {@code _Unwind_}, as backtraces need: then the unwinder is outside
 *     of the file, and what does not import raising cannot raise
 * @param runtime a codegen unit of {@code panic_unwind} or {@code panic_abort}
 * @param landingPads bytes of {@code .gcc_except_table}, or of Mach-O's {@code __gcc_except_tab}
 * @param landingPadsAt where they stand in the file, or -1
 * @param code bytes of {@code .text}, or of Mach-O's {@code __text}
 * @param places what the format calls the places
 */
public record PanicMarks(
    boolean dynamic,
    Optional<Mark> raises,
    Optional<Mark> walks,
    Optional<Mark> runtime,
    long landingPads,
    long landingPadsAt,
    long code,
    Places places) {

  /**
   * Names of places within a file of one format.
   *
   * @param imports where imports stand
   * @param landingPads where landing pads are listed
   */
  public record Places(String imports, String landingPads) {
    /** As ELF names them. */
    public static final Places ELF = new Places(".dynsym", ".gcc_except_table");

    /** As Mach-O names them. */
    public static final Places MACHO = new Places("symbol table", "__TEXT,__gcc_except_tab");
  }

  /** Less code than this, in bytes, may do without landing pads either way. */
  private static final long LARGE = 200_000;

  /** {@code unwind}, {@code abort} or {@code unknown}. */
  public Fact panic() {
    Evidence pads =
        new Evidence(
            places.landingPads(),
            landingPadsAt,
            "%d bytes to %d of code".formatted(landingPads, code));
    if (runtime.isPresent()) {
      boolean unwinds = runtime.get().text().startsWith("panic_unwind");
      return new Fact(
          unwinds ? "unwind" : "abort",
          Grade.STRONG,
          List.of(runtime.get().evidence(), pads),
          List.of());
    }
    double share = code == 0 ? 0 : (double) landingPads / code;
    return raises.isPresent() ? raising(share, pads) : silent(share, pads);
  }

  private Fact raising(double share, Evidence pads) {
    List<Evidence> evidence = raises.map(mark -> List.of(mark.evidence())).orElse(List.of());
    if (share < 0.003) {
      return new Fact("unwind", Grade.WEAK, evidence, List.of(pads));
    }
    List<Evidence> both = new ArrayList<>(evidence);
    both.add(pads);
    return new Fact("unwind", Grade.STRONG, both, List.of());
  }

  private Fact silent(double share, Evidence pads) {
    Evidence absent = new Evidence(places.imports(), -1, "no import of _Unwind_RaiseException");
    if (walks.isPresent()) {
      return new Fact("abort", Grade.STRONG, List.of(absent, walks.get().evidence()), List.of());
    } else if (share >= 0.045) {
      return new Fact("unwind", Grade.MEDIUM, List.of(pads), dynamic ? List.of(absent) : List.of());
    } else if (share < 0.003 && code >= LARGE) {
      return new Fact(
          "abort", Grade.MEDIUM, dynamic ? List.of(absent, pads) : List.of(pads), List.of());
    }
    return Fact.unknown();
  }
}
