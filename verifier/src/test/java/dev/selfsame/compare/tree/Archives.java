package dev.selfsame.compare.tree;

import dev.selfsame.compare.tree.ArchiveStream.EntryKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Makes archives of every kind from one list of entries. */
public final class Archives {
  private static final int ZSTD_BLOCK = 1 << 17;

  private record Made(String name, EntryKind kind, int mode, byte[] content, String link) {}

  private final List<Made> entries = new ArrayList<>();
  private final Map<String, List<String>> attributes = new HashMap<>();
  private long time = 1_700_000_000_000L;

  /** A file of mode 0644. */
  public Archives file(String name, String content) {
    return file(name, 0644, content.getBytes(StandardCharsets.UTF_8));
  }

  /** A file. */
  public Archives file(String name, int mode, byte[] content) {
    entries.add(new Made(name, EntryKind.FILE, mode, content, ""));
    return this;
  }

  /** A symbolic link. */
  public Archives link(String name, String target) {
    entries.add(new Made(name, EntryKind.LINK, 0777, new byte[0], target));
    return this;
  }

  /** A hard link. */
  public Archives hardLink(String name, String target) {
    entries.add(new Made(name, EntryKind.HARD_LINK, 0644, new byte[0], target));
    return this;
  }

  /** A named pipe. */
  public Archives pipe(String name) {
    entries.add(new Made(name, EntryKind.SPECIAL, 0644, new byte[0], ""));
    return this;
  }

  /** A character device. */
  Archives device(String name, int major, int minor) {
    entries.add(new Made(name, EntryKind.SPECIAL, 0644, new byte[0], major + ":" + minor));
    return this;
  }

  /** An entry of a tar whose type nobody knows. */
  Archives unknown(String name) {
    entries.add(new Made(name, EntryKind.SPECIAL, 0644, new byte[0], "?"));
    return this;
  }

  /** Gives the entry before it an extended attribute, in a tar. */
  Archives attribute(String attribute, String value) {
    attributes.put(entries.getLast().name(), List.of("SCHILY.xattr." + attribute, value));
    return this;
  }

  Archives at(long millis) {
    time = millis;
    return this;
  }

  /** Writes it, packed as the name's ending says. */
  public Path write(Path file) throws IOException {
    String name = file.toString();
    try (OutputStream out = Files.newOutputStream(file)) {
      if (name.endsWith(".tar")) {
        tar(out);
      } else if (name.endsWith("gz")) {
        tar(new GZIPOutputStream(out));
      } else if (name.endsWith(".xz")) {
        tar(new XZOutputStream(out, new LZMA2Options(0)));
      } else if (name.endsWith("zst")) {
        out.write(zstd(tar()));
      } else if (name.endsWith(".deb")) {
        deb(out, name.endsWith(".zst.deb"));
      } else {
        zip(out);
      }
    }
    return file;
  }

  private void tar(OutputStream out) throws IOException {
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Made made : entries) {
        TarArchiveEntry entry =
            switch (made.kind()) {
              case FILE, FOLDER -> new TarArchiveEntry(made.name(), true);
              case LINK -> new TarArchiveEntry(made.name(), TarConstants.LF_SYMLINK, true);
              case HARD_LINK -> new TarArchiveEntry(made.name(), TarConstants.LF_LINK, true);
              case SPECIAL -> special(made);
            };
        entry.setLinkName(made.kind() == EntryKind.SPECIAL ? "" : made.link());
        List<String> attribute = attributes.getOrDefault(made.name(), List.of());
        if (!attribute.isEmpty()) {
          entry.addPaxHeader(attribute.getFirst(), attribute.getLast());
        }
        entry.setSize(made.content().length);
        entry.setMode(made.mode());
        entry.setModTime(time);
        tar.putArchiveEntry(entry);
        tar.write(made.content());
        tar.closeArchiveEntry();
      }
    }
  }

  private static TarArchiveEntry special(Made made) {
    if (made.link().isEmpty()) {
      return new TarArchiveEntry(made.name(), TarConstants.LF_FIFO, true);
    } else if (made.link().equals("?")) {
      return new TarArchiveEntry(made.name(), (byte) 'Q', true);
    }
    TarArchiveEntry entry = new TarArchiveEntry(made.name(), TarConstants.LF_CHR, true);
    entry.setDevMajor(Integer.parseInt(made.link().split(":", -1)[0]));
    entry.setDevMinor(Integer.parseInt(made.link().split(":", -1)[1]));
    return entry;
  }

  private void zip(OutputStream out) throws IOException {
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out)) {
      for (Made made : entries) {
        ZipArchiveEntry entry = new ZipArchiveEntry(made.name());
        boolean link = made.kind() == EntryKind.LINK;
        int type = link ? 0120000 : made.kind() == EntryKind.SPECIAL ? 0010000 : 0100000;
        entry.setUnixMode(made.mode() | type);
        entry.setTime(time);
        zip.putArchiveEntry(entry);
        zip.write(link ? made.link().getBytes(StandardCharsets.UTF_8) : made.content());
        zip.closeArchiveEntry();
      }
    }
  }

  private byte[] tar() throws IOException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    tar(plain);
    return plain.toByteArray();
  }

  /** One frame of blocks as they are, within a window of 2 MB; its checksum is none. */
  private static byte[] zstd(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(HexFormat.of().parseHex("28b52ffd" + "0458"));
    int at = 0;
    boolean last = false;
    while (!last) {
      int size = Math.min(ZSTD_BLOCK, content.length - at);
      last = at + size == content.length;
      int header = (size << 3) | (last ? 1 : 0);
      out.writeBytes(new byte[] {(byte) header, (byte) (header >> 8), (byte) (header >> 16)});
      out.write(content, at, size);
      at += size;
    }
    out.writeBytes(new byte[4]);
    return out.toByteArray();
  }

  /** As Debian's are packed, or as Ubuntu's are. */
  private void deb(OutputStream out, boolean ubuntu) throws IOException {
    Archives about = new Archives().file("./control", "Package: agent\n");
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    tar(new XZOutputStream(data, new LZMA2Options(0)));
    ByteArrayOutputStream control = new ByteArrayOutputStream();
    about.tar(new GZIPOutputStream(control));
    try (ArArchiveOutputStream ar = new ArArchiveOutputStream(out)) {
      member(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.UTF_8));
      member(
          ar,
          ubuntu ? "control.tar.zst" : "control.tar.gz",
          ubuntu ? zstd(about.tar()) : control.toByteArray());
      member(
          ar, ubuntu ? "data.tar.zst" : "data.tar.xz", ubuntu ? zstd(tar()) : data.toByteArray());
    }
  }

  private static void member(ArArchiveOutputStream ar, String name, byte[] content)
      throws IOException {
    ar.putArchiveEntry(new ArArchiveEntry(name, content.length));
    ar.write(content);
    ar.closeArchiveEntry();
  }
}
