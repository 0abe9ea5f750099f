package dev.selfsame.source;

import static java.util.Objects.requireNonNull;

import dev.selfsame.evidence.Source;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * A package on the disk.
 *
 * @param source what it holds
 * @param tar the file; its SHA-256 is {@link Source#packageDigest}
 */
public record SourcePackage(Source source, Path tar) {
  public SourcePackage {
    requireNonNull(source);
    requireNonNull(tar);
  }

  /**
   * Makes the files anew: modes 0644 and 0755 (folders 0755) whatever the umask, every time the
   * commit's. Links are made last, so that nothing is ever written through one.
   *
   * @param folder a folder that does not exist or is empty
   * @throws Failure (undecided) where the disk is full or a name cannot be written here; (bad
   *     evidence) where the tar is not one of ours
   */
  public void unpack(Path folder, Order order) {
    try (TarFile archive = new TarFile(tar)) {
      Files.createDirectories(folder);
      List<TarArchiveEntry> entries = new ArrayList<>(archive.getEntries());
      if (order == Order.REVERSED) {
        entries = entries.reversed();
      }
      TreeSet<Path> folders = new TreeSet<>(Comparator.reverseOrder());
      folders.add(folder);
      for (TarArchiveEntry entry : entries) {
        if (!entry.isSymbolicLink()) {
          file(archive, entry, place(folder, entry, folders));
        }
      }
      links(folder, entries.stream().filter(TarArchiveEntry::isSymbolicLink).toList(), folders);
      for (Path made : folders) {
        stamp(made, "rwxr-xr-x");
      }
    } catch (InvalidPathException e) {
      throw Failure.undecided(
          "the file name %s cannot be written in this locale".formatted(e.getInput()),
          "set LC_ALL=C.UTF-8",
          e);
    } catch (IOException e) {
      throw Failure.undecided(
          "unpacking the source into %s: %s".formatted(folder, e.getMessage()),
          "is the disk full? XDG_CACHE_HOME names another one",
          e);
    }
  }

  /** Every folder is made before the first link is: none can then lead out of the package. */
  private static void links(Path folder, List<TarArchiveEntry> links, TreeSet<Path> folders)
      throws IOException {
    Map<Path, Path> targets = new LinkedHashMap<>();
    for (TarArchiveEntry entry : links) {
      targets.put(place(folder, entry, folders), Path.of(entry.getLinkName()));
    }
    for (Map.Entry<Path, Path> link : targets.entrySet()) {
      Files.createSymbolicLink(link.getKey(), link.getValue());
    }
  }

  private static Path place(Path folder, TarArchiveEntry entry, TreeSet<Path> folders)
      throws IOException {
    String name = entry.getName();
    Path place = folder.resolve(name);
    boolean inside = !name.isEmpty() && place.equals(place.normalize()) && !place.equals(folder);
    if (!inside || !place.startsWith(folder) || Path.of(name).isAbsolute()) {
      throw Failure.badEvidence(
          "the source package holds an unsafe name: " + name, "rename the file in git");
    }
    Path parent = place.getParent();
    if (parent != null && folders.add(parent)) {
      Files.createDirectories(parent);
      for (Path above = parent; above != null && !above.equals(folder); above = above.getParent()) {
        folders.add(above);
      }
    }
    return place;
  }

  private void file(TarFile archive, TarArchiveEntry entry, Path file) throws IOException {
    if (!entry.isFile() || entry.isLink()) {
      throw Failure.badEvidence(
          "the source package holds what git does not: " + entry.getName(), "package it again");
    }
    try (InputStream content = archive.getInputStream(entry)) {
      Files.copy(content, file);
    }
    stamp(file, (entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--");
  }

  private void stamp(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    Files.setLastModifiedTime(file, FileTime.from(source.committedAt()));
  }
}
