package dev.selfsame.attest.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.MalformedDocumentException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object whose fields are read by name and type. Every reader throws {@link
 * MalformedDocumentException} that names the field where it is missing or of another type.
 *
 * @param node the object
 * @param path where it stands in the document, empty for the whole
 */
public record Fields(ObjectNode node, String path) {

  /** Sees {@code node}, which must be an object, at this place in its document. */
  public static Fields of(JsonNode node, String path) {
    if (node instanceof ObjectNode object) {
      return new Fields(object, path);
    }
    throw new MalformedDocumentException(
        (path.isEmpty() ? "the document" : path) + " is not a JSON object", null);
  }

  /** Refuses every field but these. */
  public Fields only(String... names) {
    List<String> known = List.of(names);
    for (Iterator<String> it = node.fieldNames(); it.hasNext(); ) {
      String name = it.next();
      if (!known.contains(name)) {
        throw malformed("unknown field " + at(name));
      }
    }
    return this;
  }

  /** Whether the field is there, as anything but null. */
  public boolean has(String name) {
    return node.hasNonNull(name);
  }

  /** A field of any type. */
  public JsonNode any(String name) {
    JsonNode value = present(name);
    if (value == null) {
      throw malformed("field " + at(name) + " is missing");
    }
    return value;
  }

  /** A text that is not empty. */
  public String text(String name) {
    JsonNode value = any(name);
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw malformed(at(name) + " is not text");
    }
    return value.textValue();
  }

  /** A text, where there is one. */
  public Optional<String> optionalText(String name) {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  /** An integer that fits into 64 bits. */
  public long integer(String name) {
    JsonNode value = any(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw malformed(at(name) + " is not an integer");
    }
    return value.longValue();
  }

  /** true or false. */
  public boolean flag(String name) {
    JsonNode value = any(name);
    if (!value.isBoolean()) {
      throw malformed(at(name) + " is not true or false");
    }
    return value.booleanValue();
  }

  /** A time as RFC 3339 writes it, in UTC: {@code 2026-11-23T10:00:00Z}, with up to 9 decimals. */
  public Instant time(String name) {
    try {
      return UtcTime.parse(text(name));
    } catch (DateTimeException | NumberFormatException e) {
      throw malformed(at(name) + " is not a time such as 2026-11-23T10:00:00Z");
    }
  }

  /** A time, where there is one. */
  public Optional<Instant> optionalTime(String name) {
    return has(name) ? Optional.of(time(name)) : Optional.empty();
  }

  /** SHA-256 as 64 lower-case hex digits. */
  public Digest sha256(String name) {
    try {
      return Digest.ofSha256Hex(text(name));
    } catch (IllegalArgumentException e) {
      throw malformed(at(name) + " is not 64 lower-case hex digits");
    }
  }

  /** Bytes in canonical Base64 (RFC 4648 section 4, padded, no stray bits, no line breaks). */
  public byte[] base64(String name) {
    String text = text(name);
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // falls through to the one phrase for both
    }
    throw malformed(at(name) + " is not canonical Base64");
  }

  /** An object. */
  public Fields object(String name) {
    return of(any(name), at(name));
  }

  /** An array of objects, which may be empty. */
  public List<Fields> objects(String name) {
    JsonNode value = any(name);
    if (!value.isArray()) {
      throw malformed(at(name) + " is not a list");
    }
    List<Fields> elements = new ArrayList<>(value.size());
    for (JsonNode element : value) {
      elements.add(of(element, at(name) + "[" + elements.size() + "]"));
    }
    return List.copyOf(elements);
  }

  /** A field's place in the document. */
  public String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private @Nullable JsonNode present(String name) {
    return node.get(name);
  }

  /** A complaint about this object. */
  public static MalformedDocumentException malformed(String phrase) {
    return new MalformedDocumentException(phrase, null);
  }
}
