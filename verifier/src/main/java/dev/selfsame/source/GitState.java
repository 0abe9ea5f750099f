package dev.selfsame.source;

import static java.util.Objects.requireNonNull;

import dev.selfsame.outcome.Failure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * How far git has a folder, as something to tell and not to refuse: what {@link SourceTree} would
 * refuse is seen here beforehand.
 *
 * @param repository what kind of repository the folder is in
 * @param lacking files that were asked for and that the newest commit does not hold as they are on
 *     the disk, in the order in which they were asked for
 * @param submodules below the folder, from the repository's top
 * @param pointers Git LFS pointers below the folder, from the repository's top
 */
public record GitState(
    Kind repository, List<String> lacking, List<String> submodules, List<String> pointers) {
  /** What a folder is in. */
  public enum Kind {
    /** No repository, or a bare one. */
    NONE,
    /** A repository without a commit. */
    EMPTY,
    /** A repository with commits. */
    COMMITTED
  }

  public GitState {
    requireNonNull(repository);
    lacking = List.copyOf(lacking);
    submodules = List.copyOf(submodules);
    pointers = List.copyOf(pointers);
  }

  /**
   * Looks at a folder.
   *
   * @param files names within it that a build needs committed
   * @throws Failure (undecided) where there is a repository that cannot be read
   */
  public static GitState of(Path folder, List<String> files) {
    GitSettings.install();
    try {
      Path real = folder.toRealPath();
      FileRepositoryBuilder builder = new FileRepositoryBuilder().findGitDir(real.toFile());
      File gitFolder = builder.getGitDir();
      if (gitFolder == null) {
        return new GitState(Kind.NONE, files, List.of(), List.of());
      }
      try (Repository repository = builder.setMustExist(true).build()) {
        return of(repository, real, files);
      }
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read the git repository of %s: %s".formatted(folder, e), "git fsck", e);
    }
  }

  private static GitState of(Repository repository, Path folder, List<String> files)
      throws IOException {
    if (repository.isBare() || !folder.startsWith(repository.getWorkTree().toPath().toRealPath())) {
      return new GitState(Kind.NONE, files, List.of(), List.of());
    }
    Path top = repository.getWorkTree().toPath().toRealPath();
    String below = top.equals(folder) ? "" : top.relativize(folder) + "/";
    ObjectId tree = repository.resolve("HEAD^{tree}");
    List<String> submodules = new ArrayList<>();
    List<String> pointers = new ArrayList<>();
    DirCache index = repository.readDirCache();
    try (ObjectReader objects = repository.newObjectReader()) {
      for (DirCacheEntry entry : below.isEmpty() ? all(index) : index.getEntriesWithin(below)) {
        if (entry.getFileMode().equals(FileMode.GITLINK)) {
          submodules.add(entry.getPathString());
        } else if (isPointer(objects, entry)) {
          pointers.add(entry.getPathString());
        }
      }
      List<String> lacking = new ArrayList<>();
      for (String file : files) {
        if (tree == null || !holds(objects, tree, below + file, folder.resolve(file))) {
          lacking.add(file);
        }
      }
      Kind kind = tree == null ? Kind.EMPTY : Kind.COMMITTED;
      return new GitState(kind, lacking, submodules, pointers);
    }
  }

  private static DirCacheEntry[] all(DirCache index) {
    DirCacheEntry[] entries = new DirCacheEntry[index.getEntryCount()];
    Arrays.setAll(entries, index::getEntry);
    return entries;
  }

  private static boolean holds(ObjectReader objects, ObjectId tree, String path, Path file)
      throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (TreeWalk walk = TreeWalk.forPath(objects, path, tree);
        ObjectInserter.Formatter hash = new ObjectInserter.Formatter()) {
      return walk != null
          && walk.getObjectId(0).equals(hash.idFor(Constants.OBJ_BLOB, Files.readAllBytes(file)));
    }
  }

  private static boolean isPointer(ObjectReader objects, DirCacheEntry entry) throws IOException {
    FileMode mode = entry.getFileMode();
    if (!mode.equals(FileMode.REGULAR_FILE) && !mode.equals(FileMode.EXECUTABLE_FILE)) {
      return false;
    }
    // A partial clone may lack it; that is another trouble, which the build tells.
    if (!objects.has(entry.getObjectId())) {
      return false;
    }
    ObjectLoader blob = objects.open(entry.getObjectId());
    return LfsPointers.canBe(blob.getSize()) && LfsPointers.begins(blob.getCachedBytes());
  }
}
