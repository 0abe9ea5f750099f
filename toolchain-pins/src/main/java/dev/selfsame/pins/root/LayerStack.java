package dev.selfsame.pins.root;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.DigestingInputStream;
import dev.selfsame.files.GzipStream;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.oci.PulledImage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.time.DateTimeException;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Applies an image's layers to a tree, lowest first (OCI Image 1.1, Image Layer Filesystem
 * Changeset): whiteouts remove what lower layers put there, links are kept as they are and never
 * followed on the disk, names that climb out are refused, devices are left out.
 */
final class LayerStack {
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";
  private static final String AUFS = ".wh..wh.";

  private final LayeredTree tree;
  private final Limits limits;
  private long bytes;
  private long count;
  private int devices;

  /**
   * What an image may hold at most.
   *
   * @param bytes of all files of all layers together, unpacked
   * @param entries of all layers together
   */
  record Limits(long bytes, long entries) {
    static final Limits USUAL = new Limits(32L << 30, 2_000_000);
  }

  LayerStack(LayeredTree tree, Limits limits) {
    this.tree = tree;
    this.limits = limits;
  }

  /** Devices, pipes and sockets that were left out. */
  int devices() {
    return devices;
  }

  /**
   * Applies one layer.
   *
   * @throws Failure (bad evidence) where its tar has another DiffID than the image's configuration
   *     says; (undecided) where it is damaged, too large, or holds a name that climbs out
   */
  void apply(PulledImage.Layer layer) throws IOException {
    String name = "layer " + layer.diffId().abbreviated();
    Set<String> added = new HashSet<>();
    try (DigestingInputStream in = new DigestingInputStream(open(layer, name))) {
      TarArchiveInputStream tar = new TarArchiveInputStream(in, "UTF-8");
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("broken off");
        }
        count(e, name);
        add(e, tar, name, added);
      }
      rest(in, name);
      Digest found = in.digest();
      if (!found.equals(layer.diffId())) {
        throw Failure.badEvidence(
            "%s has DiffID %s, its image says %s".formatted(name, found, layer.diffId()),
            "take another image: this one contradicts itself");
      }
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw new IOException("a damaged entry in " + name, e);
    }
  }

  /** Adds the empty folders that engines mount on, where the image has none. */
  static void mountPoints(LayeredTree tree) throws IOException {
    for (String name : DebsAssembler.MOUNT_POINTS) {
      String path = tree.resolve(name, "selfsame");
      if (!tree.has(path)) {
        tree.directory(TarEntry.directory(path, 0755, 0));
      }
    }
    if (!tree.has("tmp")) {
      tree.directory(TarEntry.directory("tmp", 01777, 0));
    }
  }

  private void count(TarArchiveEntry entry, String name) {
    count++;
    bytes += Math.max(0, entry.getSize());
    checkLimits(name);
  }

  /** What stands behind the archive's end has its part in the DiffID, and can be as large. */
  private void rest(InputStream in, String name) throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      bytes += n;
      checkLimits(name);
    }
  }

  private void checkLimits(String name) {
    if (count > limits.entries() || bytes > limits.bytes()) {
      throw Failure.undecided(
          "%s is too large to unpack (over %d entries or %d bytes with those below it)"
              .formatted(name, limits.entries(), limits.bytes()),
          "pin a smaller image");
    }
  }

  private void add(TarArchiveEntry entry, InputStream content, String from, Set<String> added)
      throws IOException {
    String clean = TarEntry.cleanName(entry.getName(), from);
    if (clean.isEmpty()) {
      return;
    }
    String path = tree.resolve(clean, from);
    String base = path.substring(path.lastIndexOf('/') + 1);
    if (base.equals(OPAQUE)) {
      tree.removeBelow(TarEntry.parentOf(path), added);
    } else if (base.startsWith(AUFS)) {
      return;
    } else if (base.startsWith(WHITEOUT)) {
      whiteOut(path, base.substring(WHITEOUT.length()), from, added);
    } else {
      place(entry, path, content, from);
      added.add(path);
    }
  }

  private void whiteOut(String path, String hidden, String from, Set<String> added)
      throws IOException {
    if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
      throw Failure.undecided(
          "%s holds a whiteout of nothing: %s".formatted(from, path), "do not use this image");
    }
    String parent = TarEntry.parentOf(path);
    tree.remove(parent.isEmpty() ? hidden : parent + "/" + hidden, added);
  }

  private void place(TarArchiveEntry entry, String path, InputStream content, String from)
      throws IOException {
    int mode = entry.getMode() & 07777;
    long mtime = Math.max(0, entry.getLastModifiedTime().toInstant().getEpochSecond());
    long uid = entry.getLongUserId();
    long gid = entry.getLongGroupId();
    if (entry.isDirectory()) {
      tree.directory(new TarEntry(TarEntry.Kind.DIRECTORY, path, mode, uid, gid, mtime, 0, ""));
    } else if (entry.isSymbolicLink()) {
      tree.symlink(
          new TarEntry(TarEntry.Kind.SYMLINK, path, 0777, uid, gid, mtime, 0, entry.getLinkName()));
    } else if (entry.isLink()) {
      tree.hardLink(path, tree.resolve(TarEntry.cleanName(entry.getLinkName(), from), from), from);
    } else if (TarEntry.isRegular(entry)) {
      tree.file(
          new TarEntry(TarEntry.Kind.FILE, path, mode, uid, gid, mtime, entry.getSize(), ""),
          content);
    } else {
      devices++;
    }
  }

  /** Tells the compression by the first bytes, since media types are known to lie. */
  private static InputStream open(PulledImage.Layer layer, String name) throws IOException {
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(layer.file()), 1 << 17);
    in.mark(4);
    byte[] magic = in.readNBytes(4);
    in.reset();
    if (magic.length >= 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b) {
      return new GzipStream(in, 1 << 16);
    }
    if (magic.length == 4 && (magic[0] & 0xff) == 0x28 && (magic[1] & 0xff) == 0xb5) {
      in.close();
      throw Failure.undecided(
          name + " is compressed with zstd, which is not read here",
          "pin an image with gzip layers");
    }
    return in;
  }
}
