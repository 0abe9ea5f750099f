package dev.selfsame.binary;

import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a program's functions begin, as one of its tables lists them, and what their places tell of
 * how code was made: the same in every format.
 */
final class Functions {
  /**
   * Of fewer, most are the standard library's, which comes compiled: a small program for Windows
   * has some four hundred, and most of its frames are that library's and MinGW's. ELF's thresholds
   * were measured on programs from 200 on, those of other formats from 2,600 on.
   */
  static final int FEW = 2_000;

  static final int FEW_OF_ELF = 200;

  /**
   * Why it is not known there: of published programs for speed, a quarter is at multiples of 16.
   */
  static final String AARCH64 = "on AArch64 functions are aligned to 4 bytes for speed too";

  /** Why neither is known of code for another processor. */
  static final String UNMEASURED = "not measured on this processor";

  private static final int ALIGNMENT = 16;

  /**
   * Measured on ELF: 90 % and more at opt-level 0 to 3, 40 to 48 % at s and z. Of published
   * programs 97 to 99 % as Mach-O and 98 to 99 % as PE for speed; of one release for size 11 % as
   * ELF, 12 % as Mach-O, 13 % as PE. GNU ld's PE was not measured.
   */
  private static final double FAST = 0.85;

  private static final double SMALL = 0.60;

  /** Measured: tiny functions are 3 to 15 % at opt-level 1 to 3, 21 % and more at 0. */
  private static final double UNOPTIMISED = 0.19;

  private static final double INLINED = 0.13;

  private final String table;
  private final long offset;
  private final long[] starts;
  private final boolean all;
  private final int few;

  /**
   * A table of functions.
   *
   * @param table its name
   * @param offset where it begins within the file
   * @param starts addresses, or places that are as far from a multiple of 16, in order
   * @param all whether every function is listed: tables for unwinding alone leave out those that
   *     call nothing, which are the smallest
   * @param few of fewer nothing is told: {@link #FEW} or {@link #FEW_OF_ELF}
   */
  Functions(String table, long offset, long[] starts, boolean all, int few) {
    this.table = table;
    this.offset = offset;
    this.starts = starts;
    this.all = all;
    this.few = few;
  }

  int count() {
    return starts.length;
  }

  /** Where the function of this number begins. */
  long start(int function) {
    return starts[function];
  }

  /** What the table shows, as evidence. */
  Evidence seen(String what) {
    return new Evidence(table, offset, what);
  }

  /** The same of a number of these functions. */
  Evidence seen(long some, String what) {
    return seen(String.format(Locale.ROOT, "%,d of %,d functions %s", some, starts.length, what));
  }

  /** That there are too few of them to tell anything; empty where there are not. */
  Optional<Fact> tooFew() {
    return starts.length >= few
        ? Optional.empty()
        : Optional.of(
            Fact.unknown(
                seen(
                    "%d functions: so few are mostly those of libraries"
                        .formatted(starts.length))));
  }

  /**
   * For size or for speed, on x86-64: functions are aligned to 16 bytes unless they are to be
   * small. Without optimisation nothing is inlined, so that very many functions are tiny. Levels 1
   * to 3 cannot be told apart.
   */
  Fact optimise() {
    return tooFew().orElseGet(this::byAlignment);
  }

  private Fact byAlignment() {
    long aligned = aligned();
    double share = (double) aligned / starts.length;
    Evidence seen = seen(aligned, "begin at a multiple of 16");
    if (share >= FAST) {
      return speed(seen);
    } else if (share <= SMALL) {
      return new Fact("size (opt-level s or z)", Grade.STRONG, List.of(seen), List.of());
    }
    return Fact.unknown(seen);
  }

  private Fact speed(Evidence aligned) {
    if (!all) {
      return new Fact("speed (opt-level 0 to 3)", Grade.MEDIUM, List.of(aligned), List.of());
    }
    long tiny = tiny();
    Evidence seen = seen(tiny, "have 16 bytes at most");
    double share = (double) tiny / starts.length;
    if (share >= UNOPTIMISED) {
      return new Fact("not (opt-level 0)", Grade.WEAK, List.of(seen, aligned), List.of());
    } else if (share <= INLINED) {
      return new Fact("speed (opt-level 1 to 3)", Grade.MEDIUM, List.of(aligned, seen), List.of());
    }
    return new Fact("speed (opt-level 0 to 3)", Grade.MEDIUM, List.of(aligned, seen), List.of());
  }

  private long aligned() {
    long aligned = 0;
    for (long start : starts) {
      aligned += start % ALIGNMENT == 0 ? 1 : 0;
    }
    return aligned;
  }

  /** How many have 16 bytes at most from their beginning to that of the next. */
  private long tiny() {
    long tiny = 0;
    for (int i = 0; i + 1 < starts.length; i++) {
      long distance = starts[i + 1] - starts[i];
      tiny += distance > 0 && distance <= ALIGNMENT ? 1 : 0;
    }
    return tiny;
  }
}
