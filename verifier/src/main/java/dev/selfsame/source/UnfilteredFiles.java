package dev.selfsame.source;

import java.io.File;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.AbstractTreeIterator;
import org.eclipse.jgit.treewalk.FileTreeIterator;
import org.eclipse.jgit.util.FS;
import org.jspecify.annotations.Nullable;

/**
 * The files of a work tree, compared with their blobs without git's clean filters. Those are
 * commands of {@code .git/config} and of the user's configuration, which JGit would run on this
 * machine, whoever wrote them. What a filter alone makes equal to its blob counts as changed, and
 * what is packaged are blobs.
 */
final class UnfilteredFiles extends FileTreeIterator {
  UnfilteredFiles(Repository repository) {
    super(repository);
  }

  private UnfilteredFiles(
      UnfilteredFiles above, File folder, FS system, FileModeStrategy strategy) {
    super(above, folder, system, strategy);
  }

  @Override
  protected AbstractTreeIterator enterSubtree() {
    return new UnfilteredFiles(this, ((FileEntry) current()).getFile(), fs, fileModeStrategy);
  }

  @Override
  public @Nullable String getCleanFilterCommand() {
    return null;
  }
}
