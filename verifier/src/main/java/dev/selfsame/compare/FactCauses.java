package dev.selfsame.compare;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Settings in which two builds differ, as their facts tell. How many bytes each moves, only a
 * rebuild with it alone changed can say, so all of them are suspected and have no bytes.
 */
final class FactCauses {
  private static final int SHOWN = 3;

  /** A fact that a setting decides, in the order in which causes are told. */
  private record Setting(String fact, String id, String what, String advice) {}

  private static final List<Setting> SETTINGS =
      List.of(
          new Setting(
              "panic", "panic", "the panic strategies differ", "set panic alike in both profiles"),
          new Setting(
              "optimise",
              "optimise",
              "what was optimised for differs",
              "set opt-level alike in both profiles"),
          new Setting(
              "frame-pointers",
              "frame-pointers",
              "frame pointers differ",
              "set -C force-frame-pointers alike"),
          new Setting(
              "lto", "lto", "link-time optimisation differs", "set lto alike in both profiles"),
          new Setting(
              "codegen-units",
              "codegen-units",
              "the numbers of codegen units differ",
              "set codegen-units alike in both profiles, or in neither"),
          new Setting(
              "mangling",
              "mangling",
              "symbols are mangled in different ways",
              "set -C symbol-mangling-version alike"),
          new Setting(
              "debug-assertions",
              "debug-assertions",
              "debug assertions differ",
              "set debug-assertions alike in both profiles"),
          new Setting(
              "overflow-checks",
              "overflow-checks",
              "overflow checks differ",
              "set overflow-checks alike in both profiles"),
          new Setting(
              "linking", "linking", "the linking differs", "link both statically, or both not"),
          new Setting("pie", "pie", "position independence differs", "set relocation-model alike"),
          new Setting("relro", "relro", "RELRO differs", "pass the linker the same -z flags"),
          new Setting("linker", "linker", "the linkers differ", "build both in one pinned root"),
          new Setting(
              "needed",
              "needed",
              "the needed libraries differ",
              "build both with the same features, in one pinned root"),
          new Setting(
              "distribution",
              "distribution",
              "the toolchains come from different places",
              "build both with one pinned toolchain"));

  /**
   * What each format has its own of, where nobody has set anything. Apple's targets keep frame
   * pointers, and Linux's do not; each system has its libraries, and each format its linkers.
   */
  private static final Set<String> OF_TARGET = Set.of("frame-pointers", "linker", "needed");

  private final BinaryFacts a;
  private final BinaryFacts b;

  FactCauses(BinaryFacts a, BinaryFacts b) {
    this.a = a;
    this.b = b;
  }

  /** What differs, paths first, then settings, then crates. */
  List<Cause> all() {
    List<Cause> causes = new ArrayList<>();
    paths().ifPresent(causes::add);
    for (Setting setting : SETTINGS) {
      setting(setting).ifPresent(causes::add);
    }
    crates().ifPresent(causes::add);
    return causes;
  }

  /** Folders that only one side names: the roots that both have are of no interest. */
  private Optional<Cause> paths() {
    SourceRoots inA = SourceRoots.of(a);
    SourceRoots inB = SourceRoots.of(b);
    if (inA.none() || inB.none() || inA.equals(inB)) {
      return Optional.empty();
    }
    String sentence =
        "the source paths differ: A %s, B %s"
            .formatted(shown(inA.without(inB)), shown(inB.without(inA)));
    return Optional.of(
        Cause.suspected(
            "paths",
            sentence,
            "build both at one place, or pass --remap-path-prefix",
            a.fact("source-paths").evidence(),
            b.fact("source-paths").evidence()));
  }

  private static String shown(List<String> roots) {
    return roots.isEmpty()
        ? "no others"
        : roots.stream().limit(SHOWN).collect(Collectors.joining(", "));
  }

  private Optional<Cause> setting(Setting setting) {
    Fact inA = a.fact(setting.fact());
    Fact inB = b.fact(setting.fact());
    if (unknown(inA)
        || unknown(inB)
        || inA.value().equals(inB.value())
        || agree(setting.fact(), inA.value(), inB.value())
        || ofTarget(setting)
        || weak(setting, inA, inB)) {
      return Optional.empty();
    }
    String sentence = "%s: A %s, B %s".formatted(setting.what(), inA.value(), inB.value());
    return Optional.of(
        Cause.suspected(setting.id(), sentence, setting.advice(), inA.evidence(), inB.evidence()));
  }

  /** Values that leave open what the other says. */
  private static boolean agree(String fact, String inA, String inB) {
    return switch (fact) {
      case "optimise" -> inA.split(" ", 2)[0].equals(inB.split(" ", 2)[0]);
      case "lto" -> inA.startsWith("off or") != inB.startsWith("off or") && !anyFat(inA, inB);
      case "codegen-units" -> open(inA) || open(inB);
      default -> false;
    };
  }

  private boolean ofTarget(Setting setting) {
    return OF_TARGET.contains(setting.fact())
        && !a.fact("format").value().equals(b.fact("format").value());
  }

  private static boolean anyFat(String inA, String inB) {
    return inA.equals("fat") || inB.equals("fat");
  }

  private static boolean open(String units) {
    return units.startsWith("at least") || units.endsWith("joined");
  }

  /** That GNU ld does not name itself is no reason to suspect the linkers where both may be it. */
  private static boolean weak(Setting setting, Fact inA, Fact inB) {
    return setting.fact().equals("linker")
        && inA.grade() == Fact.Grade.WEAK
        && inB.grade() == Fact.Grade.WEAK;
  }

  /** Crates of which each side names another version; a crate that one side lacks proves less. */
  private Optional<Cause> crates() {
    List<String> changed =
        CrateVersions.between(a, b).stream().map(CrateVersions.Other::words).toList();
    if (changed.isEmpty()) {
      return Optional.empty();
    }
    String named = changed.stream().limit(SHOWN).collect(Collectors.joining(", "));
    String rest = changed.size() > SHOWN ? " and %d more".formatted(changed.size() - SHOWN) : "";
    return Optional.of(
        Cause.suspected(
            "crates",
            "crates have other versions: " + named + rest,
            "build both from one Cargo.lock",
            a.fact("crates").evidence(),
            b.fact("crates").evidence()));
  }

  private static boolean unknown(Fact fact) {
    return fact.grade() == Fact.Grade.UNKNOWN;
  }
}
