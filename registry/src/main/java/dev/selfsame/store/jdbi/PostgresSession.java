package dev.selfsame.store.jdbi;

import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

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

  /** For who reads everything, and may be long at it. */
  private static final String PATIENT =
      "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0";

  private PostgresSession() {}

  /**
   * Does what may take long, on a connection of its own, which ends with its temporary tables and
   * its patience.
   *
   * @throws dev.selfsame.outcome.Failure exit 3 where there is none, or the database refuses
   */
  static <T> T patiently(PostgresAddress address, Function<Handle, T> work) {
    try (Handle handle = jdbi(address.patientSource()).open()) {
      handle.execute(SETTINGS);
      handle.execute(PATIENT);
      return work.apply(handle);
    } catch (JdbiException e) {
      throw PostgresTrouble.of(address, e);
    }
  }

  static Jdbi jdbi(DataSource source) {
    return Jdbi.create(source).registerArrayType(String.class, "text");
  }
}
