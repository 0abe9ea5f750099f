package dev.selfsame.store.jdbi;

import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * The file of the server's repositories as it is open now.
 *
 * @param pool its connections
 * @param jdbi on them
 */
record H2Database(JdbcConnectionPool pool, Jdbi jdbi) {
  private static final String FILE = "repositories";
  private static final int CONNECTIONS = 32;

  /** Where H2 keeps it in a registry's folder. */
  static Path file(Path folder) {
    return folder.resolve(FILE + ".mv.db");
  }

  /**
   * How H2 is told of the file in a registry's folder.
   *
   * @throws Failure exit 2 where the folder's path cannot be written for H2
   */
  static String url(Path folder) {
    String path = folder.resolve(FILE).toString();
    if (path.contains(";")) {
      // H2 has no way to write it: what follows would be a setting.
      throw Failure.usage("the folder's path has a semicolon: " + folder, "name another folder");
    }
    return "jdbc:h2:file:" + path + ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0";
  }

  /** The one at that address. H2 looks at the file with the first connection. */
  static H2Database at(String url) {
    JdbcConnectionPool pool = JdbcConnectionPool.create(url, "sa", "");
    pool.setMaxConnections(CONNECTIONS);
    return new H2Database(pool, Jdbi.create(pool));
  }

  /** Writes nothing more. */
  void drop() {
    try (Handle handle = jdbi.open()) {
      handle.execute("shutdown immediately");
    } catch (JdbiException | IllegalStateException gone) {
      // It has ended already, or was dropped before.
    } finally {
      pool.dispose();
    }
  }

  /** Closes the file. */
  void shutdown() {
    try (Handle handle = jdbi.open()) {
      handle.execute("shutdown");
    } catch (JdbiException | IllegalStateException e) {
      // What was acknowledged is in the log; the file is only less tidy. Or it was dropped before.
    } finally {
      pool.dispose();
    }
  }

  /** What is said of it. */
  static Failure trouble(JdbiException e) {
    return H2Trouble.isHeld(e)
        ? Failure.undecided(
            "another process has the registry's repositories open",
            "end the other server, or name another folder with --data",
            e)
        : Failure.undecided(
            "the registry's repositories cannot be used: " + H2Trouble.phrase(e),
            "check free space and permissions of the registry's folder",
            e);
  }
}
