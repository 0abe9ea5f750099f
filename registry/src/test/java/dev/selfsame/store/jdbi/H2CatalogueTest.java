package dev.selfsame.store.jdbi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Catalogue.Promoted;
import dev.selfsame.store.Catalogue.Row;
import dev.selfsame.store.Catalogue.Staged;
import dev.selfsame.store.ChannelName;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2CatalogueTest {
  private static final ArtifactName AGENT = new ArtifactName("viworks/agent");
  private static final ChannelName PRODUCTION = ChannelName.PRODUCTION;
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123456789Z");

  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes());
  }

  private static Staged staged(String artifact) {
    return new Staged(AGENT, digest(artifact), digest("b" + artifact), "alice", true, NOON);
  }

  private static Promoted promoted(long seq, String artifact) {
    return new Promoted(AGENT, PRODUCTION, seq, digest(artifact), digest("p" + artifact), NOON);
  }

  private static final List<Row> EVIDENCE = List.of(staged("1"), staged("2"), promoted(1, "1"));

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
      assertEquals(List.of(promoted(1, "1")), catalogue.promotions(AGENT, PRODUCTION));
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
  void rows_come_back_as_they_were_put() {
    try (H2Catalogue catalogue = file().open(List::of)) {
      EVIDENCE.forEach(catalogue::add);
      catalogue.add(staged("1"));
      catalogue.add(promoted(1, "1"));
      assertEquals(2, catalogue.staged(AGENT).size());
      assertTrue(catalogue.staged(AGENT).contains(staged("1")));
      assertEquals(List.of(promoted(1, "1")), catalogue.promotions(AGENT, PRODUCTION));
      assertEquals(List.of(), catalogue.promotions(AGENT, new ChannelName("staging")));
      assertEquals(List.of(AGENT), catalogue.names("agent"));
      assertEquals(List.of(), catalogue.names("%"));
    }
    assertEquals(List.of(), notes);
  }

  @Test
  void a_second_promotion_in_the_same_place_is_refused() {
    try (H2Catalogue catalogue = file().open(() -> EVIDENCE)) {
      Failure failure = assertThrows(Failure.class, () -> catalogue.add(promoted(1, "2")));
      assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
      catalogue.add(promoted(2, "2"));
      assertEquals(promoted(2, "2"), catalogue.promotions(AGENT, PRODUCTION).getFirst());
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
  void evidence_that_was_announced_and_never_added_makes_it_again() {
    try (H2Catalogue catalogue = file().open(() -> List.of(staged("1")))) {
      catalogue.announce(); // and the process dies here
    }
    notes.clear();
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
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DatabaseHolder.class.getName(),
                folder.toString())
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
