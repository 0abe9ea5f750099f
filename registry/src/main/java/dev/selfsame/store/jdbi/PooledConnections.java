package dev.selfsame.store.jdbi;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.selfsame.outcome.Failure;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Connections that are kept open and lent out, to one for each piece of work. */
final class PooledConnections implements Connections, AutoCloseable {
  private static final int MOST = 16;
  private static final int IDLE = 4;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(3);
  private static final Duration LONGEST_CHECK = Duration.ofSeconds(1);

  /** Kept here, since a level that was set is forgotten with its logger. */
  private static final Logger HIKARI = Logger.getLogger("com.zaxxer.hikari");

  private final PostgresAddress address;
  private final RetryingSource source;
  private final HikariDataSource pool;
  private final Jdbi jdbi;

  PooledConnections(PostgresAddress address) {
    // It would say in many lines what a Failure says in one.
    HIKARI.setLevel(Level.OFF);
    this.address = address;
    this.source = address.set(new RetryingSource());
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setPoolName("selfsame");
    config.setMaximumPoolSize(MOST);
    config.setMinimumIdle(IDLE);
    config.setConnectionTimeout(LONGEST_WAIT.toMillis());
    config.setValidationTimeout(LONGEST_CHECK.toMillis());
    config.setInitializationFailTimeout(-1);
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    config.setConnectionInitSql(PostgresSession.SETTINGS);
    this.pool = new HikariDataSource(config);
    this.jdbi = PostgresSession.jdbi(pool);
  }

  @Override
  public <T> T with(Function<Handle, T> work) {
    try {
      return jdbi.withHandle(work::apply);
    } catch (ConnectionException none) {
      // The pool only knows that it waited.
      SQLException why = source.down();
      throw PostgresTrouble.of(address, why == null ? none : new ConnectionException(why));
    } catch (JdbiException e) {
      throw PostgresTrouble.of(address, e);
    } catch (AssertionError e) {
      throw broken(e);
    }
  }

  /** How the pool is used, under the names that others give it in Prometheus. */
  Map<String, DoubleSupplier> gauges() {
    return Map.of(
        "hikaricp_connections_active", gauge(HikariPoolMXBean::getActiveConnections),
        "hikaricp_connections_idle", gauge(HikariPoolMXBean::getIdleConnections),
        "hikaricp_connections_pending", gauge(HikariPoolMXBean::getThreadsAwaitingConnection),
        "hikaricp_connections_max", () -> MOST);
  }

  private DoubleSupplier gauge(ToDoubleFunction<HikariPoolMXBean> of) {
    return () -> {
      HikariPoolMXBean used = pool.getHikariPoolMXBean();
      return used == null ? 0 : of.applyAsDouble(used);
    };
  }

  /** With assertions on, the driver has one against a connection that breaks within a batch. */
  private Failure broken(AssertionError e) {
    if (!e.getStackTrace()[0].getClassName().startsWith("org.postgresql.")) {
      throw e;
    }
    return PostgresTrouble.of(
        address, new ConnectionException(new SQLException("the connection broke", "08006", e)));
  }

  @Override
  public void close() {
    pool.close();
  }
}
