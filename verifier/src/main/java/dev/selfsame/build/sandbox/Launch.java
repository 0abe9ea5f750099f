package dev.selfsame.build.sandbox;

import dev.selfsame.build.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What is set on the host's side before the sandbox program starts, for it to inherit. */
final class Launch {
  private final HostPrograms programs;

  Launch(HostPrograms programs) {
    this.programs = programs;
  }

  /**
   * The words that come before the sandbox program: its own session (Ctrl-C is ours to hear), first
   * in line where memory runs out, its CPUs, its kernel name, no supplementary groups, no gain by
   * setuid programs, and death with this JVM.
   *
   * @param tasks the control group to join, where there is one
   */
  List<String> before(Sandbox sandbox, Optional<TaskLimit> tasks) {
    Sandbox.Identity identity = sandbox.identity();
    List<String> words = new ArrayList<>();
    words.add(programs.need("setsid", "util-linux"));
    String join = tasks.map(TaskLimit::join).orElse("");
    words.addAll(
        List.of(
            "/bin/sh", "-c", join + "echo 500 >/proc/self/oom_score_adj; exec \"$@\"", "selfsame"));
    if (identity.oldKernelName()) {
      words.addAll(List.of(programs.need("setarch", "util-linux"), "--uname-2.6"));
    }
    if (identity.cpus() > 0) {
      words.addAll(List.of(programs.need("taskset", "util-linux"), "-c", cpus(identity.cpus())));
    }
    words.addAll(
        List.of(programs.need("setpriv", "util-linux"), "--no-new-privs", "--pdeathsig", "KILL"));
    if (Caller.isRoot()) {
      words.add("--clear-groups");
    }
    return words;
  }

  /** The first of the CPUs that this process may use, such as {@code 0,1}. */
  private static String cpus(int wanted) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("Cpus_allowed_list:")) {
          return String.join(",", cpus(line.substring(line.indexOf(':') + 1).strip(), wanted));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("no /proc/self/status", e);
    }
    return "0";
  }

  private static List<String> cpus(String ranges, int wanted) {
    return List.of(ranges.split(",", -1)).stream()
        .flatMapToInt(range -> {
          String[] ends = range.split("-", -1);
          int last = Integer.parseInt(ends[ends.length - 1]);
          return IntStream.rangeClosed(Integer.parseInt(ends[0]), last);
        })
        .limit(wanted)
        .mapToObj(Integer::toString)
        .toList();
  }
}
