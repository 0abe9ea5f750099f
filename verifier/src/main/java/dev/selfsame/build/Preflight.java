package dev.selfsame.build;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord.Toolchain;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks the tools within the root who they are and which crates they will compile, in one short
 * sandbox before the builds. A lock that does not fit, a dependency outside the package, an unknown
 * package: all of that shows here, in a second and not after three builds.
 */
final class Preflight {
  private static final String MARK = "==selfsame==";

  /** {@code "$@"} is cargo tree; the first argument is the folder of the tools. */
  private static final String SCRIPT =
      """
      tools=$1; shift
      "$tools/rustc" -vV || exit 97
      echo %1$s
      "$tools/cargo" -vV || exit 97
      echo %1$s
      cc -Wl,--version 2>/dev/null
      echo %1$s
      exec "$@"
      """
          .formatted(MARK);

  private static final Pattern TARGET = Pattern.compile("(?m)^host: ([A-Za-z0-9_.-]+)$");
  private static final int TOOLS_FAILED = 97;

  private Preflight() {}

  /**
   * What it found.
   *
   * @param crates how many crates the build compiles
   * @param log SHA-256 of what the tools said
   */
  record Found(Toolchain toolchain, int crates, Digest log) {}

  /**
   * Runs it.
   *
   * @throws Failure (usage) where the project does not fit together, (undecided) where the tools do
   *     not run
   */
  static Found run(BuildStage stage, Prepared prepared) throws InterruptedException {
    CargoCall cargo = new CargoCall(prepared.recipe(), prepared.tools());
    Layout layout = Layout.of(prepared.recipe().paths());
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "preflight"));
    String program = prepared.tools().cargo();
    command.add(program.substring(0, program.lastIndexOf('/')));
    command.addAll(cargo.tree());
    Variation control = Variation.NONE;
    BuildStage.Job job =
        new BuildStage.Job(
            "prepare",
            "asking cargo",
            command,
            cargo.environment(layout),
            layout,
            control.identity(1),
            control.order());
    Ending ending = stage.run(job);
    // The first lines are asked for too, and a large graph has megabytes of others.
    CargoLog log = CargoLog.whole(stage.log(job));
    String text = String.join("\n", log.lines());
    if (!(ending instanceof Ending.Exited(int status, var wall)) || status != 0) {
      if (ending instanceof Ending.Exited(int failed, var wall) && failed == TOOLS_FAILED) {
        throw Failure.undecided(
            "rustc or cargo of pin %s does not run: %s"
                .formatted(prepared.pin().id(), log.lastError()),
            "fetch the pin again: selfsame pins fetch " + prepared.pin().id());
      }
      throw FailureReason.of("asking cargo which crates it needs", ending, log);
    }
    List<String> parts = List.of(text.split(MARK + "\n", -1));
    if (parts.size() < 4) {
      throw Failure.undecided("the tools of the root answered oddly", "run with --debug");
    }
    String linker = parts.get(2).lines().filter(l -> !l.isBlank()).findFirst().orElse("unknown");
    Toolchain toolchain = new Toolchain(parts.get(0).strip(), parts.get(1).strip(), linker.strip());
    int crates = CargoLog.of(parts.get(3)).treeCrates().size();
    return new Found(toolchain, crates, digest(stage.log(job)));
  }

  private static Digest digest(Path log) {
    try {
      return Digest.sha256(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The target triple that rustc builds for when it is not told another. */
  static String target(String rustcVersion) {
    Matcher matcher = TARGET.matcher(rustcVersion);
    return matcher.find() ? matcher.group(1) : "unknown";
  }
}
