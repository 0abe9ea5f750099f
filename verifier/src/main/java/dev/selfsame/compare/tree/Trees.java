package dev.selfsame.compare.tree;

import dev.selfsame.binary.bytes.Deadline;
import dev.selfsame.binary.bytes.OverdueException;
import dev.selfsame.compare.tree.Tree.Item;
import dev.selfsame.digest.DigestingInputStream;
import dev.selfsame.evidence.TreeComparison.Kind;
import dev.selfsame.evidence.TreeComparison.Node;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.Scratch;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads folders and archives. */
public final class Trees {
  private Trees() {}

  /**
   * Whether a path is a folder or an archive that is read here; of a file, its beginning is read.
   *
   * @throws OverdueException naming it, where a {@link Deadline} that was set has passed
   */
  public static boolean isTree(Path path) {
    try {
      return Files.isDirectory(path)
          || (Files.isRegularFile(path) && ArchiveKind.of(path).isPresent());
    } catch (OverdueException e) {
      throw e.in(path.toString());
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Reads the names, and the digest of every file.
   *
   * @param name how people named it
   * @throws Failure (undecided) where it cannot be read, or is too large
   * @throws OverdueException naming it, where a {@link Deadline} that was set has passed
   */
  public static Tree read(Path path, String name) {
    return read(path, name, Bounds.USUAL);
  }

  static Tree read(Path path, String name, Bounds bounds) {
    try {
      Deadline.current().look();
      if (Files.isDirectory(path)) {
        return folder(path, name, bounds);
      }
      Optional<ArchiveKind> kind = ArchiveKind.of(path);
      return archive(path, name, kind.orElseThrow(() -> notOne(path)), bounds);
    } catch (OverdueException e) {
      throw e.in(name);
    } catch (InterruptedIOException e) {
      throw interrupted(e);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read all of %s: %s".formatted(name, e.getMessage()),
          "check that it is whole, and that you may read it",
          e);
    }
  }

  static Failure interrupted(InterruptedIOException e) {
    return Failure.undecided("interrupted", "run the command again", e);
  }

  private static Failure notOne(Path path) {
    return Failure.undecided(
        path + " is neither a folder nor an archive", "give two folders or archives, or two files");
  }

  private static Tree archive(Path path, String name, ArchiveKind kind, Bounds bounds)
      throws IOException {
    SortedMap<String, Item> items = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    ArchiveStream.walk(
        path,
        kind,
        bounds,
        (entry, content) -> {
          if (items.put(entry.name(), item(entry, content, items, problems)) != null
              && entry.kind() != ArchiveStream.EntryKind.FOLDER) {
            problems.add("%s: %s comes twice, the last counts".formatted(name, entry.name()));
          }
        });
    return new Tree(
        name,
        Optional.of(path),
        items,
        problems,
        (names, scratch) -> unpack(path, kind, bounds, names, scratch));
  }

  private static Item item(
      ArchiveStream.Entry entry,
      InputStream content,
      SortedMap<String, Item> items,
      List<String> problems)
      throws IOException {
    String mode = entry.mode() < 0 ? "" : octal(entry.mode());
    Node node =
        switch (entry.kind()) {
          case FILE -> file(content, mode);
          case FOLDER -> new Node(Kind.FOLDER, 0, null, mode, "");
          case LINK -> new Node(Kind.LINK, 0, null, "", entry.link());
          case SPECIAL -> new Node(Kind.SPECIAL, 0, null, mode, entry.link());
          case HARD_LINK ->
              new Node(Kind.SPECIAL, 0, null, mode, "hard link to %s".formatted(entry.link()));
        };
    if (entry.kind() == ArchiveStream.EntryKind.HARD_LINK) {
      Item target = items.get(entry.link());
      if (target != null) {
        return target;
      }
      problems.add(
          "%s is a hard link to %s, which is not there".formatted(entry.name(), entry.link()));
    }
    return new Item(node, entry.name(), entry.attributes());
  }

  static Node file(InputStream content, String mode) throws IOException {
    DigestingInputStream in = new DigestingInputStream(content);
    long size = in.transferTo(OutputStream.nullOutputStream());
    return new Node(Kind.FILE, size, in.digest(), mode, "");
  }

  private static Map<String, Path> unpack(
      Path path, ArchiveKind kind, Bounds bounds, Set<String> names, Scratch scratch)
      throws IOException {
    Map<String, Path> files = new TreeMap<>();
    ArchiveStream.walk(
        path,
        kind,
        bounds,
        (entry, content) -> {
          if (names.contains(entry.name()) && entry.kind() == ArchiveStream.EntryKind.FILE) {
            files.put(entry.name(), scratch.keep(entry.name(), content));
          }
        });
    return files;
  }

  private static Tree folder(Path link, String called, Bounds bounds) throws IOException {
    // Links are not followed; but the folder itself may be named by one.
    Path root = link.toRealPath();
    Bounds.Meter meter = bounds.meter(root.toString());
    SortedMap<String, Item> items = new TreeMap<>();
    Map<String, Path> places = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root, bounds.depth() + 2)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        if (!path.equals(root)) {
          String name = FileNode.printable(root.relativize(path));
          meter.entry(name);
          if (items.put(name, new Item(FileNode.of(path, meter), name)) != null) {
            throw Failure.undecided(
                "%s holds two names that are both written %s".formatted(called, name),
                "give one of them another name");
          }
          places.put(name, path);
        }
      }
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
    return new Tree(
        called,
        Optional.empty(),
        items,
        List.of(),
        (names, scratch) -> {
          places.keySet().retainAll(names);
          return places;
        });
  }

  static String octal(int mode) {
    return String.format(Locale.ROOT, "%04o", mode);
  }
}
