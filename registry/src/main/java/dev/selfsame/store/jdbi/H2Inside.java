package dev.selfsame.store.jdbi;

import java.sql.Connection;
import java.sql.SQLException;
import org.h2.engine.Database;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.tx.TransactionStore;

/** What a connection to an H2 file of this process hides. */
final class H2Inside {
  private H2Inside() {}

  /**
   * What its rows are in.
   *
   * @throws SQLException where the connection is closed
   */
  static MVStore store(Connection connection) throws SQLException {
    return database(connection).getStore().getMvStore();
  }

  /**
   * The changes that are under way.
   *
   * @throws SQLException where the connection is closed
   */
  static TransactionStore transactions(Connection connection) throws SQLException {
    return database(connection).getStore().getTransactionStore();
  }

  private static Database database(Connection connection) throws SQLException {
    if (connection.unwrap(JdbcConnection.class).getSession() instanceof SessionLocal session) {
      return session.getDatabase();
    }
    throw new IllegalStateException("H2's database is in another process");
  }
}
