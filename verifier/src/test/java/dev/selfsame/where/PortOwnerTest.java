package dev.selfsame.where;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose a port is, in a folder that is laid out as {@code /proc}. */
class PortOwnerTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final String GROUP = "0::/system.slice/docker-" + ID + ".scope\n";
  private static final String OTHERS = "0::/user.slice\n";
  private static final String ANY = "00000000";
  private static final int PORT = 8080;

  @TempDir private Path proc;
  private final List<String> tcp = new ArrayList<>(List.of("  sl  local_address rem_address"));

  @BeforeEach
  void main() throws IOException {
    Files.createDirectories(proc.resolve("net"));
    process(ProcessHandle.current().pid(), "mnt:[1]", OTHERS, "/nowhere/java");
    process(50, "mnt:[2]", GROUP, "/sbin/tini");
    process(51, "mnt:[2]", GROUP, "/opt/agent");
    process(60, "mnt:[1]", OTHERS, "/usr/bin/other");
  }

  private void process(long pid, String mounts, String group, String program) throws IOException {
    Path folder = proc.resolve(Long.toString(pid));
    Files.createDirectories(folder.resolve("ns"));
    Files.createDirectories(folder.resolve("fd"));
    Files.createDirectories(folder.resolve("task").resolve(Long.toString(pid)));
    Files.writeString(folder.resolve("stat"), "%d (a) S%s".formatted(pid, " 7".repeat(30)));
    Files.writeString(folder.resolve("cgroup"), group);
    Files.createSymbolicLink(folder.resolve("ns/mnt"), Path.of(mounts));
    Files.createSymbolicLink(folder.resolve("ns/net"), Path.of("net:[1]"));
    Files.createSymbolicLink(folder.resolve("exe"), Path.of(program));
  }

  /** A socket that listens, and who has it open. */
  private void listens(String address, int port, long inode, long... pids) throws IOException {
    tcp.add(
        "   0: %s:%04X 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 %d 1"
            .formatted(address, port, inode));
    Files.write(proc.resolve("net/tcp"), tcp);
    for (long pid : pids) {
      Files.createSymbolicLink(
          proc.resolve("%d/fd/%d".formatted(pid, inode)), Path.of("socket:[" + inode + "]"));
    }
  }

  private PortOwner owner() {
    return PortOwner.of(proc, PORT, seen(), ID);
  }

  private ContainerProcesses.Seen seen() {
    return assertInstanceOf(ContainerProcesses.Seen.class, ContainerProcesses.of(proc, ID, 50));
  }

  @Test
  void a_socket_of_any_process_of_the_container_is_its_own() throws IOException {
    assertEquals(new PortOwner.Nobody(), owner());
    listens(ANY, PORT, 4000, 51);
    assertEquals(new PortOwner.Container(), owner());
  }

  @Test
  void one_of_somebody_else_is_told_also_beside_its_own() throws IOException {
    listens("0100007F", PORT, 4001, 60);
    assertEquals(new PortOwner.Another(60, "/usr/bin/other"), owner());
    listens(ANY, PORT, 4000, 51);
    assertEquals(new PortOwner.Another(60, "/usr/bin/other"), owner());
  }

  @ParameterizedTest
  @CsvSource({"0200007F, 8080", "0100000A, 8080", "00000000, 8081"})
  void what_is_not_reached_from_here_has_no_say(String address, int port) throws IOException {
    listens(address, port, 4001, 60);
    assertEquals(new PortOwner.Nobody(), owner());
    listens(ANY, PORT, 4000, 51);
    assertEquals(new PortOwner.Container(), owner());
  }

  @Test
  void a_socket_of_ipv6_may_take_it_too() throws IOException {
    listens(ANY, PORT, 4000, 51);
    List<String> both = List.copyOf(tcp);
    tcp.subList(1, tcp.size()).clear();
    listens("0".repeat(32), PORT, 4001, 60);
    Files.move(proc.resolve("net/tcp"), proc.resolve("net/tcp6"));
    Files.write(proc.resolve("net/tcp"), both);
    assertEquals(new PortOwner.Another(60, "/usr/bin/other"), owner());
  }

  @Test
  void what_nobody_is_seen_to_have_cannot_be_told() throws IOException {
    listens(ANY, PORT, 4000);
    PortOwner.Untold untold = assertInstanceOf(PortOwner.Untold.class, owner());
    assertTrue(untold.why().contains("whose socket listens on port 8080"), untold.why());
  }

  @Test
  void a_socket_that_is_closed_while_it_is_looked_for_has_no_say() throws Exception {
    process(52, "mnt:[9]", GROUP, "/opt/worker");
    listens(ANY, PORT, 4001, 52);
    List<String> left = List.copyOf(tcp);
    listens(ANY, PORT, 4000);
    ContainerProcesses.Seen seen = seen();
    // It is read after the sockets were, and says nothing until somebody writes to it.
    Path group = proc.resolve("52/cgroup");
    Files.delete(group);
    assertEquals(0, new ProcessBuilder("mkfifo", group.toString()).start().waitFor());
    FutureTask<Path> closing =
        new FutureTask<>(() -> {
          try (OutputStream pipe = Files.newOutputStream(group, StandardOpenOption.WRITE)) {
            Files.delete(group);
            Files.writeString(group, GROUP);
            Files.write(proc.resolve("net/tcp"), left);
            pipe.write(GROUP.getBytes(StandardCharsets.UTF_8));
          }
          return group;
        });
    Thread.ofPlatform().daemon().start(closing);
    assertEquals(new PortOwner.Container(), PortOwner.of(proc, PORT, seen, ID));
    assertEquals(group, closing.get(30, TimeUnit.SECONDS));
  }

  @Test
  void a_process_of_the_container_with_mounts_of_its_own_is_of_the_container() throws IOException {
    process(52, "mnt:[9]", GROUP, "/opt/worker");
    listens(ANY, PORT, 4000, 52);
    assertEquals(new PortOwner.Container(), owner());
  }

  @Test
  void a_port_of_another_network_is_not_looked_for_in_this_one() throws IOException {
    listens(ANY, PORT, 4000, 51);
    Files.delete(proc.resolve("50/ns/net"));
    Files.createSymbolicLink(proc.resolve("50/ns/net"), Path.of("net:[2]"));
    assertInstanceOf(PortOwner.Untold.class, owner());
    Files.delete(proc.resolve("50/ns/net"));
    assertInstanceOf(PortOwner.Untold.class, owner());
  }
}
