package dev.selfsame.store.jdbi;

import static dev.selfsame.store.RepositoriesContract.blob;
import static dev.selfsame.store.RepositoriesContract.manifest;
import static dev.selfsame.store.RepositoriesContract.tags;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Change;
import dev.selfsame.store.ChangeLog.Place;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.RepositoriesContract;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.file.FileChangeLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows in a real PostgreSQL, and the chain of changes beside them. */
final class PostgresRepositoriesTest extends OnPostgres implements RepositoriesContract {
  private PostgresStore store;

  @BeforeEach
  void open() {
    store = opened();
  }

  @Override
  public Repositories repositories() {
    return store.repositories();
  }

  @Override
  public Repositories reopened() {
    store.close();
    store = opened();
    return store.repositories();
  }

  private List<Change> changes() {
    List<Change> all = new ArrayList<>();
    store.changes().read(Place.START, (_, _, change) -> all.add(change));
    return all;
  }

  private void fill() {
    Repositories rows = store.repositories();
    rows.link(APP, blob(1));
    rows.put(APP, manifest("one"), tags("1", "latest"));
    rows.put(APP, RepositoriesContract.referring("two", blob(2), "type/\u0000"), tags("latest"));
    rows.delete(APP, tags("1").getFirst());
    rows.delete(APP, manifest("one").digest());
    rows.unlink(APP, blob(1));
  }

  @Test
  void every_change_is_a_line_of_the_chain() {
    fill();
    assertEquals(
        List.of("Link", "Put", "Put", "DeleteTag", "DeleteManifest", "Unlink"),
        changes().stream().map(change -> change.getClass().getSimpleName()).toList());
    assertEquals(6, store.changes().last().seq());
    StoredManifest two = ((Change.Put) changes().get(2)).manifest();
    RepositoriesContract.assertSame(two, store.repositories().manifest(APP, LATEST));
  }

  @Test
  void what_changes_nothing_is_not_in_the_chain() {
    fill();
    Repositories rows = store.repositories();
    assertFalse(rows.delete(APP, tags("absent").getFirst()));
    assertFalse(rows.delete(APP, blob(9)));
    assertFalse(rows.unlink(APP, blob(9)));
    rows.link(APP, blob(3));
    rows.put(APP, manifest("{\"layers\":[{\"digest\":\"%s\"}]}".formatted(blob(3))), List.of());
    rows.link(APP, blob(3));
    assertEquals(8, changes().size());
  }

  @Test
  void the_lines_are_those_that_a_file_would_hold(@TempDir Path folder) throws Exception {
    fill();
    Path file = folder.resolve("log");
    Files.writeString(file, ask("select string_agg(line, '' order by seq) from selfsame.change"));
    try (FileChangeLog log = FileChangeLog.open(file, Clock.systemUTC(), () -> Place.START)) {
      assertEquals(store.changes().last(), log.last());
      List<String> read = new ArrayList<>();
      log.read(Place.START, (_, _, change) -> read.add(change.getClass().getSimpleName()));
      assertEquals(6, read.size());
    }
  }

  @Test
  void a_change_that_was_altered_left_out_or_put_in_is_found() throws SQLException {
    fill();
    assertThrows(SQLException.class, () -> sql("update change set line = '' where seq = 1"));
    assertThrows(SQLException.class, () -> sql("delete from change"));
    assertThrows(SQLException.class, () -> sql("truncate change"));
    sql("alter table change disable trigger all");
    sql("create table kept as select * from change; create table top as select * from head");
    for (String forgery :
        List.of(
            "update change set line = replace(line, 'staging/app', 'staging/apq') where seq = 2",
            "update change set line = replace(line, 'staging/app', 'staging/apq') where seq = 6",
            "update change set line = 'nonsense' where seq = 3",
            "update change set line = '{}' where seq = 3",
            "delete from change where seq = 3",
            "delete from change where seq = 6",
            "delete from change",
            "insert into change values (7, '{}'); update head set seq = 7",
            "update change set seq = -seq where seq in (3, 4);"
                + " update change set seq = 7 + seq where seq < 0",
            "update head set chain = repeat('0', 64)")) {
      sql(forgery);
      Failure failure = assertThrows(Failure.class, this::changes, forgery);
      assertEquals(ExitCode.BAD_EVIDENCE, failure.code(), failure.toString());
      assertTrue(failure.toString().contains("was altered"), failure.toString());
      sql(
          "delete from change; insert into change select * from kept;"
              + " delete from head; insert into head select * from top");
      assertEquals(6, changes().size());
    }
  }

  @Test
  void a_value_that_the_database_does_not_take_harms_nobody_elses_write() throws Exception {
    StoredManifest bad =
        new StoredManifest(blob(1), "has a zero \u0000", new byte[1], null, null, "{}");
    List<Callable<Boolean>> writers = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      int number = i;
      writers.add(() -> {
        if (number % 8 == 0) {
          assertThrows(
              Failure.class, () -> store.repositories().put(APP, bad, tags("bad" + number)));
        } else {
          store.repositories().put(APP, manifest("m" + number), tags("t" + number));
        }
        return true;
      });
    }
    try (ExecutorService many = Executors.newFixedThreadPool(16)) {
      for (Future<Boolean> one : many.invokeAll(writers)) {
        assertTrue(one.get());
      }
    }
    assertEquals(56, store.repositories().tags(APP, null, 1000).size());
    assertEquals(56, changes().size());
  }

  @Test
  void a_database_that_was_made_forgetful_while_it_is_served_gets_no_more_writes()
      throws SQLException {
    store.repositories().link(APP, blob(1));
    sql("alter database " + database + " set synchronous_commit = off");
    store.close();
    Failure failure = assertThrows(Failure.class, this::opened);
    assertTrue(failure.toString().contains("synchronous_commit"), failure.toString());
    sql("alter database " + database + " reset synchronous_commit");
    store = opened();
    server.sql("postgres", "alter system set synchronous_commit = off");
    server.sql("postgres", "select pg_reload_conf()");
    try {
      RepositoryName app = APP;
      Failure refused = assertThrows(Failure.class, () -> writeUntilRefused(app));
      assertTrue(refused.toString().contains("synchronous_commit"), refused.toString());
      assertTrue(store.repositories().linked(APP, blob(1)));
    } finally {
      server.sql("postgres", "alter system reset synchronous_commit");
      server.sql("postgres", "select pg_reload_conf()");
    }
  }

  /** The server's processes hear of a setting in their own time. */
  private void writeUntilRefused(RepositoryName app) throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      store.repositories().put(app, manifest("m" + i), List.of());
      Thread.sleep(50);
    }
  }
}
