package dev.selfsame.cli;

import dev.selfsame.binary.bytes.Printable;
import dev.selfsame.compare.Matrix;
import dev.selfsame.compare.tree.Tree;
import dev.selfsame.compare.tree.TreeDifference;
import dev.selfsame.compare.tree.Trees;
import dev.selfsame.evidence.ComparisonMatrix;
import dev.selfsame.evidence.TreeComparison;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code compare} was given, on this machine; what had to be copied goes when it is closed.
 */
final class CompareSides implements AutoCloseable {
  private final List<String> names;
  private final List<Path> files = new ArrayList<>();
  private final GivenFiles given;

  private CompareSides(List<String> names, GivenFiles given) {
    this.names = names;
    this.given = given;
  }

  /** Finds each; two local files cost nothing. */
  static CompareSides find(List<Path> all, Surroundings surroundings) throws InterruptedException {
    List<String> names = new ArrayList<>();
    for (Path path : all) {
      // They stand in every report, and a file may be called anything.
      names.add(Printable.of(path.toString()));
    }
    CompareSides sides = new CompareSides(List.copyOf(names), new GivenFiles(surroundings));
    try {
      for (Path path : all) {
        sides.files.add(sides.find(path));
      }
      return sides;
    } catch (RuntimeException | InterruptedException e) {
      sides.close();
      throw e;
    }
  }

  /** One more file that belongs to these, such as a third build. */
  Path find(Path path) throws InterruptedException {
    return given.find(path);
  }

  /**
   * Tells by their beginnings whether there are two, and both are folders or archives.
   *
   * @throws Failure (usage) where they cannot be compared with each other
   */
  boolean areTrees() {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      if (Trees.isTree(files.get(i))) {
        found.add(i);
      }
    }
    boolean trees = files.size() == 2 && found.size() == 2;
    if (found.size() == files.size() && !trees) {
      throw Failure.usage(
          "%d folders or archives, and at most two can be compared".formatted(files.size()),
          "compare each with the first");
    } else if (!trees && !found.isEmpty()) {
      String tree = names.get(found.getFirst());
      throw Failure.usage(
          tree + " is a folder or an archive, and not everything else is",
          "give two folders or archives, or files alone");
    }
    return trees;
  }

  List<Path> files() {
    return files;
  }

  TreeComparison trees() {
    return TreeDifference.of(tree(0), tree(1), given.scratch());
  }

  /** The file of this name on both sides. */
  List<Path> named(String name) {
    List<Path> both = TreeDifference.pair(tree(0), tree(1), name, given.scratch());
    for (int i = 0; i < both.size(); i++) {
      given.call(both.get(i), "%s of %s".formatted(Printable.of(name), names.get(i)));
    }
    return both;
  }

  /** How a file that was found is called. */
  String name(String path) {
    return given.name(path);
  }

  private Tree tree(int index) {
    return Trees.read(files.get(index), names.get(index));
  }

  ComparisonMatrix matrix() {
    return Matrix.of(files, names);
  }

  @Override
  public void close() {
    given.close();
  }
}
