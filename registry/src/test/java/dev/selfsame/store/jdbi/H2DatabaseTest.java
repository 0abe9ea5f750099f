package dev.selfsame.store.jdbi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.h2.mvstore.MVStore;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** H2's file where nobody but us writes to it. */
final class H2DatabaseTest {
  private static final int ROWS = 12_000;
  private static final int KEPT_OF = 20;
  private static final int RETENTION = 1;

  @TempDir private Path folder;

  private static void fill(Handle handle) {
    handle.execute("create table t (id int primary key, text varchar)");
    handle.execute("create table u (id int)");
    handle.execute(
        "insert into t select x, rawtohex(secure_rand(400)) from system_range(1, ?)", ROWS);
  }

  private static List<String> texts(Handle handle) {
    return handle.createQuery("select text from t order by id").mapTo(String.class).list();
  }

  @Test
  void what_is_in_use_is_moved_together_while_others_read() {
    H2Database database = H2Database.open(folder, H2DatabaseTest::fill);
    MVStore store = database.with(H2DatabaseTest::store);
    store.setRetentionTime(RETENTION); // Else what is no longer in use is kept for long.
    database.store();
    List<String> left = database.with(reader -> emptied(database, reader));
    for (int i = 0; i < 30; i++) {
      database.tidy();
      database.with(handle -> handle.execute("insert into u values (1)"));
      database.store();
    }
    assertEquals(left, database.with(H2DatabaseTest::texts));
    assertEquals(RETENTION, store.getRetentionTime());
    assertTrue(store.getFileStore().getChunksFillRate() > 50);
    assertTrue(store.getFileStore().getFillRate() < 50, "the rest can be written over");
    database.drop();
    H2Database again = H2Database.open(folder, _ -> {});
    assertEquals(left, again.with(H2DatabaseTest::texts));
    again.shutdown();
  }

  /** Leaves a part, which it returns, and has a reader see all of it to the end. */
  private static List<String> emptied(H2Database database, Handle reader) {
    reader.setTransactionIsolationLevel(TransactionIsolationLevel.REPEATABLE_READ);
    reader.begin();
    List<String> all = texts(reader);
    for (int i = 0; i < KEPT_OF - 1; i++) {
      int rest = i;
      database.with(handle -> handle.execute("delete from t where mod(id, ?) = ?", KEPT_OF, rest));
      database.store();
    }
    List<String> left = database.with(H2DatabaseTest::texts);
    for (int i = 0; i < 30; i++) {
      database.tidy();
      assertEquals(left, database.with(H2DatabaseTest::texts));
      assertEquals(all, texts(reader), "a reader sees what was there when it began");
    }
    reader.rollback();
    reader.setTransactionIsolationLevel(TransactionIsolationLevel.READ_COMMITTED);
    return left;
  }

  private static MVStore store(Handle handle) {
    try {
      return H2Inside.store(handle.getConnection());
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void what_was_read_is_kept_in_one_megabyte_as_h2_reckons() {
    H2Database database = H2Database.open(folder, H2DatabaseTest::fill);
    assertEquals(1, database.with(H2DatabaseTest::store).getCacheSize());
    database.drop();
  }

  @Test
  void a_connection_on_which_something_failed_is_not_handed_to_others() {
    H2Database database = H2Database.open(folder, H2DatabaseTest::fill);
    assertThrows(
        IllegalStateException.class,
        () ->
            database.with(handle -> {
              handle.begin();
              handle.execute("insert into u values (1)");
              throw new IllegalStateException("in the middle");
            }));
    assertEquals(
        List.of(),
        database.with(handle -> handle.select("select id from u").mapTo(Integer.class).list()));
    database.shutdown();
    assertThrows(IllegalStateException.class, () -> database.with(Handle::begin));
  }
}
