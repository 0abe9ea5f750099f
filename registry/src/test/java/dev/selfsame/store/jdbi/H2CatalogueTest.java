package dev.selfsame.store.jdbi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.scenes.DatabaseHolder;
import dev.selfsame.store.Catalogue.Row;
import dev.selfsame.store.CatalogueContract;
import dev.selfsame.suites.OwnJvm;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2CatalogueTest implements CatalogueContract {
  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();

  private record OpenedFile(H2Catalogue catalogue) implements Opened {
    @Override
    public void close() {
      catalogue.close();
    }
  }

  @Override
  public Opened open(Supplier<List<Row>> evidence) {
    return new OpenedFile(file().open(evidence));
  }

  private H2File file() {
    return new H2File(
        folder,
        Duration.ofMillis(100),
        new Progress() {
          @Override
          public Step begin(String what, long total, Unit unit) {
            return SILENT.begin(what, total, unit);
          }

          @Override
          public void note(String line) {
            notes.add(line);
          }
        });
  }

  private void fill() {
    try (H2Catalogue catalogue = file().open(() -> EVIDENCE)) {
      assertEquals(2, catalogue.staged(AGENT).size());
    }
    notes.clear();
  }

  private void assertMadeAgain() {
    try (H2Catalogue catalogue = file().open(() -> EVIDENCE)) {
      assertEquals(2, catalogue.staged(AGENT).size());
      assertEquals(
          List.of(CatalogueContract.promoted(1, "1")), catalogue.promotions(AGENT, PRODUCTION));
    }
    assertTrue(notes.getLast().startsWith("catalogue made again"), notes.toString());
    notes.clear();
    try (H2Catalogue catalogue = file().open(() -> failing())) {
      assertEquals(2, catalogue.staged(AGENT).size());
    }
    assertEquals(List.of(), notes);
  }

  private static List<Row> failing() {
    throw new AssertionError("the evidence was read again without need");
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("catalogue"), "sa", "");
        var run = connection.createStatement()) {
      run.execute(statement);
    }
  }

  @Test
  void a_deleted_database_is_made_again() throws IOException {
    fill();
    Files.delete(folder.resolve("catalogue.mv.db"));
    assertMadeAgain();
  }

  @Test
  void a_truncated_or_overwritten_database_is_moved_aside_and_made_again() throws IOException {
    fill();
    Path file = folder.resolve("catalogue.mv.db");
    byte[] whole = Files.readAllBytes(file);
    for (int length : List.of(0, 1, 100, 4096, 5000, whole.length / 2)) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      assertMadeAgain();
    }
    byte[] noise = new byte[whole.length];
    new java.util.Random(1).nextBytes(noise);
    Files.write(file, noise);
    assertMadeAgain();
    Files.writeString(file, "this is no database");
    assertMadeAgain();
    try (Stream<Path> files = Files.list(folder)) {
      assertTrue(
          files.anyMatch(f -> f.getFileName().toString().equals("catalogue.damaged-1.mv.db")));
    }
  }

  /** H2 would wait for the end of that commit for ever. */
  @Test
  void a_database_that_a_kill_left_within_a_commit_is_made_again() throws Exception {
    fill();
    HalfCommit.leave(folder.resolve("catalogue.mv.db"), "update staged set name = name || '-x'");
    assertTimeoutPreemptively(Duration.ofMinutes(1), this::assertMadeAgain);
  }

  @Test
  void a_database_without_its_tables_is_made_again() throws Exception {
    fill();
    sql("drop table staged");
    sql("update migration set sha256 = 'sha256:0'");
    assertMadeAgain();
    sql("drop table migration");
    assertMadeAgain();
  }

  @Test
  void a_dropped_table_alone_is_noticed() throws Exception {
    fill();
    sql("drop table promoted");
    assertMadeAgain();
  }

  @Test
  void a_database_of_a_later_version_is_moved_aside() throws Exception {
    fill();
    sql("insert into migration (number, file, sha256) values (99, 'V99.sql', 'sha256:9')");
    assertMadeAgain();
  }

  @Test
  void a_row_that_is_no_row_is_no_answer_and_no_crash() throws Exception {
    fill();
    sql("update staged set artifact = 'sha256:xyz'");
    try (H2Catalogue catalogue = file().open(() -> EVIDENCE)) {
      assertEquals(
          ExitCode.UNDECIDED, assertThrows(Failure.class, () -> catalogue.staged(AGENT)).code());
    }
  }

  @Test
  void a_database_that_another_process_holds_is_waited_for_and_then_no_answer() throws Exception {
    fill();
    Path file = folder.resolve("catalogue.mv.db");
    Process other =
        new ProcessBuilder(OwnJvm.command(DatabaseHolder.class, folder.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertEquals('!', other.getInputStream().read());
      Failure failure = assertThrows(Failure.class, () -> file().open(() -> EVIDENCE));
      assertEquals(ExitCode.UNDECIDED, failure.code());
      assertTrue(failure.getMessage().contains("another process"), failure.getMessage());
    } finally {
      other.destroyForcibly().waitFor();
    }
    assertTrue(Files.exists(file));
    try (H2Catalogue catalogue = file().open(() -> EVIDENCE)) {
      assertEquals(2, catalogue.staged(AGENT).size());
    }
  }

  @Test
  void an_interrupt_is_no_damage() throws Exception {
    fill();
    Thread.currentThread().interrupt();
    Failure failure;
    try {
      failure = assertThrows(Failure.class, () -> file().open(() -> EVIDENCE));
      assertTrue(Thread.currentThread().isInterrupted());
    } finally {
      Thread.interrupted();
    }
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(failure.getMessage().startsWith("interrupted while"), failure.getMessage());
    nothing_but_the_database_is_left_behind();
  }

  @Test
  void a_full_disk_is_no_damage() {
    SQLException full =
        new SQLException(
            "IO Exception", "90031", 90031, new IOException("No space left on device"));
    assertTrue(H2Trouble.isNoDamage(new ConnectionException(full)));
    SQLException cut = new SQLException("IO Exception", "90031", 90031, new IOException("end"));
    assertFalse(H2Trouble.isNoDamage(new ConnectionException(cut)));
  }

  @Test
  void a_path_with_a_setting_in_it_is_refused() {
    H2File hostile =
        new H2File(folder.resolve("x;INIT=RUNSCRIPT FROM 'evil'"), Duration.ZERO, Progress.SILENT);
    assertEquals(ExitCode.USAGE, assertThrows(Failure.class, () -> hostile.open(List::of)).code());
  }

  @Test
  void nothing_but_the_database_is_left_behind() throws IOException {
    fill();
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of("catalogue.mv.db"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
    try (FileChannel channel =
        FileChannel.open(folder.resolve("catalogue.mv.db"), StandardOpenOption.WRITE)) {
      assertFalse(channel.tryLock() == null);
    }
  }
}
