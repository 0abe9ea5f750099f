package dev.selfsame.compare.tree;

import dev.selfsame.compare.tree.ArchiveStream.EntryKind;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * What a tar's entry is, by its type flag: {@code isFile()} says so of devices too. Source: POSIX
 * {@code pax}, "ustar Interchange Format", {@code typeflag}.
 *
 * @param what of a device its kind and numbers, of a pipe that it is one; empty for all else
 */
record TarKind(EntryKind kind, String what) {

  /**
   * The kind of an entry.
   *
   * @throws Failure (undecided) where its content could be anything: a volume's header, a part of a
   *     file, a type that nobody has given out
   */
  static TarKind of(TarArchiveEntry entry, String archive, String name) {
    if (entry.isSparse()) {
      return new TarKind(EntryKind.FILE, "");
    }
    return switch (entry.getLinkFlag()) {
      case TarConstants.LF_SYMLINK -> new TarKind(EntryKind.LINK, "");
      case TarConstants.LF_LINK -> new TarKind(EntryKind.HARD_LINK, "");
      case TarConstants.LF_DIR -> new TarKind(EntryKind.FOLDER, "");
      case TarConstants.LF_FIFO -> new TarKind(EntryKind.SPECIAL, "pipe");
      case TarConstants.LF_CHR -> new TarKind(EntryKind.SPECIAL, device("character", entry));
      case TarConstants.LF_BLK -> new TarKind(EntryKind.SPECIAL, device("block", entry));
      case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_CONTIG ->
          // Before there was a flag for folders, their names ended in a slash.
          new TarKind(entry.isDirectory() ? EntryKind.FOLDER : EntryKind.FILE, "");
      default -> throw ArchiveStream.unread(archive, name);
    };
  }

  private static String device(String kind, TarArchiveEntry entry) {
    return device(kind, entry.getDevMajor(), entry.getDevMinor());
  }

  /** A device in words. */
  static String device(String kind, long major, long minor) {
    return "%s device %d:%d".formatted(kind, major, minor);
  }

  /**
   * A name that was read byte by byte, so that no two of them become one. Bytes that are no UTF-8
   * stand for the letters that they are in Latin-1; so do names of such letters alone in a pax
   * header, where it cannot be told how they were written.
   */
  static String text(String read) {
    if (read.chars().allMatch(c -> c < 0x80) || read.chars().anyMatch(c -> c > 0xff)) {
      return read;
    }
    try {
      byte[] bytes = read.getBytes(StandardCharsets.ISO_8859_1);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return read;
    }
  }

  /**
   * What pax headers say of extended attributes, access lists and labels: capabilities are among
   * them. {@code none} where they say nothing.
   */
  static String attributes(TarArchiveEntry entry) {
    Map<String, String> said = new TreeMap<>();
    entry
        .getExtraPaxHeaders()
        .forEach((name, value) -> {
          if (name.matches("(SCHILY\\.(xattr|acl)|LIBARCHIVE\\.xattr|RHT\\.security)\\..*")) {
            said.put(name, value);
          }
        });
    return said.isEmpty()
        ? "none"
        : Digest.sha256(said.toString().getBytes(StandardCharsets.UTF_8)).toString();
  }
}
