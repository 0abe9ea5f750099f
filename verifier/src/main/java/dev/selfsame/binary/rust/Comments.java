package dev.selfsame.binary.rust;

import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What compilers and linkers wrote into {@code .comment}: each one's name and version, by the
 * convention of GCC's {@code .ident}.
 *
 * @param marks one for each string, in file order
 */
public record Comments(List<Mark> marks) {
  private static final Pattern RUSTC =
      Pattern.compile("rustc version (\\S+ \\(([0-9a-f]{7,40}) [0-9-]{10}\\))(.*)");
  private static final Pattern LINKER =
      Pattern.compile(
          "(?:Linker: )?(?:((?:[A-Z]\\w+ )?LLD \\S+|mold \\S+)|Wild (?:version )?(\\S+))(?: .*)?");

  public Comments {
    marks = List.copyOf(marks);
  }

  /** Every {@code rustc version} line, its parts matched. */
  List<Rustc> rustc() {
    return marks.stream().flatMap(mark -> rustc(mark).stream()).distinct().toList();
  }

  private static Optional<Rustc> rustc(Mark mark) {
    Matcher matcher = RUSTC.matcher(mark.text());
    return matcher.matches()
        ? Optional.of(new Rustc(mark, matcher.group(1), matcher.group(2), matcher.group(3).strip()))
        : Optional.empty();
  }

  /**
   * What one rustc said.
   *
   * @param version such as {@code 1.85.1 (4eb161250 2025-03-15)}
   * @param commit the abbreviated commit in it
   * @param note what follows, such as {@code (built from a source tarball)}
   */
  record Rustc(Mark mark, String version, String commit, String note) {}

  /**
   * The linker: what names itself is strong. GNU ld never does, so its absence is only weak.
   *
   * @param linked whether a linker made the file at all
   */
  public Fact linker(boolean linked) {
    for (Mark mark : marks) {
      Matcher matcher = LINKER.matcher(mark.text());
      if (matcher.matches()) {
        String name = matcher.group(1) != null ? matcher.group(1) : "Wild " + matcher.group(2);
        return new Fact(name, Grade.STRONG, List.of(mark.evidence()), List.of());
      }
    }
    if (!linked || marks.isEmpty()) {
      return Fact.unknown();
    }
    Evidence silent = new Evidence(".comment", marks.getFirst().offset(), "no linker names itself");
    return new Fact("GNU ld (likely)", Grade.WEAK, List.of(silent), List.of());
  }
}
