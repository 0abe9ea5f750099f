package dev.selfsame.source;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Source;
import dev.selfsame.outcome.Failure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.Status;
import org.eclipse.jgit.api.StatusCommand;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.submodule.SubmoduleWalk.IgnoreSubmoduleMode;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * A folder of a git work tree, at its commit. The folder may be the repository itself, a folder
 * within it, or in a linked worktree. Who owns the folder does not matter: nothing that git's
 * configuration names is run.
 */
public final class SourceTree implements AutoCloseable {
  private final Repository repository;
  private final String subfolder;
  private final RevCommit commit;
  private final ObjectId tree;

  private SourceTree(Repository repository, String subfolder, RevCommit commit, ObjectId tree) {
    this.repository = repository;
    this.subfolder = subfolder;
    this.commit = commit;
    this.tree = tree;
  }

  /**
   * Opens the repository that holds a folder.
   *
   * @throws Failure (usage) where there is no folder, no git work tree, no commit, or git tracks
   *     nothing in the folder
   */
  public static SourceTree open(Path folder) {
    GitSettings.install();
    Path real = real(folder);
    Repository repository = null;
    boolean done = false;
    try {
      repository = find(real);
      SourceTree opened = at(repository, real);
      done = true;
      return opened;
    } catch (IOException e) {
      throw unreadable(folder, e);
    } finally {
      if (repository != null && !done) {
        repository.close();
      }
    }
  }

  private static Path real(Path folder) {
    try {
      Path real = folder.toRealPath();
      if (!Files.isDirectory(real)) {
        throw Failure.usage("not a folder: " + folder, "name the folder that holds selfsame.toml");
      }
      return real;
    } catch (NoSuchFileException e) {
      throw Failure.usage("no such folder: " + folder, "name the folder that holds selfsame.toml");
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static Repository find(Path folder) throws IOException {
    FileRepositoryBuilder builder = new FileRepositoryBuilder().findGitDir(folder.toFile());
    File gitFolder = builder.getGitDir();
    if (gitFolder == null) {
      throw Failure.usage(
          "not in a git repository: " + folder,
          "git init && git add . && git commit: only what is committed can be built again");
    }
    Repository repository = builder.setMustExist(true).build();
    if (repository.isBare()) {
      repository.close();
      throw Failure.usage("a bare git repository: " + folder, "name a folder of a work tree");
    }
    return repository;
  }

  private static SourceTree at(Repository repository, Path folder) throws IOException {
    Path top = repository.getWorkTree().toPath().toRealPath();
    if (!folder.startsWith(top)) {
      throw Failure.usage(
          "not in the work tree of its repository: " + folder, "name a folder below " + top);
    }
    String subfolder = top.relativize(folder).toString();
    ObjectId head = repository.resolve("HEAD");
    if (head == null) {
      throw Failure.usage("no commit yet in " + top, "git add . && git commit");
    }
    try (RevWalk walk = new RevWalk(repository)) {
      RevCommit commit = walk.parseCommit(head);
      return new SourceTree(repository, subfolder, commit, tree(repository, commit, subfolder));
    }
  }

  private static ObjectId tree(Repository repository, RevCommit commit, String subfolder)
      throws IOException {
    if (subfolder.isEmpty()) {
      return commit.getTree().getId();
    }
    try (TreeWalk walk = TreeWalk.forPath(repository, subfolder, commit.getTree())) {
      if (walk == null || !walk.getFileMode(0).equals(FileMode.TREE)) {
        throw Failure.usage(
            "git tracks nothing in " + subfolder, "git add %s && git commit".formatted(subfolder));
      }
      return walk.getObjectId(0);
    }
  }

  /**
   * Writes the deterministic package.
   *
   * @param tar the file to write; an existing one is replaced
   * @throws Failure (usage) for a dirty tree that is not allowed, a submodule, a Git LFS pointer, a
   *     name that is not UTF-8; (undecided) where the repository cannot be read or the disk is full
   */
  public SourcePackage pack(Path tar, Dirt dirt) {
    try (ObjectReader objects = repository.newObjectReader()) {
      List<SourceEntry> committed = CommittedFiles.of(objects, tree);
      LfsPointers.refuse(committed);
      Set<String> changed = changed();
      if (!changed.isEmpty() && dirt == Dirt.REFUSED) {
        throw dirty(changed);
      }
      List<SourceEntry> entries =
          changed.isEmpty() ? committed : WorkTreeFiles.of(repository, subfolder);
      LfsPointers.refuse(entries);
      Instant time = Instant.ofEpochSecond(Math.max(0, commit.getCommitTime()));
      Digest digest = PackageTar.write(tar, entries, time);
      return new SourcePackage(source(time, digest, Files.size(tar), !changed.isEmpty()), tar);
    } catch (IOException e) {
      throw Failure.undecided("packaging the source: " + e, "try again", e);
    }
  }

  private Source source(Instant time, Digest digest, long size, boolean dirty) {
    return new Source(
        Remote.address(repository),
        commit.getId().name(),
        tree.name(),
        subfolder,
        time,
        digest,
        size,
        dirty);
  }

  private Set<String> changed() {
    StatusCommand command =
        Git.wrap(repository)
            .status()
            .setWorkingTreeIt(new UnfilteredFiles(repository))
            .setIgnoreSubmodules(IgnoreSubmoduleMode.ALL);
    if (!subfolder.isEmpty()) {
      command.addPath(subfolder);
    }
    try {
      Status status = command.call();
      Set<String> changed = new TreeSet<>(status.getUncommittedChanges());
      changed.addAll(status.getUntracked());
      return changed;
    } catch (GitAPIException e) {
      throw Failure.undecided("asking git what has changed: " + e.getMessage(), "git status", e);
    }
  }

  private static Failure dirty(Set<String> changed) {
    String first = changed.iterator().next();
    int others = changed.size() - 1;
    String rest = others == 0 ? "" : " and %d other%s".formatted(others, others == 1 ? "" : "s");
    return Failure.usage(
        "the work tree differs from its commit: %s%s".formatted(first, rest),
        "commit or ignore them; selfsame build --allow-dirty builds them, and the record says so");
  }

  private static Failure unreadable(Path folder, IOException e) {
    return Failure.undecided(
        "cannot read the git repository of %s: %s".formatted(folder, e), "git fsck", e);
  }

  @Override
  public void close() {
    repository.close();
  }
}
