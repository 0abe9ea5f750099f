package dev.selfsame.deploy.kubernetes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Manifests as YAML, one document an object. */
final class ManifestsYaml {
  private ManifestsYaml() {}

  /**
   * The file's text. Fields have the model's fixed order, maps are sorted, and every string is
   * quoted: {@code no}, {@code 1e3} and {@code 0755} stay the strings that they are, whichever YAML
   * version the reader follows.
   */
  static String of(List<HasMetadata> objects) {
    ObjectMapper yaml =
        YAMLMapper.builder()
            .enable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    StringBuilder text = new StringBuilder();
    try {
      for (HasMetadata object : objects) {
        text.append(yaml.writeValueAsString(object));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
