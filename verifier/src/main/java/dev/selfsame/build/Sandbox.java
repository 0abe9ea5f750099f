package dev.selfsame.build;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One command and all that it may see. The network is always absent, the root always read-only.
 *
 * @param root the root filesystem on the host
 * @param rootDiffId its DiffID; engines that need an image find it by this
 * @param command program and arguments, the program by its absolute path within the root
 * @param environment the whole environment, sorted by name; nothing of the host's is added
 * @param workFolder absolute path within the root
 * @param mounts what of the host is seen within, by absolute path
 * @param scratch empty folders, writable and executable, thrown away afterwards
 * @param identity who and where the command believes to be
 * @param limits what it may use
 * @param log where stdout and stderr go, interleaved as written
 */
public record Sandbox(
    Path root,
    Digest rootDiffId,
    List<String> command,
    Map<String, String> environment,
    String workFolder,
    List<Mount> mounts,
    List<String> scratch,
    Identity identity,
    Limits limits,
    Path log) {
  public Sandbox {
    requireNonNull(root);
    requireNonNull(rootDiffId);
    requireNonNull(workFolder);
    requireNonNull(identity);
    requireNonNull(limits);
    requireNonNull(log);
    command = List.copyOf(command);
    environment = Collections.unmodifiableMap(new TreeMap<>(environment));
    mounts = List.copyOf(mounts);
    scratch = List.copyOf(scratch);
  }

  /** What the command may do with a mounted folder. */
  public enum Access {
    /** It can read it. */
    READ_ONLY,
    /** It can write to it, and the host sees what was written once the command has ended. */
    WRITABLE
  }

  /**
   * A folder of the host.
   *
   * @param host folder on the host
   * @param inside absolute path within the root
   */
  public record Mount(Path host, String inside, Access access) {
    public Mount {
      requireNonNull(host);
      requireNonNull(inside);
      requireNonNull(access);
    }
  }

  /**
   * Who and where the command believes to be.
   *
   * @param uid user id within, also the group id
   * @param hostname what {@code uname -n} gives
   * @param umask file mode creation mask, such as {@code 022} octal
   * @param cpus how many CPUs it may run on, 0 for all
   * @param oldKernelName whether {@code uname -r} gives a 2.6 name (personality UNAME26)
   */
  public record Identity(int uid, String hostname, int umask, int cpus, boolean oldKernelName) {
    public Identity {
      requireNonNull(hostname);
    }
  }

  /**
   * What the command may use before it is killed.
   *
   * @param wall time from start to end
   * @param memoryBytes memory of all its processes together
   * @param processes processes and threads together
   * @param diskBytes bytes in scratch folders and writable mounts together
   * @param logBytes bytes of stdout and stderr together
   */
  public record Limits(
      Duration wall, long memoryBytes, int processes, long diskBytes, long logBytes) {
    public Limits {
      requireNonNull(wall);
    }

    /** For one of two commands that run at the same time: half of memory and disk. */
    public Limits halved() {
      return new Limits(wall, memoryBytes / 2, processes, diskBytes / 2, logBytes);
    }
  }
}
