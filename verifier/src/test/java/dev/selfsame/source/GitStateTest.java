package dev.selfsame.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.source.GitState.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitStateTest {
  private static final List<String> FILES = List.of("Cargo.toml", "Cargo.lock");

  @TempDir private Path folder;

  private GitState state(String below) {
    return GitState.of(folder.resolve(below), FILES);
  }

  @Test
  void outside_of_git_there_is_no_repository() {
    assertEquals(new GitState(Kind.NONE, FILES, List.of(), List.of()), state(""));
  }

  @Test
  void without_a_commit_it_is_empty() throws IOException, GitAPIException {
    Repositories.init(folder).close();
    assertEquals(Kind.EMPTY, state("").repository());
  }

  @Test
  void files_that_no_commit_holds_as_they_are_lack() throws IOException, GitAPIException {
    Repositories.write(folder, "sub/Cargo.toml", "a");
    try (Git git = Repositories.init(folder)) {
      Repositories.commitAll(git);
    }
    assertEquals(List.of("Cargo.lock"), state("sub").lacking());
    Repositories.write(folder, "sub/Cargo.lock", "a");
    assertEquals(List.of("Cargo.lock"), state("sub").lacking());
    try (Git git = Git.open(folder.toFile())) {
      Repositories.commitAll(git);
    }
    assertEquals(List.of(), state("sub").lacking());
    Repositories.write(folder, "sub/Cargo.toml", "b");
    assertEquals(List.of("Cargo.toml"), state("sub").lacking());
    assertEquals(FILES, state("").lacking());
  }

  @Test
  void submodules_and_lfs_pointers_below_the_folder_are_named()
      throws IOException, GitAPIException {
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
    Repositories.write(folder, "sub/model.bin", pointer);
    Repositories.write(folder, "other/model.bin", pointer);
    try (Git git = Repositories.init(folder)) {
      Repositories.commitAll(git);
      DirCache index = git.getRepository().lockDirCache();
      DirCacheBuilder builder = index.builder();
      builder.keep(0, index.getEntryCount());
      DirCacheEntry module = new DirCacheEntry("sub/vendor");
      module.setFileMode(FileMode.GITLINK);
      module.setObjectId(ObjectId.fromString("0123456789012345678901234567890123456789"));
      builder.add(module);
      builder.commit();
    }
    GitState sub = state("sub");
    assertEquals(List.of("sub/vendor"), sub.submodules());
    assertEquals(List.of("sub/model.bin"), sub.pointers());
    assertEquals(2, state("").pointers().size());
    assertEquals(List.of(), state("other").submodules());
  }

  @Test
  void a_worktree_file_is_no_repository_folder() throws IOException, GitAPIException {
    Repositories.init(folder).close();
    Files.createDirectories(folder.resolve("a/b"));
    assertEquals(Kind.EMPTY, state("a/b").repository());
  }
}
