package dev.selfsame.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.digest.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;

/**
 * A line of JSON with the SHA-256 of the line before it: one that was altered, left out or put in
 * breaks the chain.
 *
 * <p>Every line begins with {@code seq}, from 1, {@code after}, the SHA-256 of the line before it
 * with its end (64 zeros in the first), and {@code at}, when it was written.
 *
 * @param seq its number
 * @param after SHA-256 of the line before
 * @param fields all that it has
 */
public record ChainedLine(long seq, String after, JsonNode fields) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The bytes of the line that follows a place, with its end.
   *
   * @param at when, kept in milliseconds
   * @param fields adds what follows those that every line has
   */
  public static byte[] following(ChangeLog.Place last, Instant at, Consumer<ObjectNode> fields) {
    ObjectNode line = JSON.createObjectNode();
    line.put("seq", last.seq() + 1);
    line.put("after", last.chain());
    line.put("at", at.truncatedTo(ChronoUnit.MILLIS).toString());
    fields.accept(line);
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * As the other, of fields that are JSON already, such as {@code "who":"ci","status":201}.
   *
   * @param at when, in milliseconds, ISO 8601
   * @param fields at least one
   */
  public static byte[] following(ChangeLog.Place last, String at, String fields) {
    String line =
        "{\"seq\":"
            + (last.seq() + 1)
            + ",\"after\":\""
            + last.chain()
            + "\",\"at\":\""
            + at
            + "\","
            + fields
            + "}\n";
    return line.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException where it is not JSON
   */
  public static ChainedLine parse(byte[] line) {
    try {
      JsonNode fields = JSON.readTree(line);
      return new ChainedLine(fields.path("seq").asLong(), fields.path("after").asText(), fields);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is not JSON", e);
    } catch (IOException e) {
      throw new UncheckedIOException("reading bytes in memory", e);
    }
  }

  /**
   * When a line was written.
   *
   * @throws IllegalArgumentException where it does not say
   */
  public static Instant at(JsonNode fields) {
    try {
      return Instant.parse(fields.path("at").asText());
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("it has no time", e);
    }
  }

  /**
   * Where a line ends that follows a place.
   *
   * @param line with its end
   */
  public static ChangeLog.Place after(ChangeLog.Place last, byte[] line) {
    return new ChangeLog.Place(last.seq() + 1, Digest.sha256(line).hex(), last.end() + line.length);
  }

  /** Whether it stands where it says. */
  public boolean follows(ChangeLog.Place place) {
    return seq == place.seq() + 1 && after.equals(place.chain());
  }
}
