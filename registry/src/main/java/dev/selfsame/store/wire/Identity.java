package dev.selfsame.store.wire;

import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.store.Registry;

/**
 * Which registry a server serves: {@code {"schema":"selfsame.registry/1","name":"r-…"}}.
 *
 * @param name the registry's lasting name
 */
public record Identity(String name) {
  private static final String SCHEMA = "selfsame.registry/1";

  public byte[] json() {
    return StrictJson.compact(StrictJson.newObject().put("schema", SCHEMA).put("name", name));
  }

  /**
   * Reads it.
   *
   * @throws dev.selfsame.evidence.MalformedDocumentException where it is not of the form
   */
  public static Identity parse(byte[] json) {
    Fields root = StrictJson.object(json);
    if (!root.text("schema").equals(SCHEMA)) {
      throw Fields.malformed("its schema is not " + SCHEMA);
    }
    String name = root.text("name");
    if (!Registry.isName(name)) {
      throw Fields.malformed("its name is none: " + name);
    }
    return new Identity(name);
  }
}
