package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.audit.Auditor;
import dev.selfsame.audit.Survey;
import dev.selfsame.deploy.drift.ContainerLook;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.oci.Logins;
import dev.selfsame.store.ChannelName;
import dev.selfsame.where.ContainerFiles;
import dev.selfsame.where.ContainerState;
import dev.selfsame.where.Finder;
import dev.selfsame.where.OpenContainer;
import dev.selfsame.where.Scratch;
import dev.selfsame.where.Where;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A process of a container that nobody here can look at may execute the very file asked about. */
class UnseenProcessTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final ContainerState STATE =
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

  @TempDir private Path proc;
  private final Where.Container place =
      new Where.Container("docker:agent:/opt/agent", Where.Engine.DOCKER, "agent", "/opt/agent");

  /** An engine with one container, whose files nobody should come to ask for. */
  private final ContainerFiles engine =
      _ ->
          new OpenContainer() {
            @Override
            public ContainerState state() {
              return STATE;
            }

            @Override
            public Taken take(String path, Scratch into) {
              throw new AssertionError(path);
            }

            @Override
            public Stamp stamp(String path) {
              throw new AssertionError(path);
            }

            @Override
            public void close() {}
          };

  @BeforeEach
  void processes() throws IOException {
    process(ProcessHandle.current().pid(), "mnt:[1]", "0::/user.slice\n");
    process(50, "mnt:[2]", "0::/docker/" + ID + "\n");
    process(51, "", "0::/docker/" + ID + "\n");
    Files.delete(proc.resolve("51/exe"));
  }

  private void process(long pid, String mounts, String group) throws IOException {
    Path folder = Files.createDirectories(proc.resolve(Long.toString(pid)));
    Files.createDirectories(folder.resolve("ns"));
    Files.writeString(folder.resolve("stat"), pid + " (a) S" + " 7".repeat(30));
    Files.writeString(folder.resolve("cgroup"), group);
    Files.createSymbolicLink(folder.resolve("exe"), Path.of("/nowhere/tini"));
    Files.createSymbolicLink(folder.resolve("ns/mnt"), Path.of(mounts.isEmpty() ? "x" : mounts));
  }

  private void assertUnseen(Executable deed) {
    Failure failure = assertThrows(Failure.class, deed);
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertEquals(
        "cannot tell whether a process runs docker:agent:/opt/agent: process 51 belongs to it, and"
            + " cannot be looked at",
        failure.getMessage());
    assertTrue(failure.hint().contains("as root"), failure.hint());
  }

  @Test
  void verify_does_not_claim_that_no_process_runs_it() {
    Auditor auditor =
        new Auditor(
            () -> {
              throw new AssertionError("the registry is not asked");
            },
            Optional.empty(),
            ChannelName.PRODUCTION,
            Instant.EPOCH);
    Finder finder =
        new Finder(
            engine,
            proc,
            InputStream::nullInputStream,
            proc,
            Map.of(),
            Logins.NONE,
            Progress.SILENT);
    assertUnseen(() -> new Survey(auditor, finder).audit(place));
  }

  @Test
  void status_does_not_claim_that_no_process_runs_it() {
    assertUnseen(() -> ContainerLook.look(engine, proc, place));
  }
}
