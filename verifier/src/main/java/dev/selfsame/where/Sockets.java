package dev.selfsame.where;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** TCP sockets as the kernel tells of them (proc(5)), by inode. */
public final class Sockets {
  /** Every address, and 127.0.0.1, as a little-endian machine writes them; IPv6 may take IPv4. */
  private static final Set<String> LOOPBACK =
      Set.of(
          "00000000",
          "0100007F",
          "0".repeat(32),
          "0000000000000000FFFF000000000000",
          "0000000000000000FFFF00000100007F");

  private static final String LISTENS = "0A";
  private static final String PREFIX = "socket:[";

  private Sockets() {}

  /** One line of {@code net/tcp} or {@code net/tcp6} that listens. */
  private record Listener(String address, int port, long inode) {
    static Optional<Listener> parse(String line) {
      String[] fields = line.strip().split("\\s+", -1);
      int colon = fields.length < 10 ? -1 : fields[1].lastIndexOf(':');
      if (colon < 0 || !fields[3].equals(LISTENS)) {
        return Optional.empty();
      }
      return Optional.of(
          new Listener(
              fields[1].substring(0, colon),
              Integer.parseInt(fields[1].substring(colon + 1), 16),
              Long.parseLong(fields[9])));
    }
  }

  /**
   * Those that listen on a port of any address, in the network of whoever asks.
   *
   * @param proc {@code /proc}
   */
  public static Set<Long> listening(Path proc, int port) {
    return listeners(proc).stream()
        .filter(one -> one.port() == port)
        .map(Listener::inode)
        .collect(Collectors.toSet());
  }

  /** Those of them that a connection to 127.0.0.1 could reach. */
  public static Set<Long> listeningHere(Path proc, int port) {
    return listeners(proc).stream()
        .filter(one -> one.port() == port && LOOPBACK.contains(one.address()))
        .map(Listener::inode)
        .collect(Collectors.toSet());
  }

  private static List<Listener> listeners(Path proc) {
    List<Listener> all = new ArrayList<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      try {
        Files.readString(proc.resolve(table), StandardCharsets.UTF_8)
            .lines()
            .skip(1)
            .forEach(line -> Listener.parse(line).ifPresent(all::add));
      } catch (IOException absent) {
        // A kernel without IPv6 has no such table.
      }
    }
    return all;
  }

  /** Those that a process has open, as far as this user may see that. */
  public static Set<Long> of(Path proc, long pid) {
    Set<Long> inodes = new HashSet<>();
    try (DirectoryStream<Path> open =
        Files.newDirectoryStream(proc.resolve(Long.toString(pid)).resolve("fd"))) {
      for (Path fd : open) {
        inode(fd).ifPresent(inodes::add);
      }
    } catch (IOException | DirectoryIteratorException ended) {
      return inodes;
    }
    return inodes;
  }

  private static Optional<Long> inode(Path fd) {
    try {
      String to = Files.readSymbolicLink(fd).toString();
      return to.startsWith(PREFIX)
          ? Optional.of(Long.parseLong(to.substring(PREFIX.length(), to.length() - 1)))
          : Optional.empty();
    } catch (IOException closed) {
      return Optional.empty();
    }
  }
}
