package dev.selfsame.audit;

import dev.selfsame.where.ContainerProcesses;
import dev.selfsame.where.LiveProcess;
import dev.selfsame.where.Where;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What kind of program a container's main one is: many are there only to run another. */
final class MainProgram {
  private static final int MOST_NAMED = 3;
  private static final Pattern SHELL = Pattern.compile("(ba|da|z|k|mk|a|fi)?sh|busybox|toybox");
  private static final Pattern INIT =
      Pattern.compile(
          "tini(-static)?|dumb-init|docker-init|catatonit|systemd|init|s6-svscan|runsvdir|runit"
              + "|su-exec|gosu|sleep|tail|env");
  private static final Pattern INTERPRETER =
      Pattern.compile("python[0-9.]*|perl[0-9.]*|ruby[0-9.]*|php[0-9.]*|lua[0-9.]*|node|java");

  private MainProgram() {}

  /** What to ask instead, where the main process is only there to run others. */
  static Optional<String> advice(Where.Container place, ContainerProcesses.Seen seen) {
    String program = seen.main().executable();
    String name = program.substring(program.lastIndexOf('/') + 1);
    String kind =
        SHELL.matcher(name).matches()
            ? "a shell"
            : INIT.matcher(name).matches()
                ? "there to start or wait for others"
                : INTERPRETER.matcher(name).matches() ? "an interpreter" : "";
    if (kind.isEmpty()) {
      return Optional.empty();
    }
    TreeMap<String, Long> others = new TreeMap<>();
    for (LiveProcess process : seen.all()) {
      if (!process.executable().equals(program)) {
        others.putIfAbsent(process.executable(), process.pid());
      }
    }
    String prefix = "%s:%s:".formatted(place.engine().word(), place.container());
    return Optional.of(
        others.isEmpty()
            ? "%s is %s; name the file in question: %s/path/to/file"
                .formatted(program, kind, prefix)
            : "%s is %s; ask for what runs beside it: %s"
                .formatted(
                    program,
                    kind,
                    String.join(
                        ", ",
                        others.keySet().stream()
                            .limit(MOST_NAMED)
                            .map(other -> prefix + other)
                            .toList())));
  }
}
