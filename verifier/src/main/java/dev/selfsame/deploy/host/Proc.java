package dev.selfsame.deploy.host;

import dev.selfsame.digest.Digest;
import dev.selfsame.where.Sockets;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/** Processes as the kernel tells of them (proc(5)). What ends while it is read is absent. */
final class Proc {
  private static final Path ROOT = Path.of("/proc");
  private static final String DELETED = " (deleted)";

  private Proc() {}

  /**
   * A line of {@code /proc/PID/stat}.
   *
   * @param pid the process
   * @param state a letter, such as S or Z
   * @param session the pid of the session's first process
   * @param started clock ticks from the machine's start
   */
  record Stat(long pid, char state, long session, long started) {
    /** The fields after the name in parentheses, which may hold anything itself. */
    static Optional<Stat> parse(String line) {
      int open = line.indexOf(" (");
      int close = line.lastIndexOf(") ");
      if (open < 1 || close < open) {
        return Optional.empty();
      }
      String[] fields = line.substring(close + 2).strip().split(" ", -1);
      try {
        return fields.length < 20
            ? Optional.empty()
            : Optional.of(
                new Stat(
                    Long.parseLong(line.substring(0, open)),
                    fields[0].charAt(0),
                    Long.parseLong(fields[3]),
                    Long.parseLong(fields[19])));
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }

    /** Whether it can still do anything; an ended one that nobody has asked after cannot. */
    boolean runs() {
      return state != 'Z' && state != 'X';
    }
  }

  static Optional<Stat> stat(long pid) {
    try {
      return Stat.parse(read(folder(pid).resolve("stat")));
    } catch (IOException ended) {
      return Optional.empty();
    }
  }

  /** Which start of the machine this is, so that a pid of the one before means nothing. */
  static String boot() throws IOException {
    return read(ROOT.resolve("sys/kernel/random/boot_id")).strip();
  }

  /** Where the file that it executes was, also when it was moved or deleted since. */
  static Optional<String> executable(long pid) {
    try {
      String path = Files.readSymbolicLink(folder(pid).resolve("exe")).toString();
      return Optional.of(
          path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path);
    } catch (IOException ended) {
      return Optional.empty();
    }
  }

  /** SHA-256 of the bytes that it executes: of the open file, not of what has its path now. */
  static Digest digest(long pid) throws IOException {
    try (InputStream in = Files.newInputStream(folder(pid).resolve("exe"))) {
      return Digest.sha256(in);
    }
  }

  /** The first argument, which is the program while its start is not yet done. */
  static Optional<String> argument(long pid, int index) {
    try {
      String[] arguments = read(folder(pid).resolve("cmdline")).split("\0", -1);
      return index < arguments.length ? Optional.of(arguments[index]) : Optional.empty();
    } catch (IOException ended) {
      return Optional.empty();
    }
  }

  /** Every process, by pid. */
  static LongStream all() {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(ROOT, "[0-9]*")) {
      List<Long> pids = new ArrayList<>();
      entries.forEach(entry -> pids.add(Long.parseLong(String.valueOf(entry.getFileName()))));
      return pids.stream().mapToLong(Long::longValue).sorted();
    } catch (IOException | DirectoryIteratorException e) {
      throw new IllegalStateException("/proc cannot be listed", e);
    }
  }

  /** The processes of a session that still run. */
  static List<Long> session(long session) {
    return all()
        .filter(pid -> stat(pid).filter(s -> s.session() == session && s.runs()).isPresent())
        .boxed()
        .toList();
  }

  /** The sockets that a process has open, by inode. */
  static Set<Long> sockets(long pid) {
    return Sockets.of(ROOT, pid);
  }

  /** Inodes of the sockets that listen on a TCP port, on any of the machine's addresses. */
  static Set<Long> listening(int port) {
    return Sockets.listening(ROOT, port);
  }

  /** Who listens on a port; a process of another user may not be seen. */
  static List<Long> listeners(int port) {
    Set<Long> inodes = listening(port);
    return inodes.isEmpty()
        ? List.of()
        : all().filter(pid -> sockets(pid).stream().anyMatch(inodes::contains)).boxed().toList();
  }

  private static Path folder(long pid) {
    return ROOT.resolve(Long.toString(pid));
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
