package dev.selfsame.source;

import static dev.selfsame.source.Repositories.commitAll;
import static dev.selfsame.source.Repositories.init;
import static dev.selfsame.source.Repositories.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Source;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.StoredConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTreeTest {
  @TempDir private Path temporary;
  private Path folder;
  private Git git;

  @BeforeEach
  void repository() throws Exception {
    folder = Files.createDirectory(temporary.resolve("repository"));
    git = init(folder);
    write(folder, "README", "line one\r\nline two\n");
    write(folder, ".gitattributes", "* text=auto export-subst\nhidden export-ignore\n");
    write(folder, "hidden", "$Format:%H$\n");
    write(folder, "agent/Cargo.toml", "[package]\n");
    write(folder, "agent/src.rs", "fn main() {}\n");
    write(folder, "agent/src/main.rs", "fn main() {}\n");
    write(folder, "agent/näme", "x");
    Path script = write(folder, "agent/build.sh", "#!/bin/sh\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createSymbolicLink(folder.resolve("agent/link"), Path.of("src/main.rs"));
    commitAll(git);
  }

  private SourcePackage pack(Path of, Dirt dirt) {
    try (SourceTree tree = SourceTree.open(of)) {
      return tree.pack(temporary.resolve("source.tar"), dirt);
    }
  }

  private Failure refusal(Path of) {
    return assertThrows(Failure.class, () -> pack(of, Dirt.REFUSED));
  }

  @Test
  void the_same_commit_gives_the_same_bytes() {
    Source source = pack(folder, Dirt.REFUSED).source();

    // A change here changes the digest of every package that was ever recorded.
    assertEquals(
        "sha256:7b8659fe4c621b33de063e195b3c39c6523abe45483f6153f16635a255a0c1b4",
        source.packageDigest().toString());
    assertEquals(Repositories.COMMITTED, source.committedAt());
    assertEquals("", source.subfolder());
    assertFalse(source.dirty());
    assertNull(source.repository());
  }

  @Test
  void settings_and_attributes_of_git_change_nothing() throws Exception {
    Digest expected = pack(folder, Dirt.REFUSED).source().packageDigest();
    Path clone = temporary.resolve("clone");
    try (Git cloned =
        Git.cloneRepository()
            .setURI(folder.toUri().toString())
            .setDirectory(clone.toFile())
            .setNoCheckout(true)
            .call()) {
      StoredConfig config = cloned.getRepository().getConfig();
      config.setString("core", null, "autocrlf", "true");
      config.setString("tar", null, "umask", "077");
      config.save();
      cloned.reset().setMode(org.eclipse.jgit.api.ResetCommand.ResetType.HARD).call();
    }

    assertTrue(Files.readString(clone.resolve("agent/Cargo.toml")).contains("\r\n"));
    assertEquals(expected, pack(clone, Dirt.REFUSED).source().packageDigest());
  }

  @Test
  void no_command_of_gits_configuration_is_run() throws Exception {
    write(folder, ".gitattributes", "* text=auto filter=own\n*.rs filter=included\n");
    commitAll(git);
    Digest expected = pack(folder, Dirt.REFUSED).source().packageDigest();
    Path trace = temporary.resolve("trace");
    String command = "sh -c 'echo run >> %s; cat'".formatted(trace);
    Path included = temporary.resolve("more");
    Files.writeString(included, "[filter \"included\"]\n\tclean = \"%s\"\n".formatted(command));
    StoredConfig config = git.getRepository().getConfig();
    config.setString("filter", "own", "clean", command);
    config.setString("filter", "own", "process", command);
    config.setString("include", null, "path", included.toString());
    config.save();
    // Another time than the index has: then git looks at the bytes.
    for (String name : List.of("README", "agent/src.rs", "agent/src/main.rs")) {
      Files.setLastModifiedTime(folder.resolve(name), FileTime.from(Repositories.COMMITTED));
    }

    assertEquals(expected, pack(folder, Dirt.REFUSED).source().packageDigest());
    write(folder, "agent/src/main.rs", "fn main() { }\n");
    assertTrue(refusal(folder).getMessage().endsWith("agent/src/main.rs"));
    assertTrue(pack(folder, Dirt.ALLOWED).source().dirty());
    assertFalse(Files.exists(trace));
  }

  @Test
  void another_process_with_another_umask_zone_and_locale_gives_the_same_bytes() throws Exception {
    String expected = pack(folder, Dirt.REFUSED).source().packageDigest().toString();
    Process other =
        new ProcessBuilder(
                "sh",
                "-c",
                "umask 077; exec \"$0\" -cp \"$1\" dev.selfsame.source.PackOnce \"$2\" \"$3\"",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                System.getProperty("java.class.path"),
                folder.toString(),
                temporary.resolve("other.tar").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(temporary.resolve("printed").toFile())
            .start();
    other.getOutputStream().close();

    assertEquals(0, other.waitFor());
    assertEquals(expected, Files.readString(temporary.resolve("printed")).strip());
  }

  @Test
  void a_subfolder_is_packaged_alone() throws IOException {
    SourcePackage packed = pack(folder.resolve("agent"), Dirt.REFUSED);
    Path out = temporary.resolve("out");
    packed.unpack(out, Order.FORWARD);

    assertEquals("agent", packed.source().subfolder());
    assertEquals(
        List.of("Cargo.toml", "build.sh", "link", "näme", "src", "src.rs", "src/main.rs"),
        listing(out));
  }

  @Test
  void unpacking_restores_modes_links_and_times() throws IOException {
    Path out = temporary.resolve("out");
    pack(folder, Dirt.REFUSED).unpack(out, Order.REVERSED);

    assertEquals("rwxr-xr-x", mode(out.resolve("agent/build.sh")));
    assertEquals("rw-r--r--", mode(out.resolve("README")));
    assertEquals("rwxr-xr-x", mode(out.resolve("agent")));
    assertEquals("src/main.rs", Files.readSymbolicLink(out.resolve("agent/link")).toString());
    assertEquals("line one\nline two\n", Files.readString(out.resolve("README")));
    assertEquals(
        Repositories.COMMITTED, Files.getLastModifiedTime(out.resolve("agent/src")).toInstant());
    assertEquals(
        Repositories.COMMITTED,
        Files.getLastModifiedTime(out.resolve("hidden"), LinkOption.NOFOLLOW_LINKS).toInstant());
  }

  @Test
  @Needs(Component.GIT)
  void a_linked_worktree_is_packaged_like_its_repository() throws Exception {
    Digest expected = pack(folder, Dirt.REFUSED).source().packageDigest();
    Path linked = temporary.resolve("linked");
    Process process =
        new ProcessBuilder("git", "worktree", "add", "-q", linked.toString(), "HEAD")
            .directory(folder.toFile())
            .inheritIO()
            .start();
    assertEquals(0, process.waitFor());

    assertTrue(Files.isRegularFile(linked.resolve(".git")));
    assertEquals(expected, pack(linked, Dirt.REFUSED).source().packageDigest());
    write(linked, "new", "x");
    assertTrue(refusal(linked).getMessage().contains(": new"));
  }

  @Test
  void a_changed_file_is_refused_by_name_and_count() throws IOException {
    write(folder, "agent/src.rs", "fn main() { }\n");
    write(folder, "agent/zz", "");
    Files.delete(folder.resolve("hidden"));

    Failure failure = refusal(folder);
    assertEquals(ExitCode.USAGE, failure.code());
    assertEquals(
        "the work tree differs from its commit: agent/src.rs and 2 others", failure.getMessage());
  }

  @Test
  void what_is_outside_the_folder_or_ignored_is_not_dirt() throws IOException {
    write(folder, "elsewhere", "x");
    write(folder, "agent/.gitignore", "*\n");
    write(folder, "agent/target/huge", "x");

    assertFalse(pack(folder.resolve("agent"), Dirt.REFUSED).source().dirty());
  }

  @Test
  void an_allowed_dirty_tree_is_packaged_as_it_stands_and_marked() throws IOException {
    write(folder, ".gitignore", "ignored\n");
    write(folder, "ignored", "x");
    write(folder, "new/file", "new");
    write(folder, "README", "changed");
    Files.delete(folder.resolve("hidden"));
    SourcePackage packed = pack(folder, Dirt.ALLOWED);
    Path out = temporary.resolve("out");
    packed.unpack(out, Order.FORWARD);

    assertTrue(packed.source().dirty());
    assertEquals("changed", Files.readString(out.resolve("README")));
    assertEquals("new", Files.readString(out.resolve("new/file")));
    assertFalse(Files.exists(out.resolve("ignored")));
    assertFalse(Files.exists(out.resolve("hidden")));
    assertTrue(Files.exists(out.resolve(".gitignore")));
  }

  @Test
  void a_clean_tree_stays_clean_where_dirt_is_allowed() {
    assertEquals(pack(folder, Dirt.REFUSED).source(), pack(folder, Dirt.ALLOWED).source());
  }

  @Test
  void a_submodule_is_refused() throws Exception {
    DirCache index = git.getRepository().lockDirCache();
    DirCacheBuilder builder = index.builder();
    builder.keep(0, index.getEntryCount());
    DirCacheEntry link = new DirCacheEntry("libs/other");
    link.setFileMode(FileMode.GITLINK);
    link.setObjectId(git.getRepository().resolve("HEAD"));
    builder.add(link);
    builder.commit();
    git.commit().setMessage("submodule").setSign(false).call();

    Failure failure = refusal(folder);
    assertEquals(ExitCode.USAGE, failure.code());
    assertEquals(
        "libs/other is a git submodule, and the commit does not hold its content",
        failure.getMessage());
  }

  @Test
  void a_git_lfs_pointer_is_refused() throws Exception {
    write(
        folder,
        "model.bin",
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 123\n");
    commitAll(git);

    assertTrue(refusal(folder).getMessage().startsWith("model.bin is a Git LFS pointer"));
  }

  @Test
  void a_folder_outside_git_is_refused() throws IOException {
    Path bare = Files.createDirectory(temporary.resolve("bare"));

    assertTrue(refusal(bare).getMessage().startsWith("not in a git repository: "));
    assertTrue(refusal(bare.resolve("x")).getMessage().startsWith("no such folder: "));
  }

  @Test
  void a_repository_without_a_commit_is_refused() throws Exception {
    Path empty = Files.createDirectory(temporary.resolve("empty"));
    init(empty).close();

    assertTrue(refusal(empty).getMessage().startsWith("no commit yet in "));
  }

  @Test
  void a_folder_that_git_does_not_track_is_refused() throws IOException {
    Path untracked = Files.createDirectory(folder.resolve("untracked"));

    assertEquals("git tracks nothing in untracked", refusal(untracked).getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "https://user:secret@example.org/x.git, https://example.org/x.git",
    "https://token@example.org/x, https://example.org/x",
    "ssh://git:secret@example.org/x, ssh://git@example.org/x",
    "git@example.org:a/b.git, git@example.org:a/b.git",
    "/srv/git/x, /srv/git/x",
  })
  void credentials_stay_out_of_the_address(String url, String expected) {
    assertEquals(expected, Remote.withoutCredentials(url));
  }

  @Test
  void the_address_is_origins() throws Exception {
    StoredConfig config = git.getRepository().getConfig();
    config.setString("remote", "fork", "url", "https://example.org/fork");
    config.setString("remote", "origin", "url", "https://a:b@example.org/x");
    config.save();

    assertEquals("https://example.org/x", pack(folder, Dirt.REFUSED).source().repository());
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static List<String> listing(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      List<String> names = new ArrayList<>();
      walk.skip(1).forEach(file -> names.add(folder.relativize(file).toString()));
      names.sort((a, b) ->
          java.util.Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)));
      return names;
    }
  }
}
