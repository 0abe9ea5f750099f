package dev.selfsame.compare.tree;

import dev.selfsame.compare.tree.Tree.Item;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.TreeComparison;
import dev.selfsame.evidence.TreeComparison.Kind;
import dev.selfsame.evidence.Verdict;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.Scratch;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Fuzzes what reads archives. One is refused, or it is read in time and again the same; its names
 * stay within it; what is unpacked has the digests that were told; and it is equal to itself.
 */
public final class TreeFuzz {
  /** Seconds of work. */
  private static final int SLOW = 5;

  /** So that no input is slow for what it unpacks to. */
  private static final Bounds SMALL = new Bounds(2_000, 1 << 24, 16);

  private TreeFuzz() {}

  /** Any bytes. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Path file = Files.createTempFile("selfsame-fuzz", "");
    long begun = cpuTime();
    try (Scratch scratch = Scratch.create(1 << 25)) {
      Files.write(file, input);
      if (Trees.isTree(file)) {
        read(file, scratch);
      }
    } catch (Failure e) {
      require(e.code() == ExitCode.UNDECIDED, "refused by " + e.code());
    } finally {
      Files.delete(file);
    }
    require((cpuTime() - begun) / 1e9 <= SLOW, "slow");
  }

  private static void read(Path file, Scratch scratch) throws IOException {
    Tree tree = Trees.read(file, "input", SMALL);
    Tree again = Trees.read(file, "input", SMALL);
    require(tree.items().equals(again.items()), "read twice, two trees");
    tree.items().keySet().forEach(TreeFuzz::named);
    if (tree.problems().isEmpty()) { // names that come twice have the last one's bytes
      contents(tree, scratch);
    }
    if (!tree.items().isEmpty()) {
      TreeComparison comparison = TreeDifference.of(tree, again, scratch);
      require(comparison.verdict() instanceof Verdict.Identical, "not equal to itself");
    }
  }

  private static void named(String name) {
    boolean within =
        !name.isEmpty() && !name.startsWith("/") && !name.matches("(.*/)?\\.\\.(/.*)?");
    require(within, "a name that leads out: " + name);
    require(name.chars().noneMatch(Character::isISOControl), "a name that moves the cursor");
  }

  private static void contents(Tree tree, Scratch scratch) throws IOException {
    Set<String> names = new TreeSet<>();
    for (Item item : tree.items().values()) {
      if (item.node().kind() == Kind.FILE) {
        names.add(item.content());
      }
    }
    Map<String, Path> unpacked = tree.contents().bring(names, scratch);
    for (Item item : tree.items().values()) {
      if (item.node().kind() == Kind.FILE) {
        Path there = unpacked.get(item.content());
        require(there != null, "nothing is unpacked of " + item.content());
        try (InputStream in = Files.newInputStream(there)) {
          require(Digest.sha256(in).equals(item.node().sha256()), "other bytes are unpacked");
        }
      }
    }
  }

  /** Nanoseconds of work: a machine that does other things must not look like a finding. */
  private static long cpuTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
