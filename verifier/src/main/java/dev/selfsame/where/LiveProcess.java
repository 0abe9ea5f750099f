package dev.selfsame.where;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A process of this machine, as {@code /proc} shows it (proc(5)).
 *
 * <p>{@code /proc/N/exe} is no link that is followed by name: opening it opens the file that the
 * process executes, also when the name leads elsewhere or nowhere by now.
 */
public final class LiveProcess {
  private static final String GONE = " (deleted)";
  private static final int START = 22;

  private final Path folder;
  private final long pid;
  private final String start;
  private final String link;

  private LiveProcess(Path folder, long pid, String start, String link) {
    this.folder = folder;
    this.pid = pid;
    this.start = start;
    this.link = link;
  }

  /**
   * Looks at a process.
   *
   * @param proc {@code /proc}
   * @throws Failure (undecided) where there is none, it is a kernel thread, or this user may not
   *     look at it
   */
  public static LiveProcess of(Path proc, long pid) {
    Path folder = proc.resolve(Long.toString(pid));
    String start = start(folder, pid);
    try {
      return new LiveProcess(
          folder, pid, start, Files.readSymbolicLink(folder.resolve("exe")).toString());
    } catch (NoSuchFileException e) {
      throw Failure.undecided(
          "process %d has no program: it is a kernel thread or has just ended".formatted(pid),
          "name another process",
          e);
    } catch (AccessDeniedException e) {
      throw Failure.undecided(
          "cannot look at process %d: permission denied".formatted(pid),
          "run it as root, or as the user of that process",
          e);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot look at process %d: %s".formatted(pid, e.getMessage()),
          "check that /proc is mounted",
          e);
    }
  }

  private static String start(Path folder, long pid) {
    try {
      String stat = Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1);
      // The second field is the program's name in parentheses, and may hold anything.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return fields[START - 3];
    } catch (NoSuchFileException e) {
      throw Failure.undecided("there is no process " + pid, "ps -e lists processes", e);
    } catch (IOException | IndexOutOfBoundsException e) {
      throw Failure.undecided(
          "cannot look at process %d: %s".formatted(pid, e.getMessage()),
          "check that /proc is mounted",
          e);
    }
  }

  /** The numbers of all processes, in no order. */
  static List<Long> numbers(Path proc) {
    List<Long> numbers = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path folder : folders) {
        numbers.add(Long.parseLong(String.valueOf(folder.getFileName())));
      }
    } catch (IOException | DirectoryIteratorException | NumberFormatException e) {
      throw Failure.undecided(
          "cannot list processes: " + e.getMessage(), "check that /proc is mounted", e);
    }
    return numbers;
  }

  public long pid() {
    return pid;
  }

  /** The file that it executes, whatever its name leads to now. */
  public Path running() {
    return folder.resolve("exe");
  }

  /** The root that it sees; not to be followed by name, see {@link Rooted}. */
  public Path root() {
    return folder.resolve("root");
  }

  /** The name of its program within its own root, by which it was started. */
  public String executable() {
    return isDeleted() ? link.substring(0, link.length() - GONE.length()) : link;
  }

  /** Whether the name was taken from the file since: it was deleted, or another took its place. */
  public boolean isDeleted() {
    return link.endsWith(GONE) && !isNamed();
  }

  /** A file may be called "x (deleted)" and be there. */
  private boolean isNamed() {
    try {
      return Objects.equals(
          Files.readAttributes(running(), BasicFileAttributes.class).fileKey(),
          Rooted.at(root()).look(link).attributes().fileKey());
    } catch (IOException e) {
      return false;
    }
  }

  /** What stands now where the program of a process was started from. */
  public sealed interface AtName {
    /** The very file that the process executes. */
    record Same() implements AtName {}

    /** Nothing, or nothing that could be started. */
    record Gone() implements AtName {}

    /**
     * Another file, whatever its bytes.
     *
     * @param copy of it
     */
    record Other(Path copy) implements AtName {}
  }

  /**
   * Looks at the name in the process's own root. Whoever owns that root cannot lead the look out of
   * it.
   *
   * @param into for a copy, where one has to be made
   * @throws Failure (undecided) where it cannot be read, or changes meanwhile
   */
  public AtName atName(Scratch into) {
    Rooted rooted = Rooted.at(root());
    try (Rooted.Opened opened = rooted.open(executable())) {
      BasicFileAttributes runs = Files.readAttributes(running(), BasicFileAttributes.class);
      if (Objects.equals(runs.fileKey(), opened.found().attributes().fileKey())) {
        return new AtName.Same();
      }
      Path copy = into.keep(executable(), Channels.newInputStream(opened.channel()));
      if (!opened.found().isStill(rooted.look(executable()))) {
        throw Failure.undecided(
            "%s was changed or replaced while it was read".formatted(executable()),
            "run the command again when nothing writes to it");
      }
      return new AtName.Other(copy);
    } catch (NoSuchFileException | NotDirectoryException | Rooted.NoFileException e) {
      return new AtName.Gone();
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read %s, which process %d was started from: %s"
              .formatted(executable(), pid, e.getMessage()),
          "run it as root, or as the user of that process",
          e);
    }
  }

  /**
   * What tells the file that stands at a name from another.
   *
   * @param key of the file in its file system; empty where none is there
   * @param modified when it was written last
   */
  public record Standing(Optional<Object> key, long size, Optional<FileTime> modified) {}

  /** What stands at the name of its program at this moment, to be looked at again later. */
  public Standing standing() {
    try {
      BasicFileAttributes found = Rooted.at(root()).look(executable()).attributes();
      return new Standing(
          Optional.ofNullable(found.fileKey()),
          found.size(),
          Optional.of(found.lastModifiedTime()));
    } catch (IOException e) {
      return new Standing(Optional.empty(), 0, Optional.empty());
    }
  }

  /** Whether it executes the file of this key, under whatever name. */
  boolean executes(Object key) {
    try {
      return key.equals(Files.readAttributes(running(), BasicFileAttributes.class).fileKey());
    } catch (IOException e) {
      return false;
    }
  }

  /** What tells its mount namespace from others; empty where this user may not see it. */
  public Optional<String> mounts() {
    return namespace("ns/mnt");
  }

  /** As the other, of its network namespace. */
  public Optional<String> network() {
    return namespace("ns/net");
  }

  private Optional<String> namespace(String link) {
    try {
      return Optional.of(Files.readSymbolicLink(folder.resolve(link)).toString());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether it belongs to a container: its control groups or its mounts name it. A number alone
   * proves nothing, since the engine may count in another PID namespace or on another machine.
   */
  boolean isOf(String containerId) {
    return names("cgroup", containerId) || names("mountinfo", containerId);
  }

  private boolean names(String file, String word) {
    try (var lines = Files.lines(folder.resolve(file), StandardCharsets.ISO_8859_1)) {
      return lines.anyMatch(line -> line.contains(word));
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  /**
   * Makes sure that the number still means this process, and that it executes the same program.
   *
   * @throws Failure (undecided) where it ended, or began another program
   */
  public void requireSame() {
    LiveProcess now = of(Objects.requireNonNull(folder.getParent()), pid);
    if (!now.start.equals(start) || !now.executable().equals(executable())) {
      throw Failure.undecided(
          "process %d ended, or began another program, while it was looked at".formatted(pid),
          "run the command again");
    }
  }
}
