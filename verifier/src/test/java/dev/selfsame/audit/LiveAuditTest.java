package dev.selfsame.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.docker.SmallProgram;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Evidence;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.where.LiveProcess;
import dev.selfsame.where.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a process and its file between the first look and the answer. */
@Needs(Component.GCC)
@Timeout(120)
class LiveAuditTest {
  @TempDir Path folder;
  private Stage stage;
  private Path program;
  private Process process;

  @BeforeEach
  void start() throws Exception {
    stage = new Stage(folder);
    Records records = Records.of("agent");
    records.binary = SmallProgram.compile(folder, "promoted");
    stage.release(records);
    program = Files.write(folder.resolve("agent"), records.binary);
    assertTrue(program.toFile().setExecutable(true));
    process = new ProcessBuilder(program.toString()).start();
    assertEquals('u', process.getInputStream().read());
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  private interface Deed {
    void run() throws Exception;
  }

  /** Audits the process, to which something happens once it was looked at. */
  private Audit auditWhile(Deed deed) {
    Auditor auditor =
        new Auditor(
            () -> {
              try {
                deed.run();
              } catch (Exception e) {
                throw new AssertionError(e);
              }
              return new Evidence(stage.evidence().registry(), stage.root);
            },
            Optional.empty(),
            ChannelName.PRODUCTION,
            stage.now);
    try (Scratch scratch = Scratch.create(1 << 24)) {
      return new LiveAudit(auditor, "pid", null)
          .process(LiveProcess.of(Path.of("/proc"), process.pid()), scratch, Optional.empty());
    }
  }

  private void assertUndecided(String words, Deed deed) {
    Failure failure = assertThrows(Failure.class, () -> auditWhile(deed));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(failure.getMessage().contains(words), failure.getMessage());
  }

  @Test
  void what_stays_as_it_is_gets_its_answer() {
    assertInstanceOf(Audit.Promoted.class, auditWhile(() -> {}));
  }

  @Test
  void a_file_that_is_replaced_meanwhile_gets_no_answer() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "other");
    assertUndecided(
        "was changed or replaced while",
        () -> Files.move(other, program, StandardCopyOption.ATOMIC_MOVE));
  }

  @Test
  void a_file_that_is_deleted_meanwhile_gets_no_answer() {
    assertUndecided("was changed or replaced while", () -> Files.delete(program));
  }

  @Test
  void a_process_that_ends_meanwhile_gets_no_answer() {
    assertUndecided("", () -> process.destroyForcibly().waitFor());
  }
}
