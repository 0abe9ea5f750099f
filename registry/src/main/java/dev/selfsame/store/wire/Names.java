package dev.selfsame.store.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of names: {@code {"names":["a","b"],"more":false}}.
 *
 * @param names sorted
 * @param more whether others follow
 */
public record Names(List<String> names, boolean more) {
  public Names {
    names = List.copyOf(names);
  }

  public byte[] json() {
    ObjectNode root = StrictJson.newObject();
    names.forEach(root.putArray("names")::add);
    return StrictJson.compact(root.put("more", more));
  }

  /**
   * Reads it.
   *
   * @throws dev.selfsame.evidence.MalformedDocumentException where it is not of the form
   */
  public static Names parse(byte[] json) {
    Fields root = StrictJson.object(json);
    List<String> names = new ArrayList<>();
    for (JsonNode name : texts(root, "names")) {
      names.add(name.textValue());
    }
    return new Names(names, root.flag("more"));
  }

  /** A list of texts. */
  static Iterable<JsonNode> texts(Fields root, String field) {
    JsonNode list = root.any(field);
    if (!list.isArray()) {
      throw Fields.malformed(root.at(field) + " is not a list");
    }
    for (JsonNode each : list) {
      if (!each.isTextual()) {
        throw Fields.malformed(root.at(field) + " has what is no text");
      }
    }
    return list;
  }
}
