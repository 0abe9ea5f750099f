package dev.selfsame.store.jdbi;

import dev.selfsame.store.AuditMark;
import dev.selfsame.store.ChainedLine;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;

/**
 * What the changes in PostgreSQL say of the audit log of one server. That the lines are in their
 * chain is not looked at here: whoever reads all of it does so.
 *
 * @param folder the lasting name of the server's folder
 */
record PostgresAuditMarks(PostgresAddress address, String folder) implements AuditMark.Marks {
  private static final String FIELD = "\"audit\":{";

  /**
   * A mark ends its line, and a line may be as long as a manifest: only its end is fetched. No text
   * within a line can be taken for one, since its quotes are escaped.
   */
  private static final String ENDS =
      "select line from (select seq, right(line, 256) as line from change) as ends"
          + " where position(? in line) > 0 order by seq";

  private static final int ROWS_AT_ONCE = 1000;

  @Override
  public void each(Consumer<AuditMark> reader) {
    boolean _ =
        PostgresSession.patiently(
            address,
            // Rows come by and by within a transaction alone.
            handle -> handle.inTransaction(all -> read(all, reader)));
  }

  private boolean read(Handle handle, Consumer<AuditMark> reader) {
    try (ResultIterator<String> ends =
        handle
            .createQuery(ENDS)
            .bind(0, FIELD + "\"of\":\"" + folder + "\"")
            .setFetchSize(ROWS_AT_ONCE)
            .mapTo(String.class)
            .iterator()) {
      ends.forEachRemaining(end -> mark(end).ifPresent(reader));
    }
    return true;
  }

  private static Optional<AuditMark> mark(String end) {
    String line = "{" + end.substring(end.lastIndexOf(FIELD));
    try {
      return AuditMark.read(ChainedLine.parse(line.getBytes(StandardCharsets.UTF_8)).fields());
    } catch (IllegalArgumentException altered) {
      return Optional.empty(); // Whoever reads the chain says so.
    }
  }
}
