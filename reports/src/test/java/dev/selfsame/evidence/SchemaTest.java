package dev.selfsame.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.selfsame.view.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The published schemas. Where a record changed, {@code mvn -pl reports -am test
 * -Dselfsame.schemas=write -Dtest=SchemaTest} writes them anew.
 */
class SchemaTest {
  private static final Path MODULE = Path.of(System.getProperty("selfsame.basedir", "."));
  private static final Path SOURCES = MODULE.resolve("src/main/java/dev/selfsame/evidence");
  private static final Path PUBLISHED = MODULE.resolve("src/main/resources/dev/selfsame/evidence");

  /** Where fields are names that the document gives: none is required, and none is too many. */
  private static final List<String> NAMES =
      List.of(
          "/categories",
          "/remainingCategories",
          "/facts",
          "/host",
          "/runs/outputs",
          "/profileOverrides",
          "/environment",
          "/paths");

  /** What the samples have and other documents leave out. */
  private static final Set<String> OPTIONAL =
      Set.of(
          "/source/repository",
          "/recipe/cargoPackage",
          "/prepareLogDigest",
          "/build/source/repository",
          "/build/recipe/cargoPackage",
          "/build/prepareLogDigest",
          "/experiment",
          "/experiment/source",
          "/experiment/source/repository",
          "/experiment/rungs/alone",
          "/experiment/rungs/recipe/cargoPackage",
          "/pairs/known",
          "/entries/a",
          "/entries/a/sha256",
          "/entries/b",
          "/entries/b/sha256");

  /** What is written as null where it is not known. */
  private static final Set<String> NULLABLE =
      Set.of(
          "/causes/bytes",
          "/causes/differing",
          "/guesses/bytes",
          "/comparison/causes/bytes",
          "/comparison/causes/differing",
          "/comparison/guesses/bytes");

  /**
   * A record of which one component is left unsaid.
   *
   * @param said what it is
   */
  private record Half(String said, String unsaid) {}

  private record Document(String id, Class<? extends Record> type, Record sample) {
    Path file() {
      return PUBLISHED.resolve(
          id.substring("selfsame.".length()).replaceFirst("/\\d+", "") + ".schema.json");
    }
  }

  static List<Document> documents() {
    return List.of(
        new Document(BinaryFacts.SCHEMA, BinaryFacts.class, Samples.comparison().a()),
        new Document(BuildRecord.SCHEMA, BuildRecord.class, Samples.journey("agent").build()),
        new Document(Comparison.SCHEMA, Comparison.class, Samples.unexplained()),
        new Document(Comparison.SCHEMA, Comparison.class, Samples.rebuilt()),
        new Document(ComparisonMatrix.SCHEMA, ComparisonMatrix.class, Samples.matrix()),
        new Document(TreeComparison.SCHEMA, TreeComparison.class, Samples.trees()),
        new Document(JourneyReport.SCHEMA, JourneyReport.class, Samples.journey("agent")));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void the_published_schema_is_the_records(Document document) throws IOException {
    ObjectNode schema = DocumentSchema.of(document.type(), document.id(), new RecordDocs(SOURCES));
    String text = new String(Json.write(schema), StandardCharsets.UTF_8);
    if ("write".equals(System.getProperty("selfsame.schemas"))) {
      Files.createDirectories(PUBLISHED);
      Files.writeString(document.file(), text);
    }
    assertEquals(Files.readString(document.file()), text);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void a_real_document_is_valid_and_a_changed_one_is_not(Document document) throws IOException {
    JsonNode schema = Json.tree(Files.readAllBytes(document.file()));
    var validator =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
    ObjectNode real = (ObjectNode) Json.tree(Json.write(document.sample()));

    assertEquals(Set.of(), validator.validate(real));
    change(real, "", () -> !validator.validate(real).isEmpty(), new HashSet<>());
  }

  /** Adds a field, takes each away and makes it null; once for every place of the document. */
  private static void change(
      JsonNode value, String place, BooleanSupplier refused, Set<String> done) {
    boolean names = NAMES.stream().anyMatch(place::endsWith);
    if (value instanceof ObjectNode object) {
      if (!names && done.add(place + "/")) {
        object.put("surplus", 1);
        assertTrue(refused, place + " may have more");
        object.remove("surplus");
      }
      for (String field : object.properties().stream().map(Map.Entry::getKey).toList()) {
        JsonNode of = object.get(field);
        String inner = place + "/" + (names ? "*" : field);
        if (!names && done.add(inner)) {
          object.remove(field);
          assertEquals(!OPTIONAL.contains(inner), refused.getAsBoolean(), inner + " is absent");
          object.putNull(field);
          assertEquals(!NULLABLE.contains(inner), refused.getAsBoolean(), inner + " is null");
          object.set(field, of);
        }
        change(of, inner, refused, done);
      }
    }
    if (value instanceof ArrayNode array) {
      array.forEach(one -> change(one, place, refused, done));
    }
  }

  @Test
  void every_field_says_what_it_is() throws IOException {
    try (Stream<Path> files = Files.list(PUBLISHED)) {
      for (Path file : files.toList()) {
        JsonNode schema = Json.tree(Files.readAllBytes(file));
        for (JsonNode properties : schema.findValues("properties")) {
          for (Map.Entry<String, JsonNode> property : properties.properties()) {
            String said = property.getValue().path("description").asText();
            boolean itself = property.getValue().has("const");
            assertTrue(itself || !said.isBlank(), () -> "%s: %s".formatted(file, property));
            // The others leave out what is not known.
            boolean nullable = property.getValue().path("type").isArray();
            assertEquals(nullable, said.contains("null"), () -> "%s: %s".formatted(file, property));
          }
        }
        for (JsonNode said : schema.findValues("description")) {
          // A star would be Javadoc's own, left over.
          assertFalse(said.asText().contains("*"), () -> "%s: %s".formatted(file, said));
        }
      }
    }
  }

  @Test
  void a_field_that_nothing_is_said_of_is_refused() {
    RecordDocs.Doc half =
        new RecordDocs(MODULE.resolve("src/test/java/dev/selfsame/evidence")).of(Half.class);

    assertEquals("A record of which one component is left unsaid.", half.description());
    assertEquals("what it is", half.of("said"));
    assertThrows(IllegalStateException.class, () -> half.of("unsaid"));
  }
}
