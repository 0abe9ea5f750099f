package dev.selfsame.launcher;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.file.FileSeen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The demo, run once through the launcher and shared by the suites that look at what it leaves.
 * This user runs it into {@code target/demo}; where that is root an ordinary one does, since the
 * demo promises to need no root.
 */
public final class DemoRun {
  private static final Path VERIFIER =
      Path.of(System.getProperty("selfsame.basedir", ".")).toAbsolutePath();
  private static @Nullable DemoRun run;

  private final Path folder;
  private final String owner;
  private final Shell.Result result;

  private DemoRun(Path folder, Shell.Result result) throws IOException {
    this.folder = folder;
    this.result = result;
    this.owner = Files.exists(folder) ? Files.getOwner(folder).getName() : "";
  }

  /** The launcher of the built program. */
  public static Path launcher() {
    return VERIFIER.resolve("bin/selfsame");
  }

  /** Where the programs of these suites keep what they were shown. */
  static Path data() {
    return VERIFIER.resolve("target/data");
  }

  /** Runs the demo, or gives the run that was made before. */
  public static synchronized DemoRun once() throws IOException, InterruptedException {
    if (run == null) {
      run = NobodysClone.isNeeded() ? byNobody() : byThisUser();
    }
    return run;
  }

  private static DemoRun byThisUser() throws IOException, InterruptedException {
    Path folder = VERIFIER.resolve("target/demo");
    FileTree.delete(folder);
    rememberAnother(folder, data());
    Path elsewhere = Files.createTempDirectory("selfsame-cwd");
    Shell.Result result =
        Shell.run(
            elsewhere,
            Map.of("CI", "true"),
            List.of(launcher().toString(), "demo", folder.toString()));
    Files.delete(elsewhere);
    return told(new DemoRun(folder, result));
  }

  private static DemoRun byNobody() throws IOException, InterruptedException {
    NobodysClone clone = NobodysClone.at();
    Path folder = clone.home().resolve("demo");
    rememberAnother(folder, clone.data());
    clone.make(VERIFIER.getParent());
    DemoRun made = told(new DemoRun(folder, clone.run("demo", folder.toString())));
    if (made.result.status() == 0) {
      clone.take(folder, data());
    }
    return made;
  }

  private static DemoRun told(DemoRun made) {
    System.out.println(made.result.out() + made.result.err());
    return made;
  }

  /** As if there had been a demo in this place before, with keys of its own. */
  private static void rememberAnother(Path folder, Path data) {
    FileSeen seen = new FileSeen(data.resolve("selfsame/seen"), Progress.SILENT);
    for (Path demo : List.of(folder, folder.resolveSibling(".demo.partial"))) {
      Path root = demo.resolve("trust-root.json");
      seen.beginAnew(root);
      seen.requireNewest(root, 1, Digest.sha256(new byte[] {1}));
    }
  }

  /** What the demo left. */
  public Path folder() {
    return folder;
  }

  /** Who made it. */
  String owner() {
    return owner;
  }

  public Shell.Result result() {
    return result;
  }
}
