package dev.selfsame.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.StoredConfig;

/** Git repositories for tests, the same commit ids on every machine. */
public final class Repositories {
  /** When every commit of these repositories was made. */
  public static final Instant COMMITTED = Instant.parse("2026-01-02T03:04:05Z");

  private Repositories() {}

  /** An empty repository. */
  public static Git init(Path folder) throws GitAPIException, IOException {
    GitSettings.install();
    Git git = Git.init().setDirectory(folder.toFile()).setInitialBranch("main").call();
    StoredConfig config = git.getRepository().getConfig();
    config.setBoolean("commit", null, "gpgSign", false);
    config.save();
    return git;
  }

  /** Commits all that the folder holds and git does not ignore. */
  public static void commitAll(Git git) throws GitAPIException {
    git.add().addFilepattern(".").call();
    PersonIdent who = new PersonIdent("Test", "test@example.org", COMMITTED, ZoneOffset.UTC);
    git.commit().setMessage("test").setAuthor(who).setCommitter(who).call();
  }

  /** Writes a text file, with the folders above it. */
  public static Path write(Path folder, String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
