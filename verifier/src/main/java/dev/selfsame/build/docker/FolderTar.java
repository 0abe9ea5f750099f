package dev.selfsame.build.docker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Host folders as tar streams and back: what crosses the line to a daemon. */
final class FolderTar {
  private FolderTar() {}

  /** Writes tars whose every entry belongs to one user. */
  static final class Writer implements AutoCloseable {
    private final TarArchiveOutputStream out;
    private final int uid;

    Writer(OutputStream out, int uid) {
      this.out = new TarArchiveOutputStream(out, "UTF-8");
      this.out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      this.out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      this.out.setAddPaxHeadersForNonAsciiNames(true);
      this.uid = uid;
    }

    /** An empty folder of this mode. */
    void folder(String name, int mode) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name + "/");
      put(entry, mode, FileTime.fromMillis(0));
      out.closeArchiveEntry();
    }

    /** A host folder with all that is in it. */
    void tree(String name, Path folder) throws IOException {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
                throws IOException {
              add(within(name, folder, path) + "/", path, attributes);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
                throws IOException {
              add(within(name, folder, path), path, attributes);
              return FileVisitResult.CONTINUE;
            }
          });
    }

    private static String within(String name, Path folder, Path path) {
      String rest = folder.relativize(path).toString();
      return rest.isEmpty() ? name : name + "/" + rest;
    }

    private void add(String name, Path path, BasicFileAttributes attributes) throws IOException {
      int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
      if (attributes.isSymbolicLink()) {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(Files.readSymbolicLink(path).toString());
        put(entry, mode, attributes.lastModifiedTime());
      } else if (attributes.isDirectory()) {
        put(new TarArchiveEntry(name), mode, attributes.lastModifiedTime());
      } else if (attributes.isRegularFile()) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(attributes.size());
        put(entry, mode, attributes.lastModifiedTime());
        Files.copy(path, out);
      } else {
        throw new IOException(path + " is neither file nor folder nor link");
      }
      out.closeArchiveEntry();
    }

    private void put(TarArchiveEntry entry, int mode, FileTime modified) throws IOException {
      entry.setIds(uid, uid);
      entry.setNames("", "");
      entry.setMode(mode);
      entry.setLastModifiedTime(modified);
      out.putArchiveEntry(entry);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /**
   * Unpacks what a daemon sends of one folder. The first entry is that folder, called by its name
   * (Docker) or {@code /} (Podman, where it is a volume); all others are below it.
   *
   * @param most bytes of files at most
   * @throws IOException also where an entry leads out of the folder, or is no file, folder or link
   */
  static void unpack(InputStream in, Path folder, long most) throws IOException {
    Optional<String> top = Optional.empty();
    Map<Path, TarArchiveEntry> folders = new HashMap<>();
    List<Path> order = new ArrayList<>();
    long left = most;
    try (TarArchiveInputStream tar = new TarArchiveInputStream(in, "UTF-8")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String name = top.orElse(plain(entry.getName()));
        top = Optional.of(name);
        Path target = target(entry.getName(), name, folder);
        left -= entry.getSize();
        if (left < 0) {
          throw new IOException("the daemon sends more than " + most + " bytes");
        }
        if (entry.isDirectory()) {
          Files.createDirectories(target);
          folders.put(target, entry);
          order.add(target);
        } else {
          file(tar, entry, name, folder, target);
        }
      }
    }
    // Folders last: a read-only one could not be filled, and filling changes its time.
    for (Path made : order.reversed()) {
      TarArchiveEntry entry = folders.get(made);
      if (entry != null) {
        settle(made, entry);
      }
    }
  }

  private static void file(
      TarArchiveInputStream tar, TarArchiveEntry entry, String name, Path folder, Path target)
      throws IOException {
    if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
      throw new IOException("the daemon sends a special file: " + entry.getName());
    } else if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else if (entry.isLink()) {
      Files.createLink(target, target(entry.getLinkName(), name, folder));
    } else {
      Files.copy(tar, target);
      settle(target, entry);
    }
  }

  private static void settle(Path path, TarArchiveEntry entry) throws IOException {
    Files.setLastModifiedTime(path, entry.getLastModifiedTime());
    Files.setAttribute(path, "unix:mode", entry.getMode() & 07777);
  }

  /** Without slashes and dots before, and slashes behind. */
  private static String plain(String entry) {
    return entry.replaceAll("^(\\.?/)+|^\\.$|/+$", "");
  }

  /** No link is followed on the way, since every parent was made as a folder by this unpacking. */
  private static Path target(String entry, String top, Path folder) throws IOException {
    String rest = plain(entry);
    if (rest.equals(top)) {
      return folder;
    }
    String before = top.isEmpty() ? "" : top + "/";
    if (!rest.startsWith(before)) {
      throw new IOException("the daemon sends another folder: " + entry);
    }
    Path target = folder;
    for (Path part : Path.of(rest.substring(before.length()))) {
      if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException("the daemon sends a way through a link: " + entry);
      }
      if (part.toString().equals("..") || part.toString().equals(".")) {
        throw new IOException("the daemon sends a name that leads elsewhere: " + entry);
      }
      target = target.resolve(part);
    }
    return target;
  }
}
