package dev.selfsame.store.jdbi;

import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** How a PostgreSQL database is come by. Each throws what users are told where it fails. */
interface Connections {

  /**
   * Works with a connection.
   *
   * @throws dev.selfsame.outcome.Failure exit 3 where there is none, or the database refuses; what
   *     was not committed is not there then
   */
  <T> T with(Function<Handle, T> work);

  /** As {@link #with}, all or nothing. */
  default <T> T inTransaction(Function<Handle, T> work) {
    return with(handle -> handle.inTransaction(work::apply));
  }
}
