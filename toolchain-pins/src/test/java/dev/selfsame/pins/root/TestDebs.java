package dev.selfsame.pins.root;

import dev.selfsame.digest.Digest;
import dev.selfsame.pins.DebsRoot;
import dev.selfsame.pins.Normalise;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.RootUse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Makes small packages and layers, as well-formed or as hostile as a test wants. */
public final class TestDebs {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

  public TestDebs() {
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
  }

  public TestDebs file(String path, int mode, String content) throws IOException {
    byte[] data = content.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = entry(path, TarConstants.LF_NORMAL, mode);
    entry.setSize(data.length);
    tar.putArchiveEntry(entry);
    tar.write(data);
    tar.closeArchiveEntry();
    return this;
  }

  /** A file of an owner, and of a time in seconds, that may not fit a tar header. */
  public TestDebs owned(String path, long uid, long gid, long time) throws IOException {
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    TarArchiveEntry entry = entry(path, TarConstants.LF_NORMAL, 0644);
    entry.setUserId(uid);
    entry.setGroupId(gid);
    entry.setModTime(FileTime.from(Instant.ofEpochSecond(time)));
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
    return this;
  }

  public TestDebs directory(String path, int mode) throws IOException {
    return bare(entry(path, TarConstants.LF_DIR, mode), "");
  }

  public TestDebs symlink(String path, String target) throws IOException {
    return bare(entry(path, TarConstants.LF_SYMLINK, 0777), target);
  }

  public TestDebs hardLink(String path, String target) throws IOException {
    return bare(entry(path, TarConstants.LF_LINK, 0644), target);
  }

  public TestDebs device(String path) throws IOException {
    return bare(entry(path, TarConstants.LF_CHR, 0600), "");
  }

  private static TarArchiveEntry entry(String path, byte flag, int mode) {
    TarArchiveEntry entry = new TarArchiveEntry(path, flag, true);
    entry.setMode(mode);
    entry.setModTime(2_000_000_000_000L);
    entry.setUserName("root");
    return entry;
  }

  private TestDebs bare(TarArchiveEntry entry, String link) throws IOException {
    entry.setLinkName(link);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
    return this;
  }

  /** The tar as it is. */
  public byte[] tar() throws IOException {
    tar.finish();
    return bytes.toByteArray();
  }

  /** The tar within a package file. */
  public byte[] deb() throws IOException {
    ByteArrayOutputStream xz = new ByteArrayOutputStream();
    try (XZOutputStream out = new XZOutputStream(xz, new LZMA2Options(0))) {
      out.write(tar());
    }
    ByteArrayOutputStream deb = new ByteArrayOutputStream();
    try (ArArchiveOutputStream ar = new ArArchiveOutputStream(deb)) {
      member(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
      member(ar, "control.tar.xz", new byte[7]);
      member(ar, "data.tar.xz", xz.toByteArray());
    }
    return deb.toByteArray();
  }

  private static void member(ArArchiveOutputStream ar, String name, byte[] content)
      throws IOException {
    ar.putArchiveEntry(new ArArchiveEntry(name, content.length, 0, 0, 0100644, 0));
    ar.write(content);
    ar.closeArchiveEntry();
  }

  /** What a lock would say of a package file. */
  public static DebsRoot.Deb locked(String name, byte[] deb) {
    return new DebsRoot.Deb(
        name,
        "1",
        "amd64",
        "debian",
        "pool/main/x/" + name + "_1_amd64.deb",
        deb.length,
        Digest.sha256(deb));
  }

  public static Pin pin(List<DebsRoot.Deb> debs, Digest diffId) {
    return pin(RootUse.BUILD, debs, diffId);
  }

  public static Pin pin(RootUse use, List<DebsRoot.Deb> debs, Digest diffId) {
    DebsRoot.Release release =
        new DebsRoot.Release(
            "debian", "trixie", Digest.sha256(new byte[0]), List.of(), "20260101T000000Z");
    return new Pin(
        "test",
        "linux/amd64",
        null,
        null,
        1_700_000_000L,
        new DebsRoot(use, List.of(), List.of(release), debs, diffId),
        Normalise.USUAL,
        Digest.sha256(new byte[0]));
  }
}
