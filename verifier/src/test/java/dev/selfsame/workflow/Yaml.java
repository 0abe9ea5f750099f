package dev.selfsame.workflow;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** YAML files, read strictly. */
final class Yaml {
  private Yaml() {}

  static JsonNode read(Path file) throws IOException {
    YAMLMapper mapper =
        YAMLMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    return mapper.readTree(file.toFile());
  }

  static void requireKnown(JsonNode table, Set<String> known, String what) {
    List<String> unknown = new ArrayList<>(names(table));
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("%s has unknown keys: %s".formatted(what, unknown));
    }
  }

  static List<String> names(JsonNode table) {
    List<String> names = new ArrayList<>();
    table.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
