package dev.selfsame.compare.tree;

import dev.selfsame.binary.bytes.Printable;
import dev.selfsame.binary.zstd.ZstdStream;
import dev.selfsame.files.GzipStream;
import dev.selfsame.outcome.Failure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.tukaani.xz.XZInputStream;

/** Walks the entries of an archive, whichever way it is packed. */
final class ArchiveStream {
  private static final int MAX_LINK = 4096;
  private static final char REPLACEMENT = '\ufffd';

  /**
   * Of a Unix mode: the type, and the types that a zip's entry may have. Source: {@code stat.h}.
   */
  private static final int TYPE = 0170000;

  private static final Set<Integer> TYPES = Set.of(0, 0040000, 0100000, 0120000);

  /** More than any archive needs: xz -9 takes 65 MB. */
  private static final int XZ_MEMORY_KIB = 256 * 1024;

  private final String archive;
  private final Visitor visitor;
  private final Bounds.Meter meter;

  /** What an entry is, as the archive says. */
  enum EntryKind {
    FILE,
    FOLDER,
    LINK,
    HARD_LINK,
    SPECIAL
  }

  /**
   * An entry.
   *
   * @param name clean and printable, without a slash before or behind
   * @param mode permissions, or -1 where the archive has none
   * @param link where a link leads; for a hard link, a name like {@code name}; of a special entry,
   *     what it is, such as {@code character device 5:1}
   * @param attributes a digest of the extended attributes, {@code none} where it has none; empty
   *     where archives of its kind keep none
   */
  record Entry(String name, EntryKind kind, int mode, String link, String attributes) {}

  /** Takes entries in order; the content is only there meanwhile. */
  @FunctionalInterface
  interface Visitor {
    void visit(Entry entry, InputStream content) throws IOException;
  }

  private ArchiveStream(String archive, Visitor visitor, Bounds.Meter meter) {
    this.archive = archive;
    this.visitor = visitor;
    this.meter = meter;
  }

  /**
   * Walks all entries.
   *
   * @throws IOException where the archive is damaged
   * @throws Failure (undecided) where it holds a name that leads out of it, or more than its bounds
   */
  static void walk(Path file, ArchiveKind kind, Bounds bounds, Visitor visitor) throws IOException {
    String name = file.toString();
    ArchiveStream stream = new ArchiveStream(name, visitor, bounds.meter(name));
    try {
      if (kind == ArchiveKind.ZIP) {
        stream.zip(file);
        return;
      }
      try (InputStream in =
          new BufferedInputStream(Bounds.timed(Files.newInputStream(file)), 1 << 17)) {
        switch (kind) {
          case TAR -> stream.tar("", in);
          case TAR_GZ -> stream.tar("", new GzipStream(in, 1 << 16));
          case TAR_XZ -> stream.tar("", xz(in));
          case TAR_ZST -> stream.tar("", zstd(in));
          case DEB -> stream.deb(in);
          case ZIP -> throw new IllegalStateException("read by its directory");
        }
      }
    } catch (IllegalArgumentException e) {
      // commons-compress reports some damage so.
      throw new IOException("a damaged entry", e);
    }
  }

  static InputStream xz(InputStream in) throws IOException {
    return new XZInputStream(new BufferedInputStream(in, 1 << 16), XZ_MEMORY_KIB);
  }

  static InputStream zstd(InputStream in) {
    return new ZstdStream(new BufferedInputStream(in, 1 << 16));
  }

  private void tar(String prefix, InputStream in) throws IOException {
    TarArchiveInputStream tar = new TarArchiveInputStream(meter.metered(in), "ISO-8859-1");
    for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
      String name = clean(prefix + relative(TarKind.text(known(e.getName()))));
      if (name.isEmpty()) {
        continue;
      }
      meter.entry(name);
      TarKind kind = TarKind.of(e, archive, name);
      String link =
          switch (kind.kind()) {
            case HARD_LINK -> clean(prefix + relative(TarKind.text(known(e.getLinkName()))));
            case LINK -> printable(TarKind.text(known(e.getLinkName())));
            case FILE, FOLDER, SPECIAL -> kind.what();
          };
      // A hole takes no room in the archive, so what comes out of one is counted too.
      InputStream content = e.isSparse() ? meter.metered(tar) : tar;
      visitor.visit(
          new Entry(name, kind.kind(), e.getMode() & 07777, link, TarKind.attributes(e)), content);
    }
  }

  /** A name that is no UTF-8 was read as another one: two such names could not be told apart. */
  private String known(String name) {
    if (name.indexOf(REPLACEMENT) >= 0) {
      throw Failure.undecided(
          "%s holds a name that is not UTF-8: %s".formatted(archive, printable(name)),
          "unpack both, and compare the folders");
    }
    return name;
  }

  private void deb(InputStream in) throws IOException {
    ArArchiveInputStream ar = new ArArchiveInputStream(in);
    for (ArArchiveEntry e = ar.getNextEntry(); e != null; e = ar.getNextEntry()) {
      String name = e.getName();
      if (name.matches("(control|data)\\.tar.*")) {
        tar(name.substring(0, name.indexOf('.')) + "/", unpacked(name, ar));
      } else {
        meter.entry(name);
        visitor.visit(new Entry(clean(name), EntryKind.FILE, -1, "", ""), meter.metered(ar));
      }
    }
  }

  private InputStream unpacked(String name, InputStream in) throws IOException {
    return switch (name.substring(name.indexOf(".tar"))) {
      case ".tar" -> in;
      case ".tar.gz" -> new GzipStream(in, 1 << 16);
      case ".tar.xz" -> xz(in);
      case ".tar.zst" -> zstd(in);
      default -> throw ArchiveKind.unread(name + " of " + archive);
    };
  }

  private void zip(Path file) throws IOException {
    try (TimedChannel channel = new TimedChannel(file);
        ZipFile zip = open(channel)) {
      for (ZipArchiveEntry e : Collections.list(zip.getEntriesInPhysicalOrder())) {
        String name = clean(relative(known(e.getName())));
        if (name.isEmpty()) {
          continue;
        }
        meter.entry(name);
        if (!TYPES.contains(e.getUnixMode() & TYPE)) {
          throw unread(archive, name);
        }
        try (InputStream content = meter.metered(zip.getInputStream(e))) {
          int mode = e.getUnixMode() == 0 ? -1 : e.getUnixMode() & 07777;
          if (e.isUnixSymlink()) {
            byte[] target = content.readNBytes(MAX_LINK);
            visitor.visit(
                new Entry(name, EntryKind.LINK, mode, Printable.of(target), ""),
                InputStream.nullInputStream());
          } else {
            EntryKind kind = e.isDirectory() ? EntryKind.FOLDER : EntryKind.FILE;
            visitor.visit(new Entry(name, kind, mode, "", ""), content);
          }
        }
      }
    }
  }

  private static ZipFile open(TimedChannel channel) throws IOException {
    try {
      return ZipFile.builder().setSeekableByteChannel(channel).get();
    } catch (IOException e) {
      // It says what kind of channel could not be read, and within that why.
      throw e.getCause() instanceof IOException why ? why : e;
    }
  }

  static Failure unread(String archive, String name) {
    return Failure.undecided(
        "%s: %s is of a kind that is not read here".formatted(archive, name),
        "unpack both, and compare the folders");
  }

  /** Unpacking an absolute name, or one with {@code ..}, could write anywhere. */
  private String relative(String name) {
    boolean absolute = name.startsWith("/") || name.startsWith("\\") || name.matches("[A-Za-z]:.*");
    if (absolute || name.matches("(.*[/\\\\])?\\.\\.([/\\\\].*)?")) {
      throw Failure.undecided(
          "%s holds an entry that leads out of it: %s".formatted(archive, printable(name)),
          "do not unpack this archive; tell whoever made it");
    }
    return name;
  }

  private static String clean(String name) {
    StringBuilder clean = new StringBuilder();
    for (String part : name.split("/", -1)) {
      if (!part.isEmpty() && !part.equals(".")) {
        clean.append(clean.isEmpty() ? "" : "/").append(part);
      }
    }
    return printable(clean.toString());
  }

  private static String printable(String text) {
    return Printable.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
