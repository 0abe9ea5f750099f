package dev.selfsame.attest.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.evidence.MalformedDocumentException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Reads bytes to a tree and writes a tree to bytes; equal trees give equal bytes. */
public final class StrictJson {
  private static final int MAX_DEPTH = 64;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(64 << 20)
                  .build())
          .build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private StrictJson() {}

  /**
   * Reads one JSON value.
   *
   * @throws MalformedDocumentException where the bytes are not UTF-8, not JSON, have a duplicate
   *     key or anything but white space after the value
   */
  public static JsonNode parse(byte[] utf8) {
    try (JsonParser parser = FACTORY.createParser(decode(utf8))) {
      if (parser.nextToken() == null) {
        throw new MalformedDocumentException("empty where JSON is expected", null);
      }
      JsonNode value = value(parser);
      if (parser.nextToken() != null) {
        throw new MalformedDocumentException("data after the end of the JSON value", null);
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new MalformedDocumentException(phrase(e), e);
    } catch (NumberFormatException e) {
      // Jackson lets it through: 1e4440000000 is JSON, and no BigDecimal.
      throw new MalformedDocumentException("a number beyond what can be read", e);
    } catch (IOException e) {
      throw new MalformedDocumentException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Reads one JSON object, seen through {@link Fields}. */
  public static Fields object(byte[] utf8) {
    return Fields.of(parse(utf8), "");
  }

  /** The tree on one line, without a newline. */
  public static byte[] compact(JsonNode tree) {
    return write(tree, false).getBytes(StandardCharsets.UTF_8);
  }

  /** The tree indented by two spaces, with a final newline. */
  public static byte[] indented(JsonNode tree) {
    return (write(tree, true) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** A new, empty object. */
  public static ObjectNode newObject() {
    return NODES.objectNode();
  }

  /** Jackson alone would guess UTF-16 and UTF-32 from the first bytes. */
  private static String decode(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(utf8))
          .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedDocumentException("not UTF-8", e);
    }
  }

  private static JsonNode value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          object.set(name, value(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        ArrayNode array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(parser));
        }
        yield array;
      }
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? NODES.numberNode(parser.getBigIntegerValue())
              : NODES.numberNode(parser.getLongValue());
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw new MalformedDocumentException("not a JSON value", null);
    };
  }

  private static String write(JsonNode tree, boolean indented) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(text)) {
      if (indented) {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        out.setPrettyPrinter(
            new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter));
      }
      write(tree, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonNode node, JsonGenerator out) throws IOException {
    switch (node.getNodeType()) {
      case OBJECT -> {
        out.writeStartObject();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
          out.writeFieldName(field.getKey());
          write(field.getValue(), out);
        }
        out.writeEndObject();
      }
      case ARRAY -> {
        out.writeStartArray();
        for (JsonNode element : node) {
          write(element, out);
        }
        out.writeEndArray();
      }
      case STRING -> out.writeString(node.textValue());
      case BOOLEAN -> out.writeBoolean(node.booleanValue());
      case NULL -> out.writeNull();
      case NUMBER -> out.writeNumber(node.asText());
      default -> throw new IllegalArgumentException("no JSON value: " + node.getNodeType());
    }
  }

  private static String phrase(JsonProcessingException e) {
    var at = e.getLocation();
    String what = e.getOriginalMessage().lines().findFirst().orElse("not JSON");
    return at == null || at.getLineNr() < 1
        ? what
        : "line %d, column %d: %s".formatted(at.getLineNr(), at.getColumnNr(), what);
  }
}
