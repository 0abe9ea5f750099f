package dev.selfsame.pins.root;

import static java.util.Objects.requireNonNull;

import dev.selfsame.outcome.Failure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * One entry of a root's layer.
 *
 * @param path relative, without {@code .}, {@code ..} or a slash at either end
 * @param mode permission bits with setuid, setgid and sticky, 0 to 07777
 * @param uid owner's number
 * @param gid group's number
 * @param mtime seconds since 1970-01-01T00:00Z, not before it
 * @param size bytes of a file's content, 0 for all other kinds
 * @param link a symbolic link's target as it stands, a hard link's path; empty for other kinds
 */
record TarEntry(
    Kind kind, String path, int mode, long uid, long gid, long mtime, long size, String link) {

  /** What an entry is; its code is the type flag of POSIX ustar. */
  enum Kind {
    FILE('0'),
    HARD_LINK('1'),
    SYMLINK('2'),
    DIRECTORY('5');

    final char flag;

    Kind(char flag) {
      this.flag = flag;
    }

    static Kind ofFlag(char flag) {
      for (Kind kind : values()) {
        if (kind.flag == flag) {
          return kind;
        }
      }
      throw new IllegalArgumentException("no kind of entry has the flag " + flag);
    }
  }

  TarEntry {
    requireNonNull(kind);
    if (!isClean(path) || (kind == Kind.HARD_LINK && !isClean(link))) {
      throw new IllegalArgumentException("not a path within a root: " + path + " " + link);
    }
    boolean counts = uid >= 0 && gid >= 0 && mtime >= 0 && size >= 0;
    if (mode < 0 || mode > 07777 || !counts || (kind != Kind.FILE && size != 0)) {
      throw new IllegalArgumentException("not an entry: " + path);
    }
  }

  static TarEntry directory(String path, int mode, long mtime) {
    return new TarEntry(Kind.DIRECTORY, path, mode, 0, 0, mtime, 0, "");
  }

  static TarEntry symlink(String path, String target, long mtime) {
    return new TarEntry(Kind.SYMLINK, path, 0777, 0, 0, mtime, 0, target);
  }

  static TarEntry file(String path, int mode, long mtime, long size) {
    return new TarEntry(Kind.FILE, path, mode, 0, 0, mtime, size, "");
  }

  /** The folder that holds it, empty for the root itself. */
  String parent() {
    return parentOf(path);
  }

  static String parentOf(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /** Whether an entry is a file. {@code isFile()} says so of devices too. */
  static boolean isRegular(TarArchiveEntry entry) {
    byte flag = entry.getLinkFlag();
    return flag == TarConstants.LF_NORMAL
        || flag == TarConstants.LF_OLDNORM
        || flag == TarConstants.LF_CONTIG
        || entry.isSparse();
  }

  /**
   * Makes a relative path of an archive's name, such as {@code usr/bin} of {@code ./usr/bin/}.
   *
   * @throws Failure (undecided) where it is absolute, climbs out or holds a NUL
   */
  static String cleanName(String name, String archive) {
    if (name.startsWith("/") || name.indexOf('\0') >= 0) {
      throw unsafe(name, archive);
    }
    StringBuilder clean = new StringBuilder();
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        throw unsafe(name, archive);
      }
      if (!part.isEmpty() && !part.equals(".")) {
        clean.append(clean.isEmpty() ? "" : "/").append(part);
      }
    }
    return clean.toString();
  }

  private static Failure unsafe(String name, String archive) {
    return Failure.undecided(
        "%s holds an entry that leaves its folder: %s".formatted(archive, name),
        "do not use this archive; tell whoever made it");
  }

  static boolean isClean(String path) {
    return !path.isEmpty()
        && path.indexOf('\0') < 0
        && List.of(path.split("/", -1)).stream()
            .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
  }

  /** One line of a root's list of entries; {@link #parse} reads it. */
  String line() {
    return "%c %o %d %d %d %d %s %s"
        .formatted(kind.flag, mode, uid, gid, mtime, size, escape(path), escape(link));
  }

  static TarEntry parse(String line) {
    String[] fields = line.split(" ", -1);
    if (fields.length != 8 || fields[0].length() != 1) {
      throw new IllegalArgumentException("not a line of a root's list: " + line);
    }
    return new TarEntry(
        Kind.ofFlag(fields[0].charAt(0)),
        unescape(fields[6]),
        Integer.parseInt(fields[1], 8),
        Long.parseLong(fields[2]),
        Long.parseLong(fields[3]),
        Long.parseLong(fields[4]),
        Long.parseLong(fields[5]),
        unescape(fields[7]));
  }

  private static String escape(String text) {
    return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8).replace("%2F", "/");
  }

  private static String unescape(String text) {
    return java.net.URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
