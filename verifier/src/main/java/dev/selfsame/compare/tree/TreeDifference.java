package dev.selfsame.compare.tree;

import dev.selfsame.binary.BinaryReader;
import dev.selfsame.binary.bytes.Deadline;
import dev.selfsame.binary.bytes.OverdueException;
import dev.selfsame.compare.BinaryComparison;
import dev.selfsame.compare.tree.Tree.Item;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.TreeComparison;
import dev.selfsame.evidence.TreeComparison.Entry;
import dev.selfsame.evidence.TreeComparison.Kind;
import dev.selfsame.evidence.TreeComparison.Node;
import dev.selfsame.evidence.TreeComparison.State;
import dev.selfsame.evidence.Verdict;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.Scratch;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What differs between two trees, and why, in a few words a name. */
public final class TreeDifference {
  /** Of so many files that differ, the first cause is looked for. */
  private static final int LOOKED_INTO = 200;

  private static final int CHUNK = 1 << 16;

  private final Tree a;
  private final Tree b;
  private final Map<String, String> causes = new TreeMap<>();

  private TreeDifference(Tree a, Tree b) {
    this.a = a;
    this.b = b;
  }

  /**
   * Compares.
   *
   * @param scratch where archives' files that differ are unpacked to
   * @throws Failure (undecided) where they cannot be
   */
  public static TreeComparison of(Tree a, Tree b, Scratch scratch) {
    return new TreeDifference(a, b).compare(scratch);
  }

  /**
   * The two files of one name.
   *
   * @throws Failure (usage) where neither side has such a file; (no) where only one has it
   */
  public static List<Path> pair(Tree a, Tree b, String name, Scratch scratch) {
    boolean inA = a.items().containsKey(name);
    if (inA != b.items().containsKey(name)) {
      throw Failure.no(
          "%s is only in %s".formatted(name, inA ? a.name() : b.name()),
          "compare without --name lists the names that differ");
    }
    return List.of(one(a, name, scratch), one(b, name, scratch));
  }

  private static Path one(Tree tree, String name, Scratch scratch) {
    Item item = tree.items().get(name);
    if (item == null || item.node().kind() != Kind.FILE) {
      String why = item == null ? "nothing" : "no file but a " + word(item.node());
      throw Failure.usage(
          "%s has %s under the name %s".formatted(tree.name(), why, name),
          "compare without --name lists the names that differ");
    }
    Path file = bring(tree, Set.of(item.content()), scratch).get(item.content());
    if (file == null) {
      throw changed(tree);
    }
    return file;
  }

  private TreeComparison compare(Scratch scratch) {
    Set<String> names = new TreeSet<>(a.items().keySet());
    names.addAll(b.items().keySet());
    if (names.isEmpty()) {
      throw Failure.undecided(
          "nothing to compare: %s and %s are both empty".formatted(a.name(), b.name()),
          "check that what was to be compared is there");
    }
    look(names.stream().filter(this::contentDiffers).limit(LOOKED_INTO).toList(), scratch);
    List<Entry> entries = names.stream().map(this::entry).toList();
    TreeComparison.Summary summary = TreeComparison.count(entries);
    return new TreeComparison(
        TreeComparison.SCHEMA,
        verdict(summary.identical() == entries.size()),
        a.name(),
        b.name(),
        entries.stream().mapToLong(Entry::sizeDelta).sum(),
        summary,
        entries,
        Stream.concat(a.problems().stream(), b.problems().stream()).distinct().toList());
  }

  private Verdict verdict(boolean same) {
    if (!same) {
      return new Verdict.Differs(-1);
    }
    // A folder has no bytes of its own that could differ.
    boolean bytes = a.archive().isEmpty() || b.archive().isEmpty() || sameArchive();
    return bytes
        ? new Verdict.Identical()
        : new Verdict.Equivalent(
            List.of("the archives' own bytes (order, times, owners or compression)"), -1);
  }

  private boolean sameArchive() {
    try {
      return mismatch(a.archive().orElseThrow(), b.archive().orElseThrow()) < 0;
    } catch (OverdueException e) {
      throw e.in(b.name()).in(a.name());
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read %s and %s again: %s".formatted(a.name(), b.name(), e.getMessage()),
          "check that they are whole",
          e);
    }
  }

  private boolean contentDiffers(String name) {
    Node inA = node(a, name);
    Node inB = node(b, name);
    return inA != null
        && inB != null
        && inA.kind() == Kind.FILE
        && inB.kind() == Kind.FILE
        && !java.util.Objects.equals(inA.sha256(), inB.sha256());
  }

  private void look(List<String> names, Scratch scratch) {
    Map<String, Path> inA = bring(a, contents(a, names), scratch);
    Map<String, Path> inB = bring(b, contents(b, names), scratch);
    for (String name : names) {
      Path fileA = inA.get(content(a, name));
      Path fileB = inB.get(content(b, name));
      if (fileA == null) {
        throw changed(a);
      } else if (fileB == null) {
        throw changed(b);
      }
      try {
        Deadline.current().look();
        causes.put(name, cause(fileA, fileB));
      } catch (OverdueException e) {
        // An archive's file has no path that anybody knows.
        throw new OverdueException("%s of %s and %s".formatted(name, a.name(), b.name()));
      }
    }
  }

  private static Set<String> contents(Tree tree, List<String> names) {
    return names.stream().map(name -> content(tree, name)).collect(Collectors.toSet());
  }

  private static String content(Tree tree, String name) {
    Item item = tree.items().get(name);
    return item == null ? name : item.content();
  }

  private static Map<String, Path> bring(Tree tree, Set<String> names, Scratch scratch) {
    try {
      return names.isEmpty() ? Map.of() : tree.contents().bring(names, scratch);
    } catch (OverdueException e) {
      throw e.in(tree.name());
    } catch (InterruptedIOException e) {
      throw Trees.interrupted(e);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read %s: %s".formatted(tree.name(), e.getMessage()),
          "check that it is whole, and that the disk has room",
          e);
    }
  }

  private static Failure changed(Tree tree) {
    return Failure.undecided(tree.name() + " changed while it was read", "compare it again");
  }

  /** The first cause where both are binaries, else where they first differ. */
  private static String cause(Path fileA, Path fileB) {
    try {
      long first = mismatch(fileA, fileB);
      if (Files.size(fileA) == 0 || Files.size(fileB) == 0) {
        return Files.size(fileA) == 0 ? "empty in A" : "empty in B";
      }
      Optional<String> cause = binaryCause(fileA, fileB);
      return cause.orElse(
          String.format(Locale.ROOT, "the first byte that differs is at offset %,d", first));
    } catch (IOException e) {
      return "could not be read again: " + e.getMessage();
    }
  }

  /** As {@link Files#mismatch}, within the time there is. */
  private static long mismatch(Path fileA, Path fileB) throws IOException {
    try (InputStream inA = Bounds.timed(Files.newInputStream(fileA));
        InputStream inB = Bounds.timed(Files.newInputStream(fileB))) {
      byte[] a = new byte[CHUNK];
      byte[] b = new byte[CHUNK];
      long at = 0;
      int sizeA;
      do {
        sizeA = inA.readNBytes(a, 0, CHUNK);
        int sizeB = inB.readNBytes(b, 0, CHUNK);
        int first = Arrays.mismatch(a, 0, sizeA, b, 0, sizeB);
        if (first >= 0) {
          return at + first;
        }
        at += sizeA;
      } while (sizeA == CHUNK);
      return -1;
    }
  }

  private static Optional<String> binaryCause(Path fileA, Path fileB) {
    try {
      if (!BinaryReader.reads(fileA) || !BinaryReader.reads(fileB)) {
        return Optional.empty();
      }
      Comparison comparison = BinaryComparison.of(fileA, fileB);
      return comparison.causes().stream().map(Comparison.Cause::sentence).findFirst();
    } catch (Failure e) {
      return Optional.of("could not tell why: " + e.getMessage());
    }
  }

  private Entry entry(String name) {
    Node inA = node(a, name);
    Node inB = node(b, name);
    long delta = size(inB) - size(inA);
    if (inA == null || inB == null) {
      State state = inA == null ? State.ONLY_IN_B : State.ONLY_IN_A;
      Node there = inA == null ? inB : inA;
      return new Entry(name, state, inA, inB, delta, there == null ? "" : described(there));
    }
    String cause = difference(name, inA, inB);
    return new Entry(
        name, cause.isEmpty() ? State.IDENTICAL : State.DIFFERS, inA, inB, delta, cause);
  }

  private String difference(String name, Node inA, Node inB) {
    if (inA.kind() != inB.kind()) {
      return "a %s in A, a %s in B".formatted(word(inA), word(inB));
    }
    List<String> all = new ArrayList<>();
    if (!inA.link().equals(inB.link())) {
      String how = inA.kind() == Kind.LINK ? "it leads to %s in A, to %s in B" : "%s in A, %s in B";
      all.add(how.formatted(inA.link(), inB.link()));
    }
    if (contentDiffers(name)) {
      all.add(causes.getOrDefault(name, "other bytes"));
    }
    boolean modes = !inA.mode().isEmpty() && !inB.mode().isEmpty();
    if (modes && !inA.mode().equals(inB.mode())) {
      all.add("mode %s in A, %s in B".formatted(inA.mode(), inB.mode()));
    }
    String inOne = attributes(a, name);
    String inOther = attributes(b, name);
    if (!inOne.isEmpty() && !inOther.isEmpty() && !inOne.equals(inOther)) {
      all.add("other extended attributes, such as capabilities");
    }
    return String.join("; ", all);
  }

  private static String attributes(Tree tree, String name) {
    Item item = tree.items().get(name);
    return item == null ? "" : item.attributes();
  }

  private static String described(Node node) {
    return node.kind() == Kind.FILE
        ? String.format(Locale.ROOT, "%,d bytes", node.size())
        : word(node);
  }

  private static String word(Node node) {
    return node.kind().name().toLowerCase(Locale.ROOT);
  }

  private static long size(@Nullable Node node) {
    return node == null ? 0 : node.size();
  }

  private static @Nullable Node node(Tree tree, String name) {
    Item item = tree.items().get(name);
    return item == null ? null : item.node();
  }
}
