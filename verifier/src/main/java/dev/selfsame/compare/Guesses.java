package dev.selfsame.compare;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.SectionDelta;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Guess;
import dev.selfsame.evidence.Guess.Answer;
import dev.selfsame.evidence.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What people suspect when two builds differ, answered from the two files: the five guesses of the
 * case that this program was made for, then what was missing from that list.
 */
final class Guesses {
  private static final int SHOWN = 4;

  /** How glibc's own library is called, whatever its version. */
  private static final String GLIBC = "libc.so.";

  /** Causes that a profile's settings of the optimiser make. */
  private static final Set<String> OPTIMISATION =
      Set.of(
          "optimise",
          "lto",
          "codegen-units",
          "overflow-checks",
          "debug-assertions",
          "frame-pointers");

  private final BinaryFacts a;
  private final BinaryFacts b;
  private final List<SectionDelta> sections;
  private final Optional<Split> split;

  /**
   * @param split the difference, split by a third build, where one was given
   */
  Guesses(BinaryFacts a, BinaryFacts b, List<SectionDelta> sections, Optional<Split> split) {
    this.a = a;
    this.b = b;
    this.sections = sections;
    this.split = split;
  }

  /** Every guess, in the order in which they were once written down. */
  List<Guess> all() {
    List<Guess> guesses =
        new ArrayList<>(
            List.of(environment(), toolchain(), libraries(), debugSymbols(), optimisation()));
    TargetGuesses target = new TargetGuesses(a, b, split);
    guesses.add(target.instructionSet());
    guesses.add(target.format());
    guesses.add(bytes("relocations", "relocations", Category.RELOCS));
    guesses.add(bytes("unwind", "unwind tables", Category.UNWIND));
    guesses.add(bytes("signature", "a code signature", Category.SIGNATURE));
    return guesses;
  }

  private Guess environment() {
    if (sameProgram()) {
      return unmoved("build-environment", "build environment", "source-paths");
    }
    SourceRoots inA = SourceRoots.of(a);
    SourceRoots inB = SourceRoots.of(b);
    if (inA.none() || inB.none()) {
      return guess(
          "build-environment",
          "build environment",
          Answer.CANNOT_BE_TOLD,
          "one of them names no source path but the standard library's: build both in one pinned"
              + " root to tell",
          "source-paths");
    }
    boolean same = inA.equals(inB);
    return guess(
        "build-environment",
        "build environment",
        same ? Answer.CANNOT_BE_TOLD : Answer.YES,
        same
            ? "both name the same source folders; what else a build read of its host, a rebuild tells"
            : "the source folders differ: that alone breaks identity",
        "source-paths");
  }

  private Guess toolchain() {
    Fact inA = a.fact("rustc");
    Fact inB = b.fact("rustc");
    if (unknown(inA) || unknown(inB)) {
      return guess(
          "toolchain",
          "toolchain",
          Answer.CANNOT_BE_TOLD,
          "%s does not say which rustc made it".formatted(unknown(inA) ? "A" : "B"),
          "rustc");
    }
    if (inA.contradicted() || inB.contradicted()) {
      return sameProgram() ? unmoved("toolchain", "toolchain", "rustc") : contradicted(inA, inB);
    }
    if (inA.value().equals(inB.value()) || Compilers.same(inA.value(), inB.value())) {
      String doubt = (inA.grade().compareTo(inB.grade()) < 0 ? inB : inA).doubt();
      return sameCompiler("both were made by rustc " + release(inA) + doubt);
    }
    return guess(
        "toolchain",
        "toolchain",
        Answer.YES,
        "A by rustc %s, B by rustc %s; a rebuild tells how many bytes that is"
            .formatted(shortened(inA), shortened(inB)),
        "rustc");
  }

  private Guess contradicted(Fact inA, Fact inB) {
    return guess(
        "toolchain",
        "toolchain",
        Answer.CANNOT_BE_TOLD,
        "A says rustc %s, B rustc %s: not all signs in them agree"
            .formatted(shortened(inA), shortened(inB)),
        "rustc");
  }

  /** A toolchain is more than its compiler: who built that one, and what linked. */
  private Guess sameCompiler(String same) {
    if (sameProgram()) {
      return unmoved("toolchain", "toolchain", "rustc");
    }
    List<Cause> others = causes(Set.of("linker", "distribution"));
    if (!others.isEmpty()) {
      return yes("toolchain", "toolchain", same + ", but ", others);
    }
    Fact linker = a.fact("linker");
    if (!named(linker) || !named(b.fact("linker"))) {
      return cannotTell(same, named(linker), "what linked it", "linker");
    }
    boolean known = named(a.fact("distribution"));
    if (!known || !named(b.fact("distribution"))) {
      return cannotTell(same, known, "who built its compiler", "distribution");
    }
    String linkerB = b.fact("linker").value();
    if (!linker.value().equals(linkerB)) {
      // Of one format this is a cause.
      return guess(
          "toolchain",
          "toolchain",
          Answer.CANNOT_BE_TOLD,
          "%s; A was linked by %s, B by %s, but each format has linkers of its own"
              .formatted(same, linker.value(), linkerB),
          "linker");
    }
    return guess(
        "toolchain",
        "toolchain",
        Answer.NO,
        "%s, and linked by %s".formatted(same, linker.value()),
        "linker");
  }

  private Guess cannotTell(String same, boolean told, String what, String fact) {
    return guess(
        "toolchain",
        "toolchain",
        Answer.CANNOT_BE_TOLD,
        "%s; %s does not say %s".formatted(same, told ? "B" : "A", what),
        fact);
  }

  /** Whether a file tells it: that no linker says its name is a weak sign of one. */
  private static boolean named(Fact maker) {
    return !unknown(maker) && maker.grade() != Fact.Grade.WEAK;
  }

  private static String shortened(Fact rustc) {
    return release(rustc) + rustc.doubt();
  }

  private static String release(Fact rustc) {
    return rustc.value().replaceFirst(" \\(.*", "");
  }

  private Guess libraries() {
    String inA = a.fact("linking").value();
    String inB = b.fact("linking").value();
    if (inA.equals("dynamic") && inB.equals("dynamic")) {
      return loaded();
    } else if (unknown(a.fact("linking")) || unknown(b.fact("linking"))) {
      return guess(
          "system-libraries",
          "system libraries",
          Answer.CANNOT_BE_TOLD,
          "how one of them is linked cannot be read",
          "linking");
    }
    boolean differ = !inA.equals(inB);
    return guess(
        "system-libraries",
        "system libraries",
        differ ? Answer.YES : Answer.CANNOT_BE_TOLD,
        differ
            ? "A is linked %s, B %s: one carries libc inside".formatted(inA, inB)
            : "both carry their libraries inside; which ones does not show",
        "linking");
  }

  /** Both load libraries at run time. Another list of them may go with other code. */
  private Guess loaded() {
    Fact inA = a.fact("needed");
    Fact inB = b.fact("needed");
    if (unknown(inA) || unknown(inB)) {
      String which = !unknown(inB) ? "A" : !unknown(inA) ? "B" : "either";
      return guess(
          "system-libraries",
          "system libraries",
          Answer.CANNOT_BE_TOLD,
          "which libraries %s loads at run time cannot be read".formatted(which),
          "needed");
    }
    // In which order they are listed moves none of them.
    if (!names(inA).equals(names(inB))) {
      if (ofSystems()) {
        return guess(
            "system-libraries",
            "system libraries",
            Answer.NO,
            "at run time A loads %s, B %s, of two systems; none of their code is inside either"
                .formatted(shown(names(inA)), shown(names(inB))),
            "needed");
      }
      return guess(
          "system-libraries",
          "system libraries",
          Answer.CANNOT_BE_TOLD,
          "at run time only A loads %s, only B %s; what that moves, a rebuild tells"
              .formatted(only(inA, inB), only(inB, inA)),
          "needed");
    }
    Fact floorA = a.fact("glibc-floor");
    Fact floorB = b.fact("glibc-floor");
    if (names(inA).stream().anyMatch(name -> name.startsWith(GLIBC))
        && !(floorA.value().equals(floorB.value()) && !unknown(floorA))) {
      return guess(
          "system-libraries",
          "system libraries",
          Answer.CANNOT_BE_TOLD,
          unknown(floorA) || unknown(floorB)
              ? "both load the same libraries; which glibc %s was built with cannot be read"
                  .formatted(unknown(floorA) ? "A" : "B")
              : "both load the same libraries, but of glibc A needs %s, B %s: built with another one,"
                      .formatted(floorA.value(), floorB.value())
                  + " or other functions of it are called",
          "glibc-floor");
    }
    return guess(
        "system-libraries",
        "system libraries",
        Answer.NO,
        "both load the same libraries at run time; none of their code is inside",
        "needed");
  }

  /** The libraries that one list alone has. */
  private static String only(Fact mine, Fact other) {
    Set<String> only = names(mine);
    only.removeAll(names(other));
    return only.isEmpty() ? "none" : shown(only);
  }

  private static String shown(Set<String> libraries) {
    String shown = libraries.stream().limit(SHOWN).collect(Collectors.joining(", "));
    int rest = libraries.size() - SHOWN;
    return rest > 0 ? "%s and %d more".formatted(shown, rest) : shown;
  }

  /**
   * Whether each is of another system, so that other libraries say nothing of the build. A program
   * for Windows may have its C runtime inside, whatever else it loads.
   */
  private boolean ofSystems() {
    List<String> formats = List.of(a.fact("format").value(), b.fact("format").value());
    return Set.copyOf(formats).equals(Set.of("ELF", "Mach-O"));
  }

  private static Set<String> names(Fact needed) {
    return new TreeSet<>(List.of(needed.value().split(", ", -1)));
  }

  private Guess debugSymbols() {
    long bytes = delta(Category.DEBUG) + delta(Category.SYMBOLS);
    Fact inA = a.fact("strip");
    Fact inB = b.fact("strip");
    if (unknown(inA) || unknown(inB)) {
      return guess(
          "debug-symbols",
          "debug symbols",
          Answer.CANNOT_BE_TOLD,
          "what is left in one of them for debuggers cannot be read",
          "strip");
    }
    boolean sameState = inA.value().equals(inB.value());
    boolean sameContent =
        sections.stream()
            .filter(s -> s.category() == Category.DEBUG || s.category() == Category.SYMBOLS)
            .allMatch(SectionDelta::sameBytes);
    if (sameState && bytes == 0 && !sameContent && !sameProgram()) {
      // Addresses and lines are in it, which are others where the code is.
      return guess(
          "debug-symbols",
          "debug symbols",
          Answer.CANNOT_BE_TOLD,
          "both are %s, and as much is left; its content follows the code, which differs"
              .formatted(inA.value()),
          "strip");
    }
    boolean same = sameContent && sameState;
    return new Guess(
        "debug-symbols",
        "debug symbols",
        same ? Answer.NO : Answer.YES,
        bytes,
        sameState
            ? "both are %s%s".formatted(inA.value(), same ? "" : left(bytes))
            : "A is %s, B %s".formatted(inA.value(), inB.value()),
        inA.evidence(),
        inB.evidence());
  }

  private static String left(long bytes) {
    return bytes == 0 ? ", but not the same is left" : ", but not as much is left";
  }

  private Guess optimisation() {
    if (sameProgram()) {
      return unmoved("optimisation", "optimisation levels", "optimise");
    }
    List<Cause> settings = causes(OPTIMISATION);
    return settings.isEmpty()
        ? guess(
            "optimisation",
            "optimisation levels",
            Answer.CANNOT_BE_TOLD,
            "levels leave no mark but size against speed: only a rebuild tells",
            "optimise")
        : yes("optimisation", "optimisation levels", "", settings);
  }

  /** What the facts tell of these settings. */
  private List<Cause> causes(Set<String> ids) {
    return new FactCauses(a, b).all().stream().filter(cause -> ids.contains(cause.id())).toList();
  }

  /** Settings differ; how many bytes they move, a rebuild tells. */
  private static Guess yes(String id, String question, String before, List<Cause> settings) {
    return new Guess(
        id,
        question,
        Answer.YES,
        null,
        before + settings.stream().map(Cause::sentence).collect(Collectors.joining("; ")),
        settings.stream().flatMap(cause -> cause.inA().stream()).limit(SHOWN).toList(),
        settings.stream().flatMap(cause -> cause.inB().stream()).limit(SHOWN).toList());
  }

  private Guess unmoved(String id, String question, String fact) {
    return guess(id, question, Answer.NO, "code, constants and data are the same bytes", fact);
  }

  private Guess bytes(String id, String question, Category category) {
    long bytes = delta(category);
    long inA = a.categories().getOrDefault(category, 0L);
    long inB = b.categories().getOrDefault(category, 0L);
    String sentence =
        bytes == 0
            ? "as many bytes on both sides"
            : String.format(Locale.ROOT, "%,d bytes in A, %,d in B", inA, inB);
    Answer answer = bytes == 0 ? Answer.NO : Answer.YES;
    return new Guess(
        id, question, answer, bytes, sentence, places(a, category), places(b, category));
  }

  /** Where a category's bytes stand, the most of them first. */
  private static List<Evidence> places(BinaryFacts facts, Category category) {
    return Places.largest(facts, range -> range.category() == category, SHOWN);
  }

  private long delta(Category category) {
    return b.categories().getOrDefault(category, 0L) - a.categories().getOrDefault(category, 0L);
  }

  /** Whether all that the program is made of is the same, byte by byte. */
  private boolean sameProgram() {
    List<SectionDelta> program =
        sections.stream().filter(s -> ByteGroup.PROGRAM.holds(s.category())).toList();
    return !program.isEmpty() && program.stream().allMatch(SectionDelta::sameBytes);
  }

  private static boolean unknown(Fact fact) {
    return fact.grade() == Fact.Grade.UNKNOWN;
  }

  /** A guess of which only a no tells how many bytes it moves: none. */
  private Guess guess(String id, String question, Answer answer, String sentence, String fact) {
    return new Guess(
        id,
        question,
        answer,
        answer == Answer.NO ? 0L : null,
        sentence,
        a.fact(fact).evidence(),
        b.fact(fact).evidence());
  }
}
