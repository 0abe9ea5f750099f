package dev.selfsame.build;

import java.util.ArrayList;
import java.util.List;

/**
 * The shell lines that every engine runs first within the root, so that umask, resource limits and
 * environment are the same whatever the engine can set from outside.
 *
 * <p>The root needs {@code /bin/sh} and {@code /usr/bin/env}. The shell stays as process 1: it
 * reaps orphans, and when it ends the kernel ends all that is left of the process namespace.
 *
 * @param limitProcesses whether to set RLIMIT_NPROC, which is right only where the user namespace
 *     is the sandbox's own: elsewhere it would count the host's processes too
 * @param setKernelName whether the root's own {@code setarch} must give the old kernel name
 */
public record Prologue(boolean limitProcesses, boolean setKernelName) {

  /** The line on stderr that says that the sandbox stands; what follows is the command's own. */
  public static final String STARTED = "selfsame: sandbox ready";

  private static final long FILE_SIZE_UNIT = 512;
  private static final int OPEN_FILES = 1024;
  private static final int STACK_KIB = 8192;

  /** The command of {@code sandbox} with the prologue before it. */
  public List<String> wrap(Sandbox sandbox) {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script(sandbox), "selfsame"));
    if (setKernelName && sandbox.identity().oldKernelName()) {
      command.addAll(List.of("/usr/bin/setarch", "--uname-2.6"));
    }
    command.addAll(List.of("/usr/bin/env", "-i"));
    sandbox.environment().forEach((name, value) -> command.add(name + "=" + value));
    command.addAll(sandbox.command());
    return command;
  }

  private String script(Sandbox sandbox) {
    StringBuilder lines = new StringBuilder("set -e\n");
    lines.append("cd -- ").append(quote(sandbox.workFolder())).append('\n');
    lines.append("umask 0").append(Integer.toOctalString(sandbox.identity().umask()));
    lines.append("\nulimit -c 0\nulimit -n ").append(OPEN_FILES);
    lines.append("\nulimit -s ").append(STACK_KIB).append(" 2>/dev/null || :\n");
    lines.append("ulimit -f ").append(sandbox.limits().diskBytes() / FILE_SIZE_UNIT + 1);
    lines.append('\n');
    if (limitProcesses) {
      // bash says -u, dash says -p (which in bash is another thing: so -u first).
      int most = hardProcessLimit(sandbox.limits());
      lines.append("ulimit -u ").append(most).append(" 2>/dev/null || ulimit -p ").append(most);
      lines.append('\n');
    }
    lines.append("printf '%s\\n' '").append(STARTED).append("' >&2\n");
    lines.append("exec 2>&1 </dev/null\nset +e\n\"$@\"\nexit $?\n");
    return lines.toString();
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
