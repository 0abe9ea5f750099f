package dev.selfsame.compare;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Crates with their versions, as far as binaries name them. */
public final class CrateVersions {
  private CrateVersions() {}

  /**
   * A crate that both binaries name, each in other versions.
   *
   * @param inA its versions in a: several where a has it more than once
   * @param inB its versions in b
   */
  public record Other(String name, List<String> inA, List<String> inB) {
    public Other {
      inA = List.copyOf(inA);
      inB = List.copyOf(inB);
    }

    /** Such as {@code itoa 1.0.17 and 1.0.18}. */
    String words() {
      return "%s %s and %s".formatted(name, String.join("+", inA), String.join("+", inB));
    }
  }

  /** Those crates, by name; one that a side lacks proves less and is left out. */
  public static List<Other> between(BinaryFacts a, BinaryFacts b) {
    Map<String, List<String>> inB = of(b.fact("crates"));
    List<Other> others = new ArrayList<>();
    of(a.fact("crates"))
        .forEach((name, versions) -> {
          List<String> there = inB.getOrDefault(name, versions);
          if (!there.equals(versions)) {
            others.add(new Other(name, versions, there));
          }
        });
    return others;
  }

  private static Map<String, List<String>> of(Fact fact) {
    Map<String, List<String>> versions = new TreeMap<>();
    if (fact.grade() == Fact.Grade.UNKNOWN) {
      return versions;
    }
    String list = fact.value().substring(fact.value().indexOf(": ") + 2);
    Arrays.stream(list.split(", ", -1))
        .map(crate -> crate.split(" ", 2))
        .filter(crate -> crate.length == 2)
        .forEach(
            crate -> versions.computeIfAbsent(crate[0], name -> new ArrayList<>()).add(crate[1]));
    return versions;
  }
}
