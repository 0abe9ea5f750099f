package dev.selfsame.store.jdbi;

import dev.selfsame.outcome.Failure;
import java.sql.SQLException;
import java.util.Set;

/**
 * What users are told when PostgreSQL refuses.
 *
 * <p>Source of the codes: PostgreSQL's manual, Appendix A, "PostgreSQL Error Codes".
 */
final class PostgresTrouble {
  /** Starting up or shutting down, too many clients, or a standby: another try may go better. */
  private static final Set<String> PASSING =
      Set.of("57P01", "57P02", "57P03", "53300", "25006", "40001", "40P01", "55P03");

  private PostgresTrouble() {}

  /**
   * @param e what a library threw, with the database's own exception among its causes
   */
  static Failure of(PostgresAddress address, RuntimeException e) {
    String state = state(e);
    String phrase = phrase(e);
    if (state.startsWith("28")) {
      return Failure.undecided(
          "PostgreSQL at %s does not let this user in: %s".formatted(address, phrase),
          "check the database's user and password, and the server's pg_hba.conf",
          e);
    }
    return switch (state) {
      case "3D000" ->
          Failure.undecided(
              "PostgreSQL at %s has no such database: %s".formatted(address, phrase),
              "make it with createdb, or name another one",
              e);
      case "42501" ->
          Failure.undecided(
              "this user may not do that at PostgreSQL %s: %s".formatted(address, phrase),
              "let the user own the database, or the schema " + PostgresAddress.SCHEMA,
              e);
      case "53100" ->
          Failure.undecided(
              "the disk of PostgreSQL at %s is full: %s".formatted(address, phrase),
              "make room there; what was acknowledged is kept",
              e);
      case "25006" ->
          Failure.undecided(
              "PostgreSQL at %s takes no writes: %s".formatted(address, phrase),
              "name the primary server, not a standby",
              e);
      default ->
          Failure.undecided(
              isUnreachable(e)
                  ? "PostgreSQL at %s cannot be reached: %s".formatted(address, phrase)
                  : "PostgreSQL at %s cannot be used: %s".formatted(address, phrase),
              "check that the server runs; what was acknowledged is kept",
              e);
    };
  }

  /** Whether the same may succeed later though nobody changes anything here. */
  static boolean passes(Throwable e) {
    return isUnreachable(e) || PASSING.contains(state(e));
  }

  /** Whether it is the values of one statement that the database does not take. */
  static boolean isOfOneStatement(Throwable e) {
    String state = state(e);
    return state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
  }

  /** No code at all is the pool's, which got no connection in time. */
  static boolean isUnreachable(Throwable e) {
    String state = state(e);
    return state.startsWith("08") || state.startsWith("57P") || state.isEmpty();
  }

  private static String state(Throwable e) {
    SQLException last = last(e);
    return last == null || last.getSQLState() == null ? "" : last.getSQLState();
  }

  private static String phrase(Throwable e) {
    SQLException last = last(e);
    return String.valueOf((last == null ? e : last).getMessage())
        .lines()
        .findFirst()
        .orElse("no reason given");
  }

  /** The innermost is the server's own. */
  private static @org.jspecify.annotations.Nullable SQLException last(Throwable e) {
    SQLException last = null;
    for (Throwable t = e; t != null; t = t.getCause()) {
      last = t instanceof SQLException sql ? sql : last;
    }
    return last;
  }
}
