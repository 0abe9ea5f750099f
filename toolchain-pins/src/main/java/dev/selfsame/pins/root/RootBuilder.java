package dev.selfsame.pins.root;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.DigestingOutputStream;
import dev.selfsame.outcome.Failure;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Builds a root from entries in one pass: each goes to the disk, into the layer tar's hash and into
 * the list of entries, from which the same tar can be written again.
 */
final class RootBuilder {
  private final Map<String, Placed> placed = new HashMap<>();
  private final TreeWriter tree;
  private final DigestingOutputStream hash =
      new DigestingOutputStream(OutputStream.nullOutputStream());
  private final OutputStream tarOut = new BufferedOutputStream(hash, 1 << 17);
  private final TarWriter tar = new TarWriter(tarOut);
  private final OutputStream list;
  private final long epoch;

  private record Placed(TarEntry entry, String from) {}

  /**
   * @param tree an empty folder
   * @param list where the list of entries is written
   * @param epoch time of folders that no entry declares, and the latest time of any entry
   */
  RootBuilder(Path tree, OutputStream list, long epoch) {
    this.tree = new TreeWriter(tree);
    this.list = list;
    this.epoch = epoch;
  }

  Optional<TarEntry> find(String path) {
    return Optional.ofNullable(placed.get(path)).map(Placed::entry);
  }

  /** Adds a folder; one that is there already stays as it is. */
  void directory(TarEntry entry, String from) throws IOException {
    if (isNew(entry, from)) {
      begin(entry, from);
      tree.directory(entry);
    }
  }

  /** Adds a symbolic link, which may point anywhere: it is never followed. */
  void symlink(TarEntry entry, String from) throws IOException {
    if (isNew(entry, from)) {
      begin(entry, from);
      tree.symlink(entry);
    }
  }

  /** Adds another name of a file that is there already. */
  void hardLink(TarEntry entry, String from) throws IOException {
    if (find(entry.link()).map(TarEntry::kind).orElse(TarEntry.Kind.DIRECTORY)
        != TarEntry.Kind.FILE) {
      throw refused(
          "%s links %s to %s, which is not a file".formatted(from, entry.path(), entry.link()));
    }
    if (isNew(entry, from)) {
      begin(entry, from);
      tree.hardLink(entry);
    }
  }

  void file(TarEntry entry, byte[] content, String from) throws IOException {
    file(entry, new java.io.ByteArrayInputStream(content), from);
  }

  /** Adds a file with exactly {@link TarEntry#size} bytes of content. */
  void file(TarEntry entry, InputStream content, String from) throws IOException {
    if (!isNew(entry, from)) {
      return;
    }
    begin(entry, from);
    byte[] buffer = new byte[(int) Math.min(1 << 17, Math.max(1, entry.size()))];
    try (OutputStream out = tree.file(entry)) {
      for (long rest = entry.size(); rest > 0; ) {
        int n = content.read(buffer, 0, (int) Math.min(buffer.length, rest));
        if (n < 0) {
          throw new EOFException(from + " ends within " + entry.path());
        }
        out.write(buffer, 0, n);
        tarOut.write(buffer, 0, n);
        rest -= n;
      }
    }
    tar.pad(entry.size());
    tree.sealFile(entry);
  }

  /** Ends the root. */
  Digest finish() throws IOException {
    tree.finish();
    tar.finish();
    tarOut.flush();
    list.flush();
    return hash.digest();
  }

  private void begin(TarEntry entry, String from) throws IOException {
    ensureFolder(entry.parent(), from, entry.path());
    placed.put(entry.path(), new Placed(entry, from));
    tar.header(entry);
    list.write((entry.line() + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Nothing is ever written through a symbolic link, inside the root or out of it. */
  private void ensureFolder(String folder, String from, String path) throws IOException {
    if (folder.isEmpty()) {
      return;
    }
    Placed there = placed.get(folder);
    if (there == null) {
      directory(TarEntry.directory(folder, 0755, epoch), from);
    } else if (there.entry().kind() != TarEntry.Kind.DIRECTORY) {
      throw refused(
          "%s holds %s, but %s is no folder in %s".formatted(from, path, folder, there.from()));
    }
  }

  private boolean isNew(TarEntry entry, String from) {
    Placed before = placed.get(entry.path());
    if (before == null) {
      return true;
    }
    boolean bothFolders =
        before.entry().kind() == TarEntry.Kind.DIRECTORY && entry.kind() == TarEntry.Kind.DIRECTORY;
    boolean sameLink =
        before.entry().kind() == TarEntry.Kind.SYMLINK
            && entry.kind() == TarEntry.Kind.SYMLINK
            && before.entry().link().equals(entry.link());
    if (bothFolders || sameLink) {
      return false;
    }
    throw refused("%s and %s both hold %s".formatted(before.from(), from, entry.path()));
  }

  private static Failure refused(String what) {
    return Failure.undecided(what, "lock other packages: these cannot stand in one root");
  }
}
