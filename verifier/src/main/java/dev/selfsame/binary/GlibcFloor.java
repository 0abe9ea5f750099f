package dev.selfsame.binary;

import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.elf.VersionNeed;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The oldest glibc that an ELF file runs with: the newest version that it needs, which is not the
 * one that it was built on.
 *
 * <p>A file may need a marker too, which stands for what the loader can do and has no number:
 * {@code GLIBC_ABI_DT_RELR} came with 2.36 (glibc's NEWS). Later ones were also given to older
 * branches, so that they only tell that the floor may be higher than the numbers say.
 */
final class GlibcFloor {
  private static final Pattern VERSION =
      Pattern.compile("GLIBC_([0-9]{1,6})\\.([0-9]{1,6})(?:\\.([0-9]{1,6}))?");
  private static final String MARKER = "GLIBC_ABI_";
  private static final String RELR = "GLIBC_ABI_DT_RELR";

  private GlibcFloor() {}

  static Fact of(ElfFile file) {
    Comparator<VersionNeed> byVersion = Comparator.comparingLong(GlibcFloor::number);
    List<VersionNeed> needs = VersionNeed.readAll(file);
    List<Evidence> unknown =
        needs.stream()
            .filter(need -> need.version().startsWith(MARKER) && !need.version().equals(RELR))
            .map(GlibcFloor::evidence)
            .toList();
    Optional<VersionNeed> newest =
        needs.stream()
            .filter(need -> number(need) >= 0)
            .max(byVersion.thenComparing(VersionNeed::offset, Comparator.reverseOrder()));
    if (newest.isPresent()) {
      return new Fact(
          version(newest.get()).substring("GLIBC_".length()),
          unknown.isEmpty() ? Grade.CERTAIN : Grade.MEDIUM,
          List.of(evidence(newest.get())),
          unknown);
    }
    boolean known =
        unknown.isEmpty() && file.allSections() && file.section(Section.DYNAMIC).isPresent();
    return known
        ? Fact.certain("none", new Evidence(".gnu.version_r", -1, "no GLIBC version is needed"))
        : new Fact("unknown", Grade.UNKNOWN, unknown, List.of());
  }

  private static Evidence evidence(VersionNeed need) {
    String what = "%s of %s".formatted(need.version(), need.library());
    return new Evidence(".gnu.version_r", need.offset(), what);
  }

  private static String version(VersionNeed need) {
    return need.version().equals(RELR) ? "GLIBC_2.36" : need.version();
  }

  /** Ordered as numbers: 2.9 is older than 2.34. Negative where it is no such version. */
  private static long number(VersionNeed need) {
    Matcher matcher = VERSION.matcher(version(need));
    if (!matcher.matches()) {
      return -1;
    }
    long patch = matcher.group(3) == null ? 0 : Long.parseLong(matcher.group(3));
    return Long.parseLong(matcher.group(1)) * 1_000_000_000_000L
        + Long.parseLong(matcher.group(2)) * 1_000_000L
        + patch;
  }
}
