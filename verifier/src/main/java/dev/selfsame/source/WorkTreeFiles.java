package dev.selfsame.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.dircache.DirCacheIterator;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.FileTreeIterator;
import org.eclipse.jgit.treewalk.NameConflictTreeWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.PathFilter;

/** The files of a work tree as they stand: those in the index, and those that are not ignored. */
final class WorkTreeFiles {
  private WorkTreeFiles() {}

  /**
   * Every such file below a folder of the repository, in byte order.
   *
   * @param subfolder with slashes, empty for the whole repository
   */
  static List<SourceEntry> of(Repository repository, String subfolder) throws IOException {
    Map<String, SourceEntry> entries = new TreeMap<>();
    try (TreeWalk walk = new NameConflictTreeWalk(repository)) {
      FileTreeIterator files = new FileTreeIterator(repository);
      walk.addTree(files);
      files.setDirCacheIterator(
          walk, walk.addTree(new DirCacheIterator(repository.readDirCache())));
      if (!subfolder.isEmpty()) {
        walk.setFilter(PathFilter.create(subfolder));
      }
      while (walk.next()) {
        visit(walk, repository, subfolder, entries);
      }
    }
    return entries.values().stream().sorted(SourceEntry.BYTE_ORDER).toList();
  }

  private static void visit(
      TreeWalk walk, Repository repository, String subfolder, Map<String, SourceEntry> entries)
      throws IOException {
    FileTreeIterator file = walk.getTree(0, FileTreeIterator.class);
    boolean tracked = walk.getTree(1, DirCacheIterator.class) != null;
    if (file == null || (!tracked && file.isEntryIgnored())) {
      return;
    }
    String path = SourceEntry.path(walk.getRawPath());
    FileMode mode = walk.getFileMode(0);
    boolean above = (subfolder + "/").startsWith(path + "/");
    if (mode.equals(FileMode.GITLINK) && !above) {
      throw SourceEntry.submodule(path);
    }
    if (mode.equals(FileMode.TREE)) {
      walk.enterSubtree();
    } else {
      String within = subfolder.isEmpty() ? path : path.substring(subfolder.length() + 1);
      Path host = repository.getWorkTree().toPath().resolve(path);
      entries.put(within, entry(within, host, CommittedFiles.kind(mode)));
    }
  }

  private static SourceEntry entry(String path, Path host, SourceEntry.Kind kind)
      throws IOException {
    if (kind == SourceEntry.Kind.LINK) {
      byte[] target = Files.readSymbolicLink(host).toString().getBytes(StandardCharsets.UTF_8);
      return new SourceEntry(path, kind, target.length, () -> new ByteArrayInputStream(target));
    }
    return new SourceEntry(path, kind, Files.size(host), () -> Files.newInputStream(host));
  }
}
