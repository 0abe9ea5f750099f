package dev.selfsame.pins.root;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.DebsRoot.Deb;
import dev.selfsame.pins.RootUse;
import dev.selfsame.pins.fetch.Downloads;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Unpacks locked packages into one root without dpkg, root user or maintainer scripts.
 *
 * <p>The order of a root's entries is fixed: the merged {@code /usr} and the mount points, then
 * each package in the order of its file's name, each in its own order, then {@link DebsFixUps}.
 * Owners' names are dropped, their numbers and all mode bits kept, times later than the epoch set
 * to it.
 */
final class DebsAssembler {
  private static final Pattern TOP_ALIAS = Pattern.compile("(bin|sbin|lib|lib32|lib64|libx32)");
  private static final Set<String> USR_FOLDERS = Set.of("bin", "lib", "lib64", "sbin");

  /** Where engines mount: they must be there, because the root is read-only. */
  static final List<String> MOUNT_POINTS =
      List.of(
          "build",
          "cargo",
          "dev",
          "etc",
          "home",
          "out",
          "proc",
          "run",
          "src",
          "sys",
          "varied",
          "varied/build",
          "varied/cargo",
          "varied/out",
          "varied/src");

  private static final long BUDGET = 192L << 20;
  private static final String OURS = "selfsame";

  private final RootBuilder root;
  private final RootUse use;
  private final DebsFixUps fixUps;
  private final long epoch;

  DebsAssembler(RootBuilder root, RootUse use, long epoch) {
    this.root = root;
    this.use = use;
    this.epoch = epoch;
    this.fixUps = new DebsFixUps(root, epoch);
  }

  /**
   * Assembles the root. A package may still be on its way when this is called.
   *
   * @param files where each package's file stands, or will stand
   * @return the root's DiffID
   * @throws Failure (undecided) where a package is damaged or two of them are in conflict
   */
  Digest assemble(List<Deb> debs, Map<Deb, CompletableFuture<Path>> files, Progress.Step step)
      throws IOException {
    List<Deb> order = debs.stream().sorted(Comparator.comparing(DebsAssembler::fileName)).toList();
    List<ReadAhead.Source> sources =
        order.stream()
            .map(deb ->
                (ReadAhead.Source)
                    out -> DebArchive.writeData(await(files, deb), deb.sha256(), out))
            .toList();
    skeleton();
    int threads = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
    long budget = Math.min(BUDGET, Runtime.getRuntime().maxMemory() / 4);
    try (ReadAhead ahead = new ReadAhead(sources, threads, budget)) {
      for (int i = 0; i < order.size(); i++) {
        step.now(order.get(i).name());
        unpack(order.get(i), ahead.stream(i), files);
        step.advance(1);
      }
    }
    switch (use) {
      case BUILD -> fixUps.addForBuilds();
      case RUNTIME -> fixUps.addForPrograms(debs);
    }
    return root.finish();
  }

  private void skeleton() throws IOException {
    root.directory(TarEntry.directory("usr", 0755, epoch), OURS);
    for (String name : USR_FOLDERS.stream().sorted().toList()) {
      root.directory(TarEntry.directory("usr/" + name, 0755, epoch), OURS);
    }
    for (String name : USR_FOLDERS.stream().sorted().toList()) {
      root.symlink(TarEntry.symlink(name, "usr/" + name, epoch), OURS);
    }
    List<String> folders =
        switch (use) {
          case BUILD -> MOUNT_POINTS;
          case RUNTIME -> RuntimeRoot.FOLDERS;
        };
    for (String name : folders) {
      root.directory(TarEntry.directory(name, 0755, epoch), OURS);
    }
    root.directory(TarEntry.directory("tmp", 01777, epoch), OURS);
  }

  private void unpack(Deb deb, InputStream data, Map<Deb, CompletableFuture<Path>> files)
      throws IOException {
    try {
      TarArchiveInputStream tar = new TarArchiveInputStream(data, "UTF-8");
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        add(e, tar, fileName(deb));
      }
      // The package's own hash is known only at its end.
      data.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (DebArchive.WrongBytesException e) {
      Files.deleteIfExists(await(files, deb));
      throw Failure.undecided(
          "package %s was damaged in the cache".formatted(fileName(deb)),
          "it has been removed; do the same again to fetch it anew",
          e);
    } catch (IllegalArgumentException e) {
      throw new IOException("a damaged entry in " + fileName(deb), e);
    }
  }

  private void add(TarArchiveEntry entry, InputStream content, String from) throws IOException {
    String path = merged(TarEntry.cleanName(entry.getName(), from));
    boolean shared = use == RootUse.RUNTIME && RuntimeRoot.leavesOut(path);
    if (path.isEmpty() || isAlias(path, entry) || (shared && !TarEntry.isRegular(entry))) {
      return;
    }
    int mode = entry.getMode() & 07777;
    long mtime = Math.clamp(entry.getLastModifiedTime().toInstant().getEpochSecond(), 0, epoch);
    long uid = entry.getLongUserId();
    long gid = entry.getLongGroupId();
    if (entry.isDirectory()) {
      root.directory(
          new TarEntry(TarEntry.Kind.DIRECTORY, path, mode, uid, gid, mtime, 0, ""), from);
    } else if (entry.isSymbolicLink()) {
      String target = entry.getLinkName();
      root.symlink(
          new TarEntry(TarEntry.Kind.SYMLINK, path, 0777, uid, gid, mtime, 0, target), from);
    } else if (entry.isLink()) {
      String target = merged(TarEntry.cleanName(entry.getLinkName(), from));
      root.hardLink(
          new TarEntry(TarEntry.Kind.HARD_LINK, path, mode, uid, gid, mtime, 0, target), from);
    } else if (TarEntry.isRegular(entry)) {
      TarEntry file =
          new TarEntry(TarEntry.Kind.FILE, path, mode, uid, gid, mtime, entry.getSize(), "");
      InputStream kept = fixUps.keeping(file, content);
      if (!shared && !DebsFixUps.leavesOut(path)) {
        root.file(file, kept, from);
      }
    } else {
      throw Failure.undecided(
          "%s holds %s, which is a device or a pipe".formatted(from, entry.getName()),
          "do not lock this package");
    }
  }

  /** Packages still hold {@code lib/…}, which stands in {@code usr/lib/…} since the merge. */
  private static String merged(String path) {
    int slash = path.indexOf('/');
    String top = slash < 0 ? path : path.substring(0, slash);
    return TOP_ALIAS.matcher(top).matches() ? "usr/" + path : path;
  }

  /** Whether this is base-files' own {@code /bin -> usr/bin}, which stands here already. */
  private static boolean isAlias(String mergedPath, TarArchiveEntry entry) {
    return entry.isSymbolicLink() && entry.getLinkName().equals(mergedPath);
  }

  private static Path await(Map<Deb, CompletableFuture<Path>> files, Deb deb) throws IOException {
    CompletableFuture<Path> file = files.get(deb);
    if (file == null) {
      throw new IllegalArgumentException("no file for " + deb);
    }
    try {
      return Downloads.await(file);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("broken off");
    }
  }

  private static String fileName(Deb deb) {
    return deb.path().substring(deb.path().lastIndexOf('/') + 1);
  }
}
