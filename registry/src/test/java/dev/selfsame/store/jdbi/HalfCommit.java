package dev.selfsame.store.jdbi;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.db.Store;
import org.h2.mvstore.tx.TransactionStore;

/** Leaves an H2 file as a process does that is killed when H2 stores it within a commit. */
final class HalfCommit {
  private static final String ENDING = ".mv.db";

  private HalfCommit() {}

  /**
   * Changes rows in one transaction, and ends after H2 has marked it as committed and before its
   * rows are.
   *
   * @param file ends with .mv.db
   */
  static void leave(Path file, String... changes) throws Exception {
    String path = file.toString();
    Path copy = Path.of(path + ".copy");
    String url = "jdbc:h2:file:" + path.substring(0, path.length() - ENDING.length());
    try (Connection connection = DriverManager.getConnection(url, "sa", "");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String change : changes) {
        statement.execute(change);
      }
      SessionLocal session = (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
      Store store = session.getDatabase().getStore();
      // What TransactionStore.commit does first.
      Method mark =
          TransactionStore.class.getDeclaredMethod("markUndoLogAsCommitted", int.class, long.class);
      mark.setAccessible(true);
      mark.invoke(store.getTransactionStore(), session.getTransaction().getId(), 1L);
      store.getMvStore().commit();
      store.getMvStore().sync();
      Files.copy(file, copy);
      statement.execute("shutdown immediately");
    }
    Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
