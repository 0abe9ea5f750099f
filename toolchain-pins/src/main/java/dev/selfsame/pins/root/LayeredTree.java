package dev.selfsame.pins.root;

import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A tree in which later entries take the place of earlier ones. What is where is known here, never
 * read from the disk: so no link on the disk can lead a write astray.
 */
final class LayeredTree {
  private static final int MAX_LINKS = 40;

  private final Path root;
  private final TreeWriter writer;
  private final TreeMap<String, Node> nodes = new TreeMap<>();

  /** An entry, and the file behind it, which its hard links share. */
  private record Node(TarEntry entry, Object inode) {}

  LayeredTree(Path root) {
    this.root = root;
    this.writer = new TreeWriter(root);
  }

  /**
   * The path with the symbolic links of its folders resolved within the root, as a layer's
   * unpacking under chroot would have it. The last name is left as it is.
   */
  String resolve(String path, String from) {
    Deque<String> rest = new ArrayDeque<>(List.of(path.split("/", -1)));
    String last = rest.removeLast();
    List<String> done = new ArrayList<>();
    int links = 0;
    while (!rest.isEmpty()) {
      String name = rest.removeFirst();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        if (!done.isEmpty()) {
          done.removeLast();
        }
        continue;
      }
      Node node = nodes.get(join(done, name));
      if (node == null || node.entry().kind() != TarEntry.Kind.SYMLINK) {
        done.add(name);
        continue;
      }
      if (++links > MAX_LINKS) {
        throw Failure.undecided(
            "%s holds %s behind a loop of symbolic links".formatted(from, path),
            "do not use this image");
      }
      String target = node.entry().link();
      if (target.startsWith("/")) {
        done.clear();
      }
      List.of(target.split("/", -1)).reversed().forEach(rest::addFirst);
    }
    return join(done, last);
  }

  void directory(TarEntry entry) throws IOException {
    Node before = nodes.get(entry.path());
    if (before == null || before.entry().kind() != TarEntry.Kind.DIRECTORY) {
      clear(entry.path());
      writer.directory(entry);
    }
    nodes.put(entry.path(), new Node(entry, new Object()));
  }

  void symlink(TarEntry entry) throws IOException {
    clear(entry.path());
    writer.symlink(entry);
    nodes.put(entry.path(), new Node(entry, new Object()));
  }

  void file(TarEntry entry, InputStream content) throws IOException {
    clear(entry.path());
    try (OutputStream out = writer.file(entry)) {
      long copied = content.transferTo(out);
      if (copied != entry.size()) {
        throw new EOFException("a layer ends within " + entry.path());
      }
    }
    writer.sealFile(entry);
    nodes.put(entry.path(), new Node(entry, new Object()));
  }

  void hardLink(String path, String target, String from) throws IOException {
    Node node = nodes.get(target);
    if (node == null || node.entry().kind() != TarEntry.Kind.FILE) {
      throw Failure.undecided(
          "%s links %s to %s, which is not a file".formatted(from, path, target),
          "do not use this image");
    }
    if (path.equals(target)) {
      return;
    }
    clear(path);
    TarEntry old = node.entry();
    writer.hardLink(
        new TarEntry(TarEntry.Kind.HARD_LINK, path, old.mode(), 0, 0, old.mtime(), 0, target));
    TarEntry entry =
        new TarEntry(
            TarEntry.Kind.FILE,
            path,
            old.mode(),
            old.uid(),
            old.gid(),
            old.mtime(),
            old.size(),
            "");
    nodes.put(path, new Node(entry, node.inode()));
  }

  /** Removes what lower layers have at a path; {@code kept} are the paths of this layer. */
  void remove(String path, Set<String> kept) throws IOException {
    if (kept.contains(path)) {
      return;
    }
    removeBelow(path, kept);
    Node node = nodes.get(path);
    boolean inUse = node != null && !below(path).isEmpty();
    if (node != null && !inUse) {
      FileTree.delete(root.resolve(path));
      nodes.remove(path);
    }
  }

  /** Removes what lower layers have below a folder, but for the paths in {@code kept}. */
  void removeBelow(String folder, Set<String> kept) throws IOException {
    // Deepest first, so that a folder is empty when its turn comes.
    for (String path : List.copyOf(below(folder).keySet()).reversed()) {
      if (!kept.contains(path) && below(path).isEmpty()) {
        FileTree.delete(root.resolve(path));
        nodes.remove(path);
      }
    }
  }

  /**
   * Sets the folders' modes and times, and writes the list of entries in the order of their paths.
   */
  void finish(Path list) throws IOException {
    TreeWriter folders = new TreeWriter(root);
    Map<Object, String> firstNames = new HashMap<>();
    try (BufferedWriter out = Files.newBufferedWriter(list, StandardCharsets.UTF_8)) {
      for (Node node : nodes.values()) {
        TarEntry entry = node.entry();
        if (entry.kind() == TarEntry.Kind.DIRECTORY) {
          folders.directory(entry);
        }
        String first = firstNames.putIfAbsent(node.inode(), entry.path());
        out.write((first == null ? entry : linked(entry, first)).line() + "\n");
      }
    }
    folders.finish();
  }

  private static TarEntry linked(TarEntry entry, String first) {
    return new TarEntry(
        TarEntry.Kind.HARD_LINK,
        entry.path(),
        entry.mode(),
        entry.uid(),
        entry.gid(),
        entry.mtime(),
        0,
        first);
  }

  /** Makes room for an entry: its folders are there, and nothing stands in its place. */
  private void clear(String path) throws IOException {
    String parent = TarEntry.parentOf(path);
    if (!parent.isEmpty()) {
      Node node = nodes.get(parent);
      if (node == null || node.entry().kind() != TarEntry.Kind.DIRECTORY) {
        directory(TarEntry.directory(parent, 0755, 0));
      }
    }
    if (has(path)) {
      FileTree.delete(root.resolve(path));
      below(path).clear();
      nodes.remove(path);
    }
  }

  /** Whether anything stands at a path. */
  boolean has(String path) {
    return nodes.containsKey(path);
  }

  private Map<String, Node> below(String folder) {
    // '0' is the character behind '/'.
    return folder.isEmpty() ? nodes : nodes.subMap(folder + "/", folder + "0");
  }

  private static String join(List<String> folders, String name) {
    return folders.isEmpty() ? name : String.join("/", folders) + "/" + name;
  }
}
