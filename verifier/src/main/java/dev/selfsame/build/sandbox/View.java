package dev.selfsame.build.sandbox;

import dev.selfsame.build.Sandbox;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the command sees of files, as a list of mounts to make in this order.
 *
 * <p>The pinned root is bound as it is where it has a folder at each mount point. Where it has not,
 * the folders above a missing mount point are made anew in memory, with what they hold bound one by
 * one, so that a build can be moved to any path without touching the root.
 */
final class View {
  private static final int FOLDER = 0755;
  static final int SHARED_MEMORY_BYTES = 64 << 20;

  /** What Docker hides of /proc; those that the host's kernel lacks are passed over. */
  private static final List<String> HIDDEN =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/proc/timer_list",
          "/proc/timer_stats");

  private final Sandbox sandbox;
  private final List<Step> steps = new ArrayList<>();

  private View(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /** One mount, link or folder within the new root. */
  sealed interface Step {
    String inside();

    /** A file or folder of the host. */
    record Bind(Path host, String inside, boolean writable) implements Step {}

    /** An empty file system in memory. */
    record Memory(String inside, int mode, long bytes) implements Step {}

    /** A folder on a file system that a step before has made. */
    record Folder(String inside, int mode) implements Step {}

    /** A symbolic link on a file system that a step before has made. */
    record Link(String inside, String target) implements Step {}

    /** The processes of the sandbox. */
    record Processes(String inside) implements Step {}

    /** The harmless devices. */
    record Devices(String inside) implements Step {}

    /** Nothing can be read there. */
    record Hidden(String inside, boolean folder) implements Step {}

    /** From here on read-only. */
    record Frozen(String inside) implements Step {}
  }

  /**
   * The mounts for a sandbox.
   *
   * @param scratch host folders of {@link Scratch}, /tmp among them
   * @throws Failure when a mount point is a link or a file in the root
   */
  static List<Step> of(Sandbox sandbox, List<Sandbox.Mount> scratch) {
    View view = new View(sandbox);
    List<Sandbox.Mount> mounts = new ArrayList<>(sandbox.mounts());
    mounts.addAll(scratch);
    mounts.sort(Comparator.comparing(Sandbox.Mount::inside));
    try {
      boolean anew = view.root(mounts);
      view.system();
      for (Sandbox.Mount mount : mounts) {
        view.steps.add(
            new Step.Bind(mount.host(), mount.inside(), mount.access() == Sandbox.Access.WRITABLE));
      }
      if (anew) {
        view.steps.add(new Step.Frozen("/"));
      }
    } catch (IOException e) {
      throw Failure.undecided(
          "reading the root " + sandbox.root() + ": " + e.getMessage(),
          "fetch the pin again: selfsame pins fetch",
          e);
    }
    return List.copyOf(view.steps);
  }

  private boolean root(List<Sandbox.Mount> mounts) throws IOException {
    SortedSet<String> opened = new TreeSet<>();
    SortedSet<String> targets = new TreeSet<>(List.of("/dev", "/proc"));
    mounts.forEach(mount -> targets.add(mount.inside()));
    for (String target : targets) {
      boolean nested = targets.stream().anyMatch(other -> target.startsWith(other + "/"));
      if (!nested) {
        open(target, opened);
      }
    }
    if (opened.isEmpty()) {
      steps.add(new Step.Bind(sandbox.root(), "/", false));
      return false;
    }
    steps.add(new Step.Memory("/", FOLDER, 1 << 20));
    copy("/", opened);
    return true;
  }

  /** Notes every folder of the root that must be made anew so that {@code target} can be made. */
  private void open(String target, Set<String> opened) throws IOException {
    List<String> above = new ArrayList<>(List.of("/"));
    for (int slash = target.indexOf('/', 1); slash > 0; slash = target.indexOf('/', slash + 1)) {
      above.add(target.substring(0, slash));
    }
    for (String path : above) {
      if (!isFolder(path)) {
        opened.addAll(above);
        return;
      }
    }
    if (!isFolder(target)) {
      opened.addAll(above);
    }
  }

  private boolean isFolder(String path) {
    Path host = host(path);
    if (Files.isDirectory(host, LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    if (Files.exists(host, LinkOption.NOFOLLOW_LINKS)) {
      throw Failure.usage(
          "the root has something other than a folder at " + path,
          "mount the folder at another path");
    }
    return false;
  }

  private Path host(String path) {
    return sandbox.root().resolve(path.substring(1));
  }

  private void copy(String folder, Set<String> opened) throws IOException {
    List<Path> children;
    try (Stream<Path> listed = Files.list(host(folder))) {
      children = listed.sorted().toList();
    }
    for (Path child : children) {
      String inside = (folder.equals("/") ? "/" : folder + "/") + child.getFileName();
      if (Files.isSymbolicLink(child)) {
        steps.add(new Step.Link(inside, Files.readSymbolicLink(child).toString()));
      } else if (opened.contains(inside)) {
        steps.add(new Step.Folder(inside, mode(child)));
        copy(inside, opened);
      } else {
        steps.add(new Step.Bind(child, inside, false));
      }
    }
  }

  private static int mode(Path folder) throws IOException {
    return Files.getAttribute(folder, "unix:mode") instanceof Integer mode ? mode & 07777 : FOLDER;
  }

  private void system() {
    steps.add(new Step.Processes("/proc"));
    for (String path : HIDDEN) {
      if (Files.exists(Path.of(path))) {
        steps.add(new Step.Hidden(path, Files.isDirectory(Path.of(path))));
      }
    }
    // Where the caller is root, the command's host user is root too: without capabilities, but the
    // owner of /proc/sys. bwrap leaves that writable (it asks access(2) about the folder alone).
    steps.add(new Step.Frozen("/proc"));
    steps.add(new Step.Devices("/dev"));
    steps.add(new Step.Memory("/dev/shm", 01777, SHARED_MEMORY_BYTES));
    steps.add(new Step.Frozen("/dev"));
  }
}
