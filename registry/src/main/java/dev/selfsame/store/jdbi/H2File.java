package dev.selfsame.store.jdbi;

import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Interruption;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.Catalogue.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;
import org.h2.api.ErrorCode;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * The catalogue's file in a registry's folder, and how it is opened whatever state it is in.
 *
 * @param folder the registry's folder
 * @param patience how long to wait for another process that holds the file
 * @param progress told when the catalogue is made again, and why
 */
public record H2File(Path folder, Duration patience, Progress progress) {
  private static final String FILE = "catalogue.mv.db";
  private static final int RETRY_MILLIS = 50;

  /**
   * Opens the catalogue. Where it is absent, damaged, of another schema, or was left behind the
   * evidence by a process that died, it is filled from {@code evidence} first; a damaged one is
   * moved aside.
   *
   * @throws Failure exit 3 where another process holds the file for longer than the patience, or
   *     the file system refuses
   */
  public H2Catalogue open(Supplier<? extends Collection<? extends Row>> evidence) {
    boolean behind = Files.exists(pending());
    try {
      return open(evidence, behind ? "it was left behind the evidence" : "");
    } catch (JdbiException e) {
      if (!mayBeReplaced() || H2Trouble.isNoDamage(e)) {
        throw unusable("use", e);
      }
      moveAside(H2Trouble.phrase(e));
    }
    try {
      return open(evidence, "it was damaged");
    } catch (JdbiException e) {
      throw unusable("make", e);
    }
  }

  private Failure unusable(String what, JdbiException e) {
    return H2Trouble.isInterrupt(e)
        ? Interruption.failure("opening " + file())
        : Failure.undecided(
            "cannot %s %s: %s".formatted(what, file(), H2Trouble.phrase(e)),
            "check free space and permissions of the registry's folder",
            e);
  }

  private H2Catalogue open(
      Supplier<? extends Collection<? extends Row>> evidence, String knownReason) {
    boolean absent = !Files.exists(file());
    Handle handle = connect();
    try {
      H2Leftovers.refuse(handle);
      H2Catalogue catalogue = new H2Catalogue(handle, pending());
      String reason =
          switch (Migrations.CATALOGUE.apply(handle)) {
            case CURRENT -> {
              catalogue.probe();
              yield knownReason;
            }
            case UPGRADED -> "its schema is new";
            case NEW -> absent && knownReason.isEmpty() ? "there was none" : "it was empty";
            case FOREIGN ->
                throw new JdbiException("its schema is of another version") {
                  private static final long serialVersionUID = 1L;
                };
          };
      if (!reason.isEmpty()) {
        // The tables are there, and empty: who finds them so after a kill has to fill them.
        catalogue.announce();
        fill(catalogue, evidence.get(), reason);
      }
      return catalogue;
    } catch (RuntimeException e) {
      handle.close();
      throw e;
    }
  }

  private void fill(H2Catalogue catalogue, Collection<? extends Row> rows, String reason) {
    catalogue.refill(rows);
    catalogue.settle();
    if (!rows.isEmpty()) {
      progress.note(
          "catalogue made again from the evidence, %d rows (%s)".formatted(rows.size(), reason));
    }
  }

  private Handle connect() {
    Jdbi jdbi = Jdbi.create(url(), "sa", "");
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return jdbi.open();
      } catch (JdbiException e) {
        if (errorCode(e) != ErrorCode.DATABASE_ALREADY_OPEN_1) {
          throw e;
        }
        if (System.nanoTime() - deadline > 0) {
          throw Failure.undecided(
              "another process holds the registry's catalogue " + file(),
              "end the process that has it open, then run the command again",
              e);
        }
        sleep();
      }
    }
  }

  /** H2 has no way to write a path with a semicolon: what follows it would be a setting. */
  private String url() {
    String path = folder.resolve("catalogue").toString();
    if (path.contains(";")) {
      throw Failure.usage(
          "the registry's path has a semicolon: " + folder, "name another folder with --registry");
    }
    return "jdbc:h2:file:" + path + ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0;WRITE_DELAY=0";
  }

  /** H2 reports a truncated file as an I/O error too, so that its code does not tell. */
  private boolean mayBeReplaced() {
    return Files.isReadable(file()) && Files.isWritable(file()) && Files.isWritable(folder);
  }

  private void moveAside(String why) {
    try {
      int number = 1;
      while (Files.exists(aside(number))) {
        number++;
      }
      Files.move(file(), aside(number));
      progress.note("catalogue is damaged (%s); moved aside to %s".formatted(why, aside(number)));
    } catch (IOException e) {
      throw Failure.undecided(
          "%s is damaged and cannot be moved aside: %s".formatted(file(), e.getMessage()),
          "delete it; it is made again from the evidence",
          e);
    }
  }

  private Path file() {
    return folder.resolve(FILE);
  }

  private Path pending() {
    return folder.resolve("catalogue.pending");
  }

  private Path aside(int number) {
    return folder.resolve("catalogue.damaged-%d.mv.db".formatted(number));
  }

  private static int errorCode(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof SQLException sql) {
        return sql.getErrorCode();
      }
    }
    return 0;
  }

  private static void sleep() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.undecided("stopped while waiting for the registry", "run the command again", e);
    }
  }
}
