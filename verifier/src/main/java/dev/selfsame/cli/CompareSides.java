package dev.selfsame.cli;

import dev.selfsame.compare.Matrix;
import dev.selfsame.compare.tree.Tree;
import dev.selfsame.compare.tree.TreeDifference;
import dev.selfsame.compare.tree.Trees;
import dev.selfsame.docker.DockerFiles;
import dev.selfsame.evidence.ComparisonMatrix;
import dev.selfsame.evidence.TreeComparison;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.Finder;
import dev.selfsame.where.Scratch;
import dev.selfsame.where.Where;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code compare} was given, on this machine; what had to be copied goes when it is closed.
 */
final class CompareSides implements AutoCloseable {
  private final List<String> names;
  private final List<Path> files;
  private @Nullable Scratch scratch;
  private boolean trees;

  private CompareSides(List<String> names) {
    this.names = names;
    this.files = new ArrayList<>();
  }

  /** Finds each; two local files cost nothing but a look at their first bytes. */
  static CompareSides find(List<Path> given, Surroundings surroundings)
      throws InterruptedException {
    List<String> names = new ArrayList<>();
    for (Path path : given) {
      names.add(path.toString());
    }
    CompareSides sides = new CompareSides(List.copyOf(names));
    try {
      for (String name : sides.names) {
        // Not by a switch over types: its bootstrap would cost two local files some milliseconds.
        Where where = Where.parse(name);
        sides.files.add(
            where instanceof Where.Local local
                ? local.path()
                : finder(surroundings).file(where, sides.scratch()));
      }
      sides.sort();
      return sides;
    } catch (RuntimeException | InterruptedException e) {
      sides.close();
      throw e;
    }
  }

  private static Finder finder(Surroundings surroundings) {
    return Places.finder(surroundings, DockerFiles.PATIENCE);
  }

  private void sort() {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      if (Trees.isTree(files.get(i))) {
        found.add(i);
      }
    }
    trees = files.size() == 2 && found.size() == 2;
    if (!trees && !found.isEmpty()) {
      String tree = names.get(found.getFirst());
      throw Failure.usage(
          tree + " is a folder or an archive, and not everything else is",
          "give two folders or archives, or files alone");
    }
  }

  private Scratch scratch() {
    Scratch made = scratch == null ? Scratch.create(Scratch.USUAL) : scratch;
    scratch = made;
    return made;
  }

  /** Whether there are two, and both are folders or archives. */
  boolean areTrees() {
    return trees;
  }

  List<Path> files() {
    return files;
  }

  TreeComparison trees() {
    return TreeDifference.of(tree(0), tree(1), scratch());
  }

  /** The file of this name on both sides. */
  List<Path> named(String name) {
    return TreeDifference.pair(tree(0), tree(1), name, scratch());
  }

  private Tree tree(int index) {
    return Trees.read(files.get(index), names.get(index));
  }

  ComparisonMatrix matrix() {
    return Matrix.of(files, names);
  }

  @Override
  public void close() {
    if (scratch != null) {
      scratch.close();
    }
  }
}
