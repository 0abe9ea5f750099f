package dev.selfsame.store.jdbi;

import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** How every connection to PostgreSQL is set up. */
final class PostgresSession {
  /**
   * A client that stops in the middle of a transaction holds the row that all writers wait for, so
   * the server ends it. A client whose machine is gone is found out by its silence.
   */
  static final String SETTINGS =
      "set idle_in_transaction_session_timeout = '10s';"
          + " set lock_timeout = '20s';"
          + " set statement_timeout = '60s';"
          + " set tcp_keepalives_idle = 10;"
          + " set tcp_keepalives_interval = 5;"
          + " set tcp_keepalives_count = 3";

  private PostgresSession() {}

  static Jdbi jdbi(DataSource source) {
    return Jdbi.create(source).registerArrayType(String.class, "text");
  }
}
