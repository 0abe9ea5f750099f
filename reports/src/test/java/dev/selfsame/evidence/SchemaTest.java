package dev.selfsame.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.selfsame.view.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    for (String field : List.copyOf(real.properties().stream().map(f -> f.getKey()).toList())) {
      ObjectNode without = real.deepCopy();
      without.remove(field);
      Set<ValidationMessage> said = validator.validate(without);
      assertFalse(said.isEmpty(), field + " may be absent");
    }
    assertFalse(validator.validate(real.deepCopy().put("surplus", 1)).isEmpty());
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
