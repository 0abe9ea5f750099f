package dev.selfsame.compare;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The folders that a build read its sources from, as far as they tell of the machine that built.
 * Where the standard library's own sources were, and what Cargo calls its copy of an index, tell of
 * the toolchain alone: two releases of rustc on one machine differ in both.
 *
 * @param names sorted; empty where none are known
 */
record SourceRoots(Set<String> names) {
  /** Sources: rustc's {@code --remap-path-prefix} of a release, and Debian's package of it. */
  private static final Pattern STANDARD =
      Pattern.compile("/rustc(?:/[0-9a-f]{40})?|/usr/src/rustc-[^/]+|/rust/deps");

  /** Such as {@code index.crates.io-1949cf8c6b5b557f}; Cargo 1.85 hashes in another way. */
  private static final Pattern INDEX_HASH =
      Pattern.compile("(registry/src/[^/]+)-[0-9a-f]{16}(?=/|$)");

  SourceRoots {
    names = Collections.unmodifiableSet(new TreeSet<>(names));
  }

  static SourceRoots of(BinaryFacts facts) {
    Fact fact = facts.fact("source-paths");
    if (fact.grade() == Fact.Grade.UNKNOWN) {
      return new SourceRoots(Set.of());
    }
    Set<String> names = new TreeSet<>();
    Arrays.stream(fact.value().split(", ", -1))
        .filter(root -> !STANDARD.matcher(root).matches())
        .map(root -> INDEX_HASH.matcher(root).replaceAll("$1"))
        .forEach(names::add);
    return new SourceRoots(names);
  }

  /** Whether no folder is known. */
  boolean none() {
    return names.isEmpty();
  }

  /** Those that the other does not have. */
  List<String> without(SourceRoots other) {
    return names.stream().filter(name -> !other.names().contains(name)).toList();
  }
}
