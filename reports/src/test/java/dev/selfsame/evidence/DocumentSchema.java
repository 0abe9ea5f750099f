package dev.selfsame.evidence;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.digest.Digest;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The JSON Schema of a document, made from its record: types from the components, words from the
 * Javadoc, so that what is published cannot drift from what is written.
 */
final class DocumentSchema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final RecordDocs docs;
  private final Map<String, ObjectNode> definitions = new TreeMap<>();

  private DocumentSchema(RecordDocs docs) {
    this.docs = docs;
  }

  /** The schema of this document. */
  static ObjectNode of(Class<? extends Record> document, String id, RecordDocs docs) {
    DocumentSchema schema = new DocumentSchema(docs);
    ObjectNode root = JSON.objectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", id);
    root.setAll(schema.record(document));
    ObjectNode defs = root.putObject("$defs");
    defs.setAll(schema.definitions);
    return root;
  }

  private ObjectNode record(Class<?> type) {
    RecordDocs.Doc doc = docs.of(type);
    ObjectNode schema = JSON.objectNode();
    schema.put("description", doc.description());
    schema.put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    for (RecordComponent component : type.getRecordComponents()) {
      ObjectNode property = value(component.getGenericType());
      property.put("description", doc.of(component.getName()));
      String name = name(component);
      if (name.equals("schema")) {
        property.removeAll().put("const", id(type));
      }
      properties.set(name, property);
      boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      if (nullable && isAlwaysWritten(component)) {
        String known = property.path("type").asText();
        property.putArray("type").add(known).add("null");
      }
      if (!nullable || isAlwaysWritten(component)) {
        required.add(name);
      }
    }
    schema.put("additionalProperties", false);
    return schema;
  }

  private static String id(Class<?> document) {
    try {
      return (String) document.getField("SCHEMA").get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no SCHEMA: " + document, e);
    }
  }

  private static String name(RecordComponent component) {
    JsonProperty other = component.getAccessor().getAnnotation(JsonProperty.class);
    return other == null ? component.getName() : other.value();
  }

  /** Whether what is not known is written as null, and not left out. */
  private static boolean isAlwaysWritten(RecordComponent component) {
    JsonInclude written = component.getAccessor().getAnnotation(JsonInclude.class);
    return written != null && written.value() == JsonInclude.Include.ALWAYS;
  }

  private ObjectNode value(Type type) {
    if (type instanceof ParameterizedType generic) {
      return container(generic);
    } else if (type == String.class) {
      return scalar("string");
    } else if (type == long.class || type == int.class || isBoxed(type)) {
      return scalar("integer");
    } else if (type == double.class) {
      return scalar("number");
    } else if (type == boolean.class) {
      return scalar("boolean");
    } else if (type == Digest.class) {
      return scalar("string").put("pattern", "^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$");
    } else if (type == Instant.class) {
      return scalar("string").put("format", "date-time");
    }
    return reference((Class<?>) type);
  }

  private static boolean isBoxed(Type type) {
    return type == Long.class || type == Integer.class;
  }

  private static ObjectNode scalar(String type) {
    return JSON.objectNode().put("type", type);
  }

  private ObjectNode container(ParameterizedType type) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == List.class) {
      ObjectNode array = scalar("array");
      array.set("items", value(arguments[0]));
      return array;
    }
    ObjectNode map = scalar("object");
    if (arguments[0] != String.class) {
      map.set("propertyNames", value(arguments[0]));
    }
    map.set("additionalProperties", value(arguments[1]));
    return map;
  }

  private ObjectNode reference(Class<?> type) {
    // Two nested types may have one simple name.
    String name = type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
    if (!definitions.containsKey(name)) {
      definitions.put(name, JSON.objectNode());
      definitions.put(name, definition(type));
    }
    return JSON.objectNode().put("$ref", "#/$defs/" + name);
  }

  private ObjectNode definition(Class<?> type) {
    if (type.isEnum()) {
      return words(type);
    } else if (type.isRecord()) {
      return record(type);
    }
    ObjectNode oneOf = JSON.objectNode().put("description", docs.of(type).description());
    ArrayNode cases = oneOf.putArray("oneOf");
    for (JsonSubTypes.Type known : type.getAnnotation(JsonSubTypes.class).value()) {
      ObjectNode of = record(known.value());
      ObjectNode word = JSON.objectNode().put("const", known.name());
      ((ObjectNode) of.get("properties")).set("word", word);
      ((ArrayNode) of.get("required")).insert(0, "word");
      cases.add(of);
    }
    return oneOf;
  }

  private ObjectNode words(Class<?> type) {
    ObjectNode schema = scalar("string").put("description", docs.of(type).description());
    ArrayNode words = schema.putArray("enum");
    Arrays.stream(type.getFields())
        .filter(java.lang.reflect.Field::isEnumConstant)
        .map(constant -> constant.getAnnotation(JsonProperty.class).value())
        .forEach(words::add);
    return schema;
  }
}
