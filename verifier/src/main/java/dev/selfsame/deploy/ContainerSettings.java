package dev.selfsame.deploy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a deploy file says of what a container may do and use: its table {@code [container]}. Beside
 * that no container has any capability, or gets a privilege by executing something.
 *
 * @param capabilities that it keeps, without {@code CAP_}, sorted (capabilities(7)); all others are
 *     dropped
 * @param tmpfs folders in memory that it may write to, absolute, and how many bytes each holds
 * @param memory bytes that it may use, at least 6 MiB; null for no limit
 * @param nanoCpus thousand-millionths of a processor's time that it may use; null for no limit
 * @param processes how many it may have, threads too; null for the engine's own limit
 * @param openFiles how many each process may have open; null for the engine's own limit
 */
public record ContainerSettings(
    List<String> capabilities,
    Map<String, Long> tmpfs,
    @Nullable Long memory,
    @Nullable Long nanoCpus,
    @Nullable Long processes,
    @Nullable Long openFiles) {
  private static final long MEBI = 1 << 20;

  /** Engines refuse less. */
  private static final long LEAST_MEMORY = 6 * MEBI;

  /** All that Linux has (capabilities(7)): a misspelt one is found before anything is made. */
  private static final Set<String> CAPABILITIES =
      Set.of(
          "AUDIT_CONTROL",
          "AUDIT_READ",
          "AUDIT_WRITE",
          "BLOCK_SUSPEND",
          "BPF",
          "CHECKPOINT_RESTORE",
          "CHOWN",
          "DAC_OVERRIDE",
          "DAC_READ_SEARCH",
          "FOWNER",
          "FSETID",
          "IPC_LOCK",
          "IPC_OWNER",
          "KILL",
          "LEASE",
          "LINUX_IMMUTABLE",
          "MAC_ADMIN",
          "MAC_OVERRIDE",
          "MKNOD",
          "NET_ADMIN",
          "NET_BIND_SERVICE",
          "NET_BROADCAST",
          "NET_RAW",
          "PERFMON",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYSLOG",
          "SYS_ADMIN",
          "SYS_BOOT",
          "SYS_CHROOT",
          "SYS_MODULE",
          "SYS_NICE",
          "SYS_PACCT",
          "SYS_PTRACE",
          "SYS_RAWIO",
          "SYS_RESOURCE",
          "SYS_TIME",
          "SYS_TTY_CONFIG",
          "WAKE_ALARM");

  private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9_][A-Za-z0-9._+-]*)+");

  /** What is writable where nothing is said. */
  public static final Map<String, Long> USUAL_TMPFS = Map.of("/tmp", 64 * MEBI);

  /** Where the table is absent. After the forms, which it is held against. */
  public static final ContainerSettings USUAL =
      new ContainerSettings(List.of(), USUAL_TMPFS, null, null, null, null);

  /** Throws {@link IllegalArgumentException} with one phrase where a value is of another form. */
  public ContainerSettings {
    capabilities = capabilities.stream().sorted().distinct().toList();
    capabilities.forEach(one -> require(CAPABILITIES.contains(one), "no capability", one));
    tmpfs = Collections.unmodifiableMap(new TreeMap<>(tmpfs));
    tmpfs.forEach((folder, bytes) -> {
      require(PATH.matcher(folder).matches(), "not a folder", folder);
      require(bytes > 0, "not a size", bytes);
    });
    require(memory == null || memory >= LEAST_MEMORY, "memory is at least 6m", memory);
    require(nanoCpus == null || nanoCpus > 0, "not a number of processors", nanoCpus);
    require(processes == null || processes > 0, "not a number of processes", processes);
    require(openFiles == null || openFiles > 0, "not a number of files", openFiles);
  }

  private static void require(boolean held, String otherwise, @Nullable Object value) {
    if (!held) {
      throw new IllegalArgumentException(otherwise + ": " + value);
    }
  }
}
