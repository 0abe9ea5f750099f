package dev.selfsame.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The last line of an audit log that was on the disk, as a line of the log of changes says it:
 * {@code "audit": {"seq": N, "chain": "HEX"}}. An audit log that ends with a line is whole by
 * itself; by these it is found out that it went on, or was another. Where several servers write
 * into one log of changes, {@code "of": "r-…"} says whose folder the audit log is in.
 *
 * @param of the lasting name of the folder; empty for the one that the log of changes is in
 * @param seq the line's number, from 1
 * @param chain SHA-256 of the line, lower-case hex
 */
public record AuditMark(String of, long seq, String chain) {
  private static final String FIELD = "audit";
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** What hands out marks, in the order in which they were made. */
  @FunctionalInterface
  public interface Marks {
    /**
     * Reads them.
     *
     * @throws dev.selfsame.outcome.Failure exit 3 where that is not possible
     */
    void each(Consumer<AuditMark> reader);
  }

  /** The mark of a line of the audit log in the folder of this name. */
  public static AuditMark at(String of, ChangeLog.Place place) {
    return new AuditMark(of, place.seq(), place.chain());
  }

  /** Adds it to a line. */
  public void write(ObjectNode line) {
    ObjectNode mark = line.putObject(FIELD);
    if (!of.isEmpty()) {
      mark.put("of", of);
    }
    mark.put("seq", seq).put("chain", chain);
  }

  /** The mark of a line; empty where it has none. */
  public static Optional<AuditMark> read(JsonNode line) {
    JsonNode mark = line.path(FIELD);
    String chain = mark.path("chain").asText();
    return SHA256.matcher(chain).matches()
        ? Optional.of(new AuditMark(mark.path("of").asText(), mark.path("seq").asLong(), chain))
        : Optional.empty();
  }
}
