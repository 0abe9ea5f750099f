package dev.selfsame.where;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container's processes in a folder that is laid out as {@code /proc}. */
class ContainerProcessesTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final String GROUP = "0::/system.slice/docker-" + ID + ".scope\n";

  @TempDir private Path proc;

  @BeforeEach
  void main() throws IOException {
    process(ProcessHandle.current().pid(), "S", "mnt:[1]", "0::/user.slice\n", "/nowhere/java");
    process(50, "S", "mnt:[2]", GROUP, "/sbin/tini");
  }

  private void process(long pid, String state, String mounts, String group, String program)
      throws IOException {
    Path folder = proc.resolve(Long.toString(pid));
    Files.createDirectories(folder.resolve("ns"));
    Files.createDirectories(folder.resolve("task").resolve(Long.toString(pid)));
    Files.writeString(
        folder.resolve("stat"), "%d (a) b) %s%s".formatted(pid, state, " 7".repeat(30)));
    Files.writeString(folder.resolve("cgroup"), group);
    if (!mounts.isEmpty()) {
      Files.createSymbolicLink(folder.resolve("ns/mnt"), Path.of(mounts));
    }
    if (!program.isEmpty()) {
      Files.createSymbolicLink(folder.resolve("exe"), Path.of(program));
    }
  }

  private ContainerProcesses.Seen seen() {
    ContainerState state =
        new ContainerState(
            "docker",
            "agent",
            ID,
            "agent:1",
            "",
            List.of(),
            "",
            "running",
            "",
            List.of(),
            "",
            List.of(),
            List.of(),
            50,
            "/sbin/tini");
    return assertInstanceOf(ContainerProcesses.Seen.class, ContainerProcesses.of(proc, state));
  }

  private static List<Long> numbers(ContainerProcesses.Seen seen) {
    return seen.all().stream().map(LiveProcess::pid).toList();
  }

  @Test
  void what_shares_its_mounts_is_seen() throws IOException {
    process(51, "S", "mnt:[2]", GROUP, "/opt/agent");
    process(52, "S", "mnt:[3]", "0::/system.slice/docker-" + "f".repeat(64), "/opt/agent");
    process(53, "S", "", "0::/user.slice\n", "");
    assertEquals(List.of(50L, 51L), numbers(seen()));
    assertEquals(Optional.empty(), seen().unseen());
  }

  @Test
  void one_that_cannot_be_looked_at_is_never_left_out() throws IOException {
    process(51, "S", "", GROUP, "");
    assertEquals(Optional.of("process 51 belongs to it, and cannot be looked at"), seen().unseen());
  }

  @Test
  void one_with_other_mounts_is_never_left_out() throws IOException {
    process(51, "S", "mnt:[9]", "0::/docker/" + ID + "/below\n", "/opt/agent");
    assertEquals(Optional.of("process 51 belongs to it, and has other mounts"), seen().unseen());
  }

  @Test
  void one_that_has_ended_executes_nothing_unless_a_thread_is_left() throws IOException {
    process(51, "Z", "", GROUP, "");
    assertEquals(Optional.empty(), seen().unseen());
    Files.createDirectory(proc.resolve("51/task/60"));
    assertEquals(Optional.of("process 51 belongs to it, and cannot be looked at"), seen().unseen());
  }

  @Test
  void an_engines_own_process_beside_the_container_is_none_of_it() throws IOException {
    process(51, "S", "mnt:[1]", "0::/machine.slice/libpod-conmon-" + ID + ".scope\n", "/conmon");
    assertEquals(Optional.empty(), seen().unseen());
  }

  @Test
  void in_the_machines_own_mounts_its_group_tells_which_are_its() throws IOException {
    process(60, "S", "mnt:[1]", GROUP, "/opt/agent");
    Files.delete(proc.resolve("50/ns/mnt"));
    Files.createSymbolicLink(proc.resolve("50/ns/mnt"), Path.of("mnt:[1]"));
    assertEquals(List.of(50L, 60L), numbers(seen()));
    assertEquals(Optional.empty(), seen().unseen());
  }
}
