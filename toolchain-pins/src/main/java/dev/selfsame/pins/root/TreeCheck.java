package dev.selfsame.pins.root;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether a tree on the disk is what was unpacked, in all that {@link LayerTar} takes from the list
 * of entries and not from the disk: nothing beside the entries, the modes that {@link TreeWriter}
 * sets, hard links that are the same file.
 */
final class TreeCheck {
  private TreeCheck() {}

  /**
   * Looks at all of it.
   *
   * @throws IOException which names what differs first
   */
  static void check(Path tree, Path entries) throws IOException {
    Set<Path> listed = new HashSet<>();
    try (BufferedReader lines = Files.newBufferedReader(entries, StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        TarEntry entry = LayerTar.parse(line);
        Path path = tree.resolve(entry.path());
        look(tree, path, entry);
        listed.add(path);
      }
    }
    try (Stream<Path> all = Files.walk(tree)) {
      Optional<Path> added = all.skip(1).filter(path -> !listed.contains(path)).findFirst();
      if (added.isPresent()) {
        throw new IOException("not of the root: " + added.get());
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void look(Path tree, Path path, TarEntry entry) throws IOException {
    boolean same =
        switch (entry.kind()) {
          case DIRECTORY -> mode(path) == TreeWriter.onDisk(entry.mode() | 0700);
          case FILE -> mode(path) == TreeWriter.onDisk(entry.mode() | 0400);
          case HARD_LINK -> Objects.equals(key(path), key(tree.resolve(entry.link())));
          case SYMLINK -> true;
        };
    if (!same) {
      throw new IOException("not as it was unpacked: " + path);
    }
  }

  private static int mode(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
  }

  private static Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }
}
