package dev.selfsame.build;

import dev.selfsame.outcome.Failure;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Says in one line why a build failed. */
final class FailureReason {
  private static final Pattern LOCK_DOES_NOT_FIT =
      Pattern.compile(
          "^error: (?:the lock file .* needs to be updated but --\\S+ was passed.*"
              + "|cannot update the lock file .* because --\\S+ was passed.*"
              + "|the lock file .* needs to be updated.*)");
  private static final Pattern OUTSIDE =
      Pattern.compile("^ *(?:failed to read|unable to update|Unable to update) `?(/[^`]*)`?$");
  private static final Pattern NOT_LOCKED =
      Pattern.compile(
          "^(?:error: )?(?: *)(?:no matching package(?: named)? .*found.*"
              + "|failed to select a version for .*)");
  private static final Pattern NO_SUCH_TARGET =
      Pattern.compile(
          "^error: (?:no bin target named .*|package ID specification .* did not match any.*"
              + "|profile `.*` is not defined.*|.*does not (?:contain|have) (?:this|the) feature.*"
              + "|cannot specify features for packages outside of workspace.*"
              + "|package `.*` cannot be built because it requires rustc .*)");

  private static final int KILLED = 128 + 9;

  private FailureReason() {}

  /**
   * Why a command of the build stage failed.
   *
   * @param what which command, such as {@code control build 1}
   */
  static Failure of(String what, Ending ending, CargoLog log) {
    return switch (ending) {
      case Ending.TimedOut(Duration wall) ->
          Failure.undecided(
              "%s took longer than %d s and was stopped".formatted(what, wall.toSeconds()),
              "give it more: --timeout 1h, or timeout in selfsame.toml");
      case Ending.OverLimit(String limit, String detail, Duration wall) ->
          Failure.undecided(
              "%s went over the limit of %s and was stopped: %s".formatted(what, limit, detail),
              "does a build script run wild? its log tells what it did last");
      case Ending.Exited(int status, Duration wall) -> exited(what, status, log);
    };
  }

  /** Whether the command was stopped for want of what the machine's other work takes too. */
  static boolean starved(Ending ending, CargoLog log) {
    return switch (ending) {
      case Ending.TimedOut _ -> true;
      case Ending.OverLimit(String limit, String _, Duration _) -> !limit.equals("log");
      case Ending.Exited(int status, Duration _) -> log.diskFull() || killed(status, log);
    };
  }

  private static Failure exited(String what, int status, CargoLog log) {
    if (log.diskFull()) {
      return Failure.undecided(
          what + " failed: no space left on the disk",
          "make room where the work folders are, or set XDG_CACHE_HOME to another disk");
    }
    if (log.says(LOCK_DOES_NOT_FIT)) {
      return Failure.usage(
          "Cargo.lock does not fit Cargo.toml", "cargo update --workspace && git add Cargo.lock");
    }
    Optional<String> outside = log.first(OUTSIDE);
    if (outside.isPresent()) {
      return Failure.usage(
          "a path dependency is outside the packaged folder: " + outside.get(),
          "move it into the project, or put selfsame.toml into the folder above both");
    }
    if (log.says(NO_SUCH_TARGET)) {
      return Failure.usage(
          "Cargo refuses what selfsame.toml asks for: " + log.lastError(),
          "mend [cargo] in selfsame.toml, or choose another pin");
    }
    if (log.says(NOT_LOCKED)) {
      return Failure.usage(
          "Cargo.lock does not fit Cargo.toml: " + log.lastError(),
          "cargo update --workspace && git add Cargo.lock");
    }
    return broken(what, status, log);
  }

  private static Failure broken(String what, int status, CargoLog log) {
    Optional<String> network = log.network();
    if (network.isPresent()) {
      String who = log.failedBuildScript().map(c -> "the build script of " + c).orElse("something");
      return Failure.undecided(
          "%s failed: %s wants the network, which no build has: %s"
              .formatted(what, who, network.get().strip()),
          "commit what it downloads, or turn that feature of the crate off");
    }
    Optional<String> script = log.failedBuildScript();
    String why = script.map(c -> "the build script of %s: ".formatted(c)).orElse("");
    return Failure.undecided(
        "%s failed with status %d: %s%s".formatted(what, status, why, log.lastError()),
        killed(status, log)
            ? "something killed it: did memory run out? its log tells more"
            : "its log tells more");
  }

  /** Not every engine can tell that it was the kernel, for want of memory. */
  private static boolean killed(int status, CargoLog log) {
    return status == KILLED || log.lastError().contains("signal: 9");
  }
}
