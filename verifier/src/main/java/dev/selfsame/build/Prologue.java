package dev.selfsame.build;

import dev.selfsame.outcome.Failure;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The shell lines that every engine runs first within the root, so that umask, resource limits and
 * environment are the same whatever the engine can set from outside.
 *
 * <p>The root needs {@code /bin/sh} and {@code /usr/bin/env}. The shell stays as process 1: it
 * reaps orphans, and when it ends the kernel ends all that is left of the process namespace.
 */
public enum Prologue {
  /**
   * The engine made a user namespace for this sandbox alone, so RLIMIT_NPROC counts its processes
   * and no others. What can be set on the host's side is set there.
   */
  NAMESPACE,
  /**
   * A daemon runs the command, perhaps on another machine. The deadline must be within, since
   * nobody there notices when we are gone, and so must the count of what is on the disk at the end.
   */
  CONTAINER;

  /** The line on stderr that says that the sandbox stands; what follows is the command's own. */
  public static final String STARTED = "selfsame: sandbox ready";

  /** What a line on stderr begins with that says how many KiB are on the disk at the end. */
  public static final String DISK_KIB = "selfsame: disk KiB ";

  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final long FILE_SIZE_UNIT = 512;
  private static final int OPEN_FILES = 1024;
  private static final int STACK_KIB = 8192;

  /** The command of {@code sandbox} with the prologue before it. */
  public List<String> wrap(Sandbox sandbox) {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script(sandbox), "selfsame"));
    if (this == CONTAINER) {
      long deadline = sandbox.limits().wall().plus(GRACE).toSeconds();
      command.addAll(List.of("/usr/bin/timeout", "-k", "5", Long.toString(deadline)));
      if (sandbox.identity().oldKernelName()) {
        command.addAll(oldKernelName(sandbox));
      }
    }
    command.addAll(List.of("/usr/bin/env", "-i"));
    sandbox.environment().forEach((name, value) -> command.add(name + "=" + value));
    command.addAll(sandbox.command());
    return command;
  }

  /** personality(2) with UNAME26, through what the root has; a daemon has no setting for it. */
  private static List<String> oldKernelName(Sandbox sandbox) {
    if (has(sandbox, "usr/bin/setarch")) {
      return List.of("/usr/bin/setarch", "--uname-2.6");
    }
    if (has(sandbox, "usr/bin/perl")) {
      int number = System.getProperty("os.arch", "").equals("aarch64") ? 92 : 135;
      String set = "syscall(%d, 0x20000) != -1 or die $!; ".formatted(number);
      return List.of("/usr/bin/perl", "-e", set + "exec { $ARGV[0] } @ARGV");
    }
    throw Failure.undecided(
        "an old kernel name cannot be given in a container: the root has neither setarch nor perl",
        "use --engine bwrap or unshare");
  }

  private static boolean has(Sandbox sandbox, String program) {
    return Files.isExecutable(sandbox.root().resolve(program));
  }

  private String script(Sandbox sandbox) {
    StringBuilder lines = new StringBuilder("set -e\n");
    lines.append("cd -- ").append(quote(sandbox.workFolder())).append('\n');
    lines.append("umask 0").append(Integer.toOctalString(sandbox.identity().umask()));
    lines.append("\nulimit -c 0\nulimit -n ").append(OPEN_FILES);
    lines.append("\nulimit -s ").append(STACK_KIB).append(" 2>/dev/null || :\n");
    lines.append("ulimit -f ").append(sandbox.limits().diskBytes() / FILE_SIZE_UNIT + 1);
    lines.append('\n');
    if (this == NAMESPACE) {
      // bash says -u, dash says -p (which in bash is another thing: so -u first).
      int most = hardProcessLimit(sandbox.limits());
      lines.append("ulimit -u ").append(most).append(" 2>/dev/null || ulimit -p ").append(most);
      lines.append('\n');
    }
    lines.append("printf '%s\\n' '").append(STARTED).append("' >&2\n");
    if (this == NAMESPACE) {
      lines.append("exec 2>&1 </dev/null\nset +e\n\"$@\"\nexit $?\n");
    } else {
      lines.append("exec 3>&2 2>&1 </dev/null\nset +e\n\"$@\" 3>&-\nstatus=$?\n");
      lines.append("printf '").append(DISK_KIB).append("%s\\n' \"$(").append(diskUse(sandbox));
      lines.append(")\" >&3\nexit $status\n");
    }
    return lines.toString();
  }

  /** A shell command that prints how many KiB scratch folders and writable mounts have. */
  public static String diskUse(Sandbox sandbox) {
    String folders =
        Stream.concat(
                Stream.concat(Stream.of("/tmp"), sandbox.scratch().stream()),
                sandbox.mounts().stream()
                    .filter(mount -> mount.access() == Sandbox.Access.WRITABLE)
                    .map(Sandbox.Mount::inside))
            .map(Prologue::quote)
            .collect(Collectors.joining(" "));
    return "du -skc --apparent-size " + folders + " 2>/dev/null | tail -n 1 | cut -f 1";
  }

  /**
   * Where the kernel itself stops new processes. Somewhat above the limit, so that the watcher sees
   * the limit crossed and can say so, instead of the command failing for a reason of its own.
   */
  public static int hardProcessLimit(Sandbox.Limits limits) {
    return limits.processes() + limits.processes() / 4 + 16;
  }

  private static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
