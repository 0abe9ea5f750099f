package dev.selfsame.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The demo, run once through the launcher into {@code target/demo} and shared by the suites that
 * look at what it leaves.
 */
public final class DemoRun {
  private static final Path VERIFIER =
      Path.of(System.getProperty("selfsame.basedir", ".")).toAbsolutePath();
  private static @Nullable DemoRun run;

  private final Path folder;
  private final Shell.Result result;

  private DemoRun(Path folder, Shell.Result result) {
    this.folder = folder;
    this.result = result;
  }

  /** The launcher of the built program. */
  public static Path launcher() {
    return VERIFIER.resolve("bin/selfsame");
  }

  /** Runs the demo, or gives the run that was made before. */
  public static synchronized DemoRun once() throws IOException, InterruptedException {
    if (run == null) {
      Path folder = VERIFIER.resolve("target/demo");
      dev.selfsame.files.FileTree.delete(folder);
      Path elsewhere = Files.createTempDirectory("selfsame-cwd");
      Shell.Result result =
          Shell.run(
              elsewhere,
              Map.of("CI", "true"),
              List.of(launcher().toString(), "demo", folder.toString()));
      Files.delete(elsewhere);
      System.out.println(result.out() + result.err());
      run = new DemoRun(folder, result);
    }
    return run;
  }

  /** What the demo left. */
  public Path folder() {
    return folder;
  }

  public Shell.Result result() {
    return result;
  }
}
