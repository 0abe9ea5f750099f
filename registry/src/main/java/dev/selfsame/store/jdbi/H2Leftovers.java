package dev.selfsame.store.jdbi;

import java.sql.SQLException;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.tx.Transaction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * What a process leaves in an H2 file that is killed, or whose disk is full, while a commit is
 * under way. H2 stores what it has from time to time, also between the mark that a transaction is
 * committed and the last of its rows. When such a file is opened, H2 2.5.252 finds the transaction,
 * takes it for ended, and does nothing: some of its rows are seen and some are not, and whoever
 * changes one of the others waits for it for ever. ({@code Transaction.commit} looks whether the
 * transaction was active, and one that was read as committed never was.)
 */
final class H2Leftovers {
  private H2Leftovers() {}

  /** A file of which rows are half committed: it has to be made anew. */
  static final class Found extends JdbiException {
    private static final long serialVersionUID = 1L;

    private Found() {
      super("a commit was under way when its process ended");
    }
  }

  /**
   * To be asked with the first connection, before anything is changed and while there is no other.
   *
   * @throws Found where there is such a transaction
   */
  static void refuse(Handle handle) {
    if (in(handle)) {
      throw new Found();
    }
  }

  /** Whether there is such a transaction. */
  static boolean in(Handle handle) {
    try {
      return H2Inside.transactions(handle.getConnection()).getOpenTransactions().stream()
          .anyMatch(one -> one.getStatus() == Transaction.STATUS_COMMITTED);
    } catch (MVStoreException | SQLException e) {
      throw new H2Trouble.Ended(e);
    }
  }
}
