package dev.selfsame.deploy.docker;

import static java.util.Objects.requireNonNullElse;

import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import dev.selfsame.deploy.ContainerSettings;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a container may do and use, as its engine describes it: to be held against what was
 * declared. Limits that engines set by themselves, of processes and open files, are no difference
 * where none was declared.
 *
 * @param ways out of it that nobody can declare, a phrase each
 * @param capabilities that its processes may have, without {@code CAP_}, or {@link #EVERY}
 * @param newPrivileges whether it may get privileges by executing something
 * @param tmpfs options by folder in memory
 * @param memory bytes, 0 for no limit
 * @param nanoCpus thousand-millionths of a processor's time, 0 for no limit
 * @param processes 0 or less for no limit
 * @param openFiles 0 where the engine names none
 * @param restart when it is started again, as engines name that
 */
record Bounds(
    List<String> ways,
    Set<String> capabilities,
    boolean newPrivileges,
    Map<String, String> tmpfs,
    long memory,
    long nanoCpus,
    long processes,
    long openFiles,
    String restart) {
  /** All capabilities that there are. */
  static final String EVERY = "ALL";

  /** What engines give where nobody says anything, as runtimes' own templates do. */
  private static final Set<String> USUAL =
      Set.of(
          "AUDIT_WRITE",
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "KILL",
          "MKNOD",
          "NET_BIND_SERVICE",
          "NET_RAW",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYS_CHROOT");

  /** Where Podman puts a folder in memory itself, in a container whose files are read-only. */
  private static final Set<String> PODMANS_FOLDERS = Set.of("/run", "/tmp", "/var/tmp");

  /** By which those are known: no other engine takes the last of these words. */
  private static final Set<String> PODMANS_OPTIONS =
      Set.of("rw", "rprivate", "nosuid", "nodev", "tmpcopyup");

  private static final String NO_NEW_PRIVILEGES = "no-new-privileges";

  /** The limit of open files, as setrlimit(2) and engines name it. */
  static final String OPEN_FILES = "nofile";

  private static final long USUAL_PERIOD = 100_000;
  private static final long NANO = 1_000_000_000;
  private static final int NANO_DIGITS = 9;

  /** Podman counts in hundred-thousandths, and rounds. */
  private static final long FINEST_CPUS = 10_000;

  /** As the engine wrote it, since it knows capabilities that the library does not. */
  static Bounds of(HostConfig host, Map<String, Object> written) {
    return new Bounds(
        ways(host, written),
        capabilities(words(written.get("CapAdd")), words(written.get("CapDrop"))),
        all(host.getSecurityOpts()).stream().noneMatch(Bounds::isNoNewPrivileges),
        new TreeMap<>(requireNonNullElse(host.getTmpFs(), Map.of())),
        number(host.getMemory()),
        cpus(host),
        number(host.getPidsLimit()),
        openFiles(host.getUlimits()),
        restart(host.getRestartPolicy()));
  }

  private static boolean isNoNewPrivileges(String option) {
    return option.equals(NO_NEW_PRIVILEGES)
        || option.equals(NO_NEW_PRIVILEGES + "=true")
        || option.equals(NO_NEW_PRIVILEGES + ":true");
  }

  /**
   * As Docker counts them; Podman tells the difference to its usual ones, which comes to the same.
   */
  private static Set<String> capabilities(Set<String> added, Set<String> dropped) {
    Set<String> held = new TreeSet<>(added.contains(EVERY) ? Set.of(EVERY) : USUAL);
    if (dropped.contains(EVERY) && !added.contains(EVERY)) {
      held.clear();
    }
    held.removeAll(dropped);
    held.addAll(added);
    return held;
  }

  private static Set<String> words(@Nullable Object list) {
    return list instanceof Collection<?> all
        ? all.stream()
            .map(one -> String.valueOf(one).toUpperCase(Locale.ROOT).replaceFirst("^CAP_", ""))
            .collect(Collectors.toSet())
        : Set.of();
  }

  private static List<String> ways(HostConfig host, Map<String, Object> written) {
    List<String> ways = new ArrayList<>();
    add(ways, Boolean.TRUE.equals(host.getPrivileged()), "it is privileged");
    namespaces(host, ways);
    devices(host, ways);
    all(host.getSecurityOpts()).stream()
        .filter(option -> !option.startsWith(NO_NEW_PRIVILEGES))
        // What follows may be a whole profile.
        .map(option -> option.split("[=:]", 2)[0])
        .forEach(option -> ways.add("security option %s was not declared".formatted(option)));
    add(
        ways,
        isEmptyList(written.get("MaskedPaths")) || isEmptyList(written.get("ReadonlyPaths")),
        "the kernel's files in /proc and /sys are not kept from it");
    add(ways, !all(host.getGroupAdd()).isEmpty(), "it has groups that were not declared");
    add(ways, !all(host.getExtraHosts()).isEmpty(), "names of hosts were given to it");
    add(
        ways,
        Stream.of(all(host.getDns()), all(host.getDnsSearch()), all(host.getDnsOptions()))
            .anyMatch(list -> !list.isEmpty()),
        "it asks name servers that were not declared");
    add(ways, host.getLinks().length > 0, "it is linked to other containers");
    add(ways, !all(host.getVolumesFrom()).isEmpty(), "it has the volumes of other containers");
    add(ways, hasSysctls(host), "the kernel's settings were changed for it");
    add(
        ways,
        Boolean.TRUE.equals(host.getOomKillDisable())
            // Podman of an ordinary user gives it the user's own, which is more than 0.
            || requireNonNullElse(host.getOomScoreAdj(), 0) < 0,
        "others end before it where memory is short");
    add(
        ways,
        isChosen(host.getCpusetCpus()) || isChosen(host.getCpusetMems()),
        "it was given processors, or memory, of its own");
    add(ways, Boolean.TRUE.equals(host.getInit()), "an init was put around its program");
    add(ways, Boolean.TRUE.equals(host.getPublishAllPorts()), "it publishes all its ports");
    add(ways, Boolean.TRUE.equals(host.getAutoRemove()), "it is removed when it ends");
    return ways;
  }

  private static void add(List<String> ways, boolean holds, String phrase) {
    if (holds) {
      ways.add(phrase);
    }
  }

  private static void namespaces(HostConfig host, List<String> ways) {
    Map<String, @Nullable String> modes = new TreeMap<>();
    modes.put("processes", host.getPidMode());
    modes.put("memory", host.getIpcMode());
    modes.put("users", host.getUsernsMode());
    modes.put("host name", host.getUtSMode());
    modes.forEach((what, mode) ->
        add(ways, "host".equals(mode), "it shares a namespace with the machine: " + what));
    // That of the machine can be declared.
    modes.put("network", host.getNetworkMode());
    modes.forEach((what, mode) ->
        add(
            ways,
            mode != null && (mode.startsWith("container:") || mode.startsWith("ns:")),
            "it shares a namespace with another container: " + what));
  }

  private static void devices(HostConfig host, List<String> ways) {
    for (Device one : all(host.getDevices())) {
      ways.add("device %s of the machine is in it".formatted(one.getPathOnHost()));
    }
    add(
        ways,
        !all(host.getDeviceCgroupRules()).isEmpty() || !all(host.getDeviceRequests()).isEmpty(),
        "it may use devices of the machine");
  }

  private static boolean hasSysctls(HostConfig host) {
    return !requireNonNullElse(host.getSysctls(), Map.of()).isEmpty();
  }

  private static boolean isChosen(@Nullable String set) {
    return set != null && !set.isEmpty();
  }

  private static boolean isEmptyList(@Nullable Object value) {
    return value instanceof Collection<?> list && list.isEmpty();
  }

  private static <T> List<T> all(@Nullable List<T> list) {
    return requireNonNullElse(list, List.of());
  }

  private static <T> List<T> all(T @Nullable [] list) {
    return list == null ? List.of() : Arrays.asList(list);
  }

  private static long number(@Nullable Long value) {
    return requireNonNullElse(value, 0L);
  }

  private static long cpus(HostConfig host) {
    long quota = number(host.getCpuQuota());
    long period = number(host.getCpuPeriod());
    return number(host.getNanoCPUs()) > 0 || quota <= 0
        ? number(host.getNanoCPUs())
        : Math.multiplyExact(quota, NANO) / (period > 0 ? period : USUAL_PERIOD);
  }

  private static long openFiles(Ulimit @Nullable [] limits) {
    return all(limits).stream()
        // Podman calls it RLIMIT_NOFILE.
        .filter(one -> String.valueOf(one.getName()).toLowerCase(Locale.ROOT).endsWith(OPEN_FILES))
        // What holds is the soft one, though the program may raise it.
        .mapToLong(one -> Math.min(number(one.getSoftLong()), number(one.getHardLong())))
        .findFirst()
        .orElse(0);
  }

  private static String restart(@Nullable RestartPolicy policy) {
    String name = policy == null ? null : policy.getName();
    return name == null || name.isEmpty() ? "no" : name;
  }

  /** What is not as it was declared, a phrase each. */
  List<String> differences(ContainerSettings declared) {
    List<String> all = new ArrayList<>(ways);
    Set<String> more = new TreeSet<>(capabilities);
    declared.capabilities().forEach(more::remove);
    add(all, !more.isEmpty(), "it has more capabilities than were declared: " + join(more));
    Set<String> less = new TreeSet<>(declared.capabilities());
    less.removeAll(capabilities);
    add(
        all,
        !less.isEmpty() && !capabilities.contains(EVERY),
        "it lacks capabilities that were declared: " + join(less));
    add(all, newPrivileges, "it may get new privileges");
    memory(declared, all);
    all.addAll(limits(declared));
    add(
        all,
        !restart.equals(Containers.RESTART),
        "it is started again by policy %s, not %s".formatted(restart, Containers.RESTART));
    return all;
  }

  private static String join(Collection<String> words) {
    return String.join(", ", words);
  }

  private void memory(ContainerSettings declared, List<String> all) {
    tmpfs.forEach((folder, options) ->
        add(
            all,
            !declared.tmpfs().containsKey(folder) && !isPodmans(folder, options),
            "%s is in memory, which was not declared".formatted(folder)));
    declared
        .tmpfs()
        .forEach((folder, bytes) -> {
          String options = tmpfs.get(folder);
          add(
              all,
              options == null || !Tmpfs.isAsDeclared(options, bytes),
              "%s is not in memory as it was declared".formatted(folder));
        });
  }

  private static boolean isPodmans(String folder, String options) {
    return PODMANS_FOLDERS.contains(folder)
        && PODMANS_OPTIONS.equals(Set.copyOf(List.of(options.split(","))));
  }

  /**
   * Which limits are not as they were declared, a phrase each: engines leave out what their kernel
   * cannot do, and make the container all the same.
   */
  List<String> limits(ContainerSettings declared) {
    List<String> all = new ArrayList<>();
    long bytes = number(declared.memory());
    if (memory != bytes) {
      all.add("its memory is %s, not %s".formatted(limit(memory), limit(bytes)));
    }
    long cpus = number(declared.nanoCpus());
    if (Math.abs(nanoCpus - cpus) > FINEST_CPUS) {
      all.add("its processors are %s, not %s".formatted(processors(nanoCpus), processors(cpus)));
    }
    if (declared.processes() != null && processes != declared.processes()) {
      all.add("its processes are %s, not %d".formatted(limit(processes), declared.processes()));
    }
    if (declared.openFiles() != null && openFiles != declared.openFiles()) {
      all.add("its open files are %s, not %d".formatted(limit(openFiles), declared.openFiles()));
    }
    return all;
  }

  private static String limit(long value) {
    return value > 0 ? Long.toString(value) : "without limit";
  }

  private static String processors(long nano) {
    return nano > 0
        ? BigDecimal.valueOf(nano, NANO_DIGITS).stripTrailingZeros().toPlainString()
        : "without limit";
  }
}
