package dev.selfsame.store.jdbi;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Connects for the pool, which itself would try less and less often: up to five seconds would pass
 * between a server's return and the first answer.
 */
@SuppressWarnings("serial") // nobody writes it anywhere
final class RetryingSource extends PGSimpleDataSource {
  private static final int RETRY_MILLIS = 200;

  /** Why there was no connection at the last try; null where there was one. */
  private transient volatile @Nullable SQLException down;

  @Override
  public Connection getConnection() throws SQLException {
    while (true) {
      try {
        Connection connection = super.getConnection();
        down = null;
        return connection;
      } catch (SQLException e) {
        down = e;
        if (!PostgresTrouble.passes(e)) {
          throw e;
        }
      }
      try {
        Thread.sleep(RETRY_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SQLException("the pool was closed", "08000", e);
      }
    }
  }

  /** Why there are no connections at present; null where there are. */
  @Nullable SQLException down() {
    return down;
  }
}
