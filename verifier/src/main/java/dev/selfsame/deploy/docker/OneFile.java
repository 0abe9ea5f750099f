package dev.selfsame.deploy.docker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Tars of few entries, as engines take them. */
final class OneFile {
  private OneFile() {}

  /** A file with an owner and mode. */
  static byte[] of(String name, byte[] content, int mode, long user, long group) {
    TarArchiveEntry entry = entry(name, content.length, mode, user, group);
    return tar(entry, content);
  }

  /** The name as one more name of a file that is there: a hard link, put in its place at once. */
  static byte[] link(String name, String target, Program.Found like) {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_LINK);
    entry.setLinkName(target);
    // Engines set the owner by the entry, of a link too.
    entry.setMode(like.mode());
    entry.setUserId(like.user());
    entry.setGroupId(like.group());
    return tar(entry, new byte[0]);
  }

  /** A hard link from a name to itself, which no file can be. */
  static byte[] toItself(String name) {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_LINK);
    entry.setLinkName(name);
    return tar(entry, new byte[0]);
  }

  static TarArchiveEntry entry(String name, long size, int mode, long user, long group) {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(size);
    entry.setMode(0100000 | mode);
    entry.setUserId(user);
    entry.setGroupId(group);
    return entry;
  }

  private static byte[] tar(TarArchiveEntry entry, byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail so.
    }
    return bytes.toByteArray();
  }
}
