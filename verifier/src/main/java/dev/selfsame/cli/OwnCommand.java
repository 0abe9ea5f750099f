package dev.selfsame.cli;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How this very program was started, to be started so again. */
final class OwnCommand {
  private OwnCommand() {}

  /**
   * The command line with other arguments.
   *
   * @throws Failure (undecided) where the system does not tell how it was started
   */
  static List<String> with(List<String> arguments) {
    ProcessHandle.Info info = ProcessHandle.current().info();
    String java = info.command().orElseThrow(OwnCommand::untold);
    List<String> all = arguments(info);
    List<String> command = new ArrayList<>(List.of(java));
    for (int i = 0; i < all.size(); i++) {
      command.add(all.get(i));
      if (all.get(i).equals("-jar") && i + 1 < all.size()) {
        command.add(all.get(i + 1));
        command.addAll(arguments);
        return command;
      }
      if (all.get(i).equals(Main.class.getName())) {
        command.addAll(arguments);
        return command;
      }
    }
    throw untold();
  }

  /** Java itself gives up on a command line that is longer than a page (proc(5), cmdline). */
  private static List<String> arguments(ProcessHandle.Info info) {
    try {
      String line = Files.readString(Path.of("/proc/self/cmdline"));
      List<String> words = List.of(line.split("\0", -1));
      return words.subList(1, words.size() - 1);
    } catch (IOException notLinux) {
      return List.of(info.arguments().orElseThrow(OwnCommand::untold));
    }
  }

  private static Failure untold() {
    return Failure.undecided(
        "the system does not tell how this program was started",
        "write the unit by hand: ExecStart=/path/to/selfsame status …");
  }
}
