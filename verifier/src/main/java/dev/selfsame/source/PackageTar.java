package dev.selfsame.source;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.DigestingOutputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes the package's tar: POSIX ustar, with pax headers where a name or size needs them. */
final class PackageTar {
  private PackageTar() {}

  /** Streams the entries to a file and gives its SHA-256. */
  static Digest write(Path file, List<SourceEntry> entries, Instant time) throws IOException {
    try (DigestingOutputStream hashed =
        new DigestingOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      try (TarArchiveOutputStream tar =
          new TarArchiveOutputStream(hashed, StandardCharsets.UTF_8.name())) {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        for (SourceEntry entry : entries) {
          add(tar, entry, time);
        }
      }
      return hashed.digest();
    }
  }

  private static void add(TarArchiveOutputStream tar, SourceEntry entry, Instant time)
      throws IOException {
    boolean link = entry.kind() == SourceEntry.Kind.LINK;
    byte type = link ? TarConstants.LF_SYMLINK : TarConstants.LF_NORMAL;
    // preserveAbsolutePath: a name that begins with a slash must not be rewritten in silence.
    TarArchiveEntry header = new TarArchiveEntry(entry.path(), type, true);
    header.setMode(entry.kind().mode());
    header.setIds(0, 0);
    header.setNames("", "");
    header.setLastModifiedTime(FileTime.from(time));
    try (InputStream content = entry.content().open()) {
      if (link) {
        header.setLinkName(new String(content.readAllBytes(), StandardCharsets.UTF_8));
        tar.putArchiveEntry(header);
      } else {
        header.setSize(entry.size());
        tar.putArchiveEntry(header);
        content.transferTo(tar);
      }
    }
    tar.closeArchiveEntry();
  }
}
