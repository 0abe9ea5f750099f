package dev.selfsame.compare.tree;

import static java.util.Objects.requireNonNull;

import dev.selfsame.evidence.TreeComparison.Kind;
import dev.selfsame.evidence.TreeComparison.Node;
import dev.selfsame.where.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The names of a folder or an archive, and a way to their bytes.
 *
 * @param name as it was named
 * @param archive the archive itself; empty for a folder, which has no bytes of its own
 * @param items by name
 * @param problems what was left out
 * @param contents brings the bytes
 */
public record Tree(
    String name,
    Optional<Path> archive,
    SortedMap<String, Item> items,
    List<String> problems,
    Contents contents) {

  /**
   * What stands under a name.
   *
   * @param node what is compared
   * @param content the name whose bytes these are: another one for a hard link
   * @param attributes stands for its extended attributes, the word none where it has none; empty
   *     where they are not known, and not compared
   */
  public record Item(Node node, String content, String attributes) {
    public Item {
      requireNonNull(node);
      requireNonNull(content);
      requireNonNull(attributes);
    }

    /** Of which no extended attributes are known. */
    Item(Node node, String content) {
      this(node, content, "");
    }
  }

  /** Brings bytes to where they can be read. */
  @FunctionalInterface
  public interface Contents {
    /** Files by name, of those names that are wanted. */
    Map<String, Path> bring(Set<String> names, Scratch scratch) throws IOException;
  }

  public Tree {
    requireNonNull(name);
    requireNonNull(contents);
    items = Collections.unmodifiableSortedMap(withFolders(items));
    problems = List.copyOf(problems);
  }

  /** Some archives leave out folders; their mode is then unknown, and not compared. */
  private static SortedMap<String, Item> withFolders(SortedMap<String, Item> items) {
    SortedMap<String, Item> all = new TreeMap<>(items);
    for (String name : items.keySet()) {
      for (int slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
        String folder = name.substring(0, slash);
        if (all.putIfAbsent(folder, new Item(new Node(Kind.FOLDER, 0, null, "", ""), folder))
            != null) {
          break;
        }
      }
    }
    return all;
  }
}
