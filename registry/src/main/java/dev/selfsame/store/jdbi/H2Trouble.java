package dev.selfsame.store.jdbi;

import dev.selfsame.outcome.Interruption;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.h2.api.ErrorCode;
import org.h2.mvstore.MVStoreException;
import org.jdbi.v3.core.JdbiException;

/**
 * What H2 fails of without its file being damaged: an interrupt, a full disk, memory. Its own code
 * does not tell, as a truncated file and a full disk are I/O errors to it alike.
 */
final class H2Trouble {
  private static final Set<Integer> NO_DAMAGE =
      Set.of(ErrorCode.OUT_OF_MEMORY, ErrorCode.STATEMENT_WAS_CANCELED, ErrorCode.LOCK_TIMEOUT_1);

  /** Of the system, for ENOSPC, EDQUOT and EFBIG. */
  private static final List<String> NO_ROOM =
      List.of("No space left", "Disk quota exceeded", "File too large");

  /** What H2 says once it has ended: where it could not write, or of a fault of its own. */
  private static final Set<Integer> ENDED =
      Set.of(
          ErrorCode.DATABASE_IS_CLOSED,
          ErrorCode.DATABASE_CALLED_AT_SHUTDOWN,
          ErrorCode.DATABASE_IS_IN_EXCLUSIVE_MODE,
          ErrorCode.IO_EXCEPTION_1,
          ErrorCode.IO_EXCEPTION_2,
          ErrorCode.GENERAL_ERROR_1,
          ErrorCode.OBJECT_CLOSED);

  private H2Trouble() {}

  /** That H2 has ended, where it says so itself and not by JDBC. */
  static final class Ended extends JdbiException {
    private static final long serialVersionUID = 1L;

    Ended(Exception why) {
      super(String.valueOf(why.getMessage()), why);
    }
  }

  static boolean isNoDamage(Throwable e) {
    return isInterrupt(e) || chain(e, H2Trouble::isNoDamageItself);
  }

  /** Whether H2 has ended by itself. */
  static boolean hasEnded(Throwable e) {
    return chain(e, one -> one instanceof Ended || one instanceof MVStoreException)
        || has(e, ENDED);
  }

  /** Whether the statement was cancelled, as all are of a database that is closed. */
  static boolean isCancelled(Throwable e) {
    return has(e, Set.of(ErrorCode.STATEMENT_WAS_CANCELED));
  }

  /** Whether it is about to end. */
  static boolean isEnding(Throwable e) {
    return has(e, Set.of(ErrorCode.DATABASE_IS_IN_EXCLUSIVE_MODE));
  }

  /** Whether another process has the file open. */
  static boolean isHeld(Throwable e) {
    return has(e, Set.of(ErrorCode.DATABASE_ALREADY_OPEN_1));
  }

  /** H2 closes its file when its thread is interrupted, and what it then says names no reason. */
  static boolean isInterrupt(Throwable e) {
    return Interruption.isBehind(e) || Thread.currentThread().isInterrupted();
  }

  /** What is said of it: its own words, and those of what is behind it where they are others. */
  static String phrase(Throwable e) {
    Throwable first = e;
    Throwable last = e;
    for (Throwable t = e; t != null; t = t.getCause()) {
      // Jdbi's own words are the name of H2's exception.
      first = t instanceof SQLException && !(first instanceof SQLException) ? t : first;
      last = t.getMessage() == null ? last : t;
    }
    String own = line(first);
    String behind = line(last);
    return own.contains(behind) ? own : own + ": " + behind;
  }

  private static String line(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }

  private static boolean isNoDamageItself(Throwable one) {
    return switch (one) {
      case SQLException sql -> NO_DAMAGE.contains(sql.getErrorCode());
      case OutOfMemoryError _ -> true;
      case IOException io -> NO_ROOM.stream().anyMatch(String.valueOf(io.getMessage())::contains);
      default -> false;
    };
  }

  private static boolean has(Throwable e, Set<Integer> codes) {
    return chain(e, one -> one instanceof SQLException sql && codes.contains(sql.getErrorCode()));
  }

  private static boolean chain(Throwable e, Predicate<Throwable> has) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (has.test(t)) {
        return true;
      }
    }
    return false;
  }
}
