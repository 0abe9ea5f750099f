package dev.selfsame.store.jdbi;

import static dev.selfsame.store.EvidenceContract.digest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.scenes.Notes;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels;
import dev.selfsame.store.EvidenceContract;
import dev.selfsame.store.EvidenceIndex;
import dev.selfsame.store.Registry;
import dev.selfsame.store.file.RegistryFolder;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Channels and the index in a real PostgreSQL, and the right to write them. */
final class PostgresEvidenceTest extends OnPostgres implements EvidenceContract {
  @TempDir private Path folder;
  private PostgresStore store;
  private Blobs blobs;

  @BeforeEach
  void open() {
    store = opened();
    blobs = RegistryFolder.create(folder.resolve("blobs")).registry().blobs();
  }

  @Override
  public Channels channels() {
    return store.registry(blobs).channels();
  }

  @Override
  public EvidenceIndex index() {
    return store.registry(blobs).index();
  }

  private Failure refused() {
    return assertThrows(Failure.class, () -> channels().entries(AGENT, PRODUCTION));
  }

  @Test
  void a_gap_is_bad_evidence() throws SQLException {
    channels().append(AGENT, PRODUCTION, new Channels.Entry(1, digest(1)));
    channels().append(AGENT, PRODUCTION, new Channels.Entry(2, digest(2)));
    sql("delete from channel where seq = 1");
    assertEquals(ExitCode.BAD_EVIDENCE, refused().code());
  }

  @Test
  void a_malformed_row_is_bad_evidence() throws SQLException {
    channels().append(AGENT, PRODUCTION, new Channels.Entry(1, digest(1)));
    index().addAbout(digest(1), digest(2));
    index().addStaged(AGENT, digest(2));
    sql("update channel set bundle = upper(bundle)");
    sql("update about set bundle = 'note'");
    sql("update submitted set name = '../x'");
    assertEquals(ExitCode.BAD_EVIDENCE, refused().code());
    assertEquals(
        ExitCode.BAD_EVIDENCE,
        assertThrows(Failure.class, () -> channels().at(AGENT, PRODUCTION, 1)).code());
    assertEquals(
        ExitCode.BAD_EVIDENCE, assertThrows(Failure.class, () -> index().about(digest(1))).code());
    assertEquals(ExitCode.BAD_EVIDENCE, assertThrows(Failure.class, () -> index().names()).code());
    sql("update channel set channel = 'No Channel'");
    assertEquals(
        ExitCode.BAD_EVIDENCE,
        assertThrows(Failure.class, () -> channels().channels(AGENT)).code());
  }

  @Test
  void a_look_tells_of_an_altered_row_and_of_what_another_server_added() throws Exception {
    channels().append(AGENT, PRODUCTION, new Channels.Entry(1, digest(1)));
    Channels.Look look = look();
    sql("update channel set bundle = '" + digest(2) + "'");
    assertFalse(look.isSame());
    sql("update channel set bundle = '" + digest(1) + "'");
    assertTrue(look.isSame());
    Channels others = opened().registry(blobs).channels();
    assertTrue(others.append(AGENT, PRODUCTION, new Channels.Entry(2, digest(2))));
    assertFalse(look.isSame());
  }

  @Test
  void all_servers_see_one_registry_of_one_name() {
    PostgresStore other = opened();
    assertEquals(store.registry(blobs).name(), other.registry(blobs).name());
    assertTrue(store.registry(blobs).name().matches("r-[0-9a-f]{16}"));
    assertTrue(channels().append(AGENT, PRODUCTION, new Channels.Entry(1, digest(1))));
    Channels others = other.registry(blobs).channels();
    assertFalse(others.append(AGENT, PRODUCTION, new Channels.Entry(1, digest(2))));
    assertEquals(List.of(new Channels.Entry(1, digest(1))), others.entries(AGENT, PRODUCTION));
  }

  @Test
  void one_at_a_time_has_the_right_to_write() {
    Notes notes = new Notes();
    PostgresStore other = opened();
    try (PostgresWriting writing = store.write(Duration.ZERO, Progress.SILENT)) {
      Failure failure =
          assertThrows(Failure.class, () -> other.write(Duration.ofMillis(300), notes));
      assertEquals(ExitCode.UNDECIDED, failure.code());
      assertTrue(failure.getMessage().contains("another process is writing"), failure.getMessage());
      assertEquals(1, notes.lines.size());
      Registry registry = writing.registry(blobs);
      assertTrue(registry.channels().append(AGENT, PRODUCTION, new Channels.Entry(1, digest(1))));
    }
    try (PostgresWriting writing = other.write(Duration.ZERO, Progress.SILENT)) {
      assertEquals(
          1, writing.registry(blobs).channels().entries(AGENT, ChannelName.PRODUCTION).size());
    }
  }

  @Test
  void who_has_lost_the_right_writes_nothing_more() throws SQLException {
    PostgresWriting lost = store.write(Duration.ZERO, Progress.SILENT);
    Registry registry = lost.registry(blobs);
    ask(
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and database ="
            + " (select oid from pg_database where datname = current_database())");
    try (PostgresWriting _ = opened().write(Duration.ofSeconds(10), Progress.SILENT)) {
      Failure failure =
          assertThrows(
              Failure.class,
              () ->
                  registry.channels().append(AGENT, PRODUCTION, new Channels.Entry(1, digest(1))));
      assertEquals(ExitCode.UNDECIDED, failure.code());
      assertTrue(failure.getMessage().contains("right to write was lost"), failure.getMessage());
    }
    lost.close();
    assertEquals(List.of(), channels().entries(AGENT, PRODUCTION));
  }
}
