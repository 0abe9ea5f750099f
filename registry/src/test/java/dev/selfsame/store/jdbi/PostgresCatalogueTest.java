package dev.selfsame.store.jdbi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.scenes.Notes;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.Catalogue.Row;
import dev.selfsame.store.CatalogueContract;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The catalogue in a real PostgreSQL. */
final class PostgresCatalogueTest extends OnPostgres implements CatalogueContract {
  private final Notes notes = new Notes();

  private record Writer(PostgresWriting writing, Catalogue catalogue) implements Opened {
    @Override
    public void close() {
      catalogue.close();
      writing.close();
    }
  }

  @Override
  public Opened open(Supplier<List<Row>> evidence) {
    PostgresWriting writing = opened().write(Duration.ZERO, notes);
    return new Writer(writing, writing.catalogue(evidence));
  }

  @Test
  void who_only_reads_sees_what_was_added() {
    Catalogue reading = opened().catalogue();
    try (Opened writing = open(List::of)) {
      EVIDENCE.forEach(writing.catalogue()::add);
      assertEquals(2, reading.staged(AGENT).size());
      assertEquals(List.of(AGENT), reading.names("viworks"));
      assertEquals(List.of(), reading.names("\u0000"));
    }
  }

  @Test
  void rows_that_were_altered_are_no_answer_and_may_be_made_again() throws SQLException {
    try (Opened writing = open(List::of)) {
      EVIDENCE.forEach(writing.catalogue()::add);
    }
    sql("update staged set artifact = 'sha256:xyz'");
    Failure failure = assertThrows(Failure.class, () -> opened().catalogue().staged(AGENT));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    String statement = failure.hint().substring(1, failure.hint().lastIndexOf('\''));
    server.sql(database, statement);
    try (Opened writing = open(() -> EVIDENCE)) {
      assertEquals(2, writing.catalogue().staged(AGENT).size());
    }
    assertTrue(notes.lines.getLast().startsWith("catalogue made again"), notes.lines.toString());
  }
}
