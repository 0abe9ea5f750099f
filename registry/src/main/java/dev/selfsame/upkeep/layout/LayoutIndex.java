package dev.selfsame.upkeep.layout;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.selfsame.digest.Digest;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code index.json}, read and written an entry at a time: a repository may have a million
 * manifests, and what an entry says beside its own fields is passed over.
 */
final class LayoutIndex {
  private static final String NAME = "index.json";

  /** An entry of ours has 200 to 300. */
  static final long MOST_BYTES = 512L << 20;

  private static final int LONGEST_TEXT = 1 << 20;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(64)
                  .maxStringLength(LONGEST_TEXT)
                  .build())
          .build();

  private LayoutIndex() {}

  /**
   * An entry.
   *
   * @param size in bytes; -1 where it does not say
   * @param artifactType of the manifest; null for none, and not read
   * @param name the tag, null for none
   */
  record Entry(
      String mediaType,
      Digest digest,
      long size,
      @Nullable String artifactType,
      @Nullable String name) {}

  /**
   * Writes an index.
   *
   * @param most bytes that it may have
   * @throws Failure exit 3 where it would have more than an import takes
   */
  static void write(Path folder, List<Entry> entries, long most) throws IOException {
    Path file = folder.resolve(NAME);
    AtomicFile.write(
        file,
        out -> {
          try (JsonGenerator json = JSON.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
            json.writeNumberField("schemaVersion", 2);
            json.writeStringField("mediaType", "application/vnd.oci.image.index.v1+json");
            json.writeArrayFieldStart("manifests");
            for (Entry entry : entries) {
              write(json, entry);
            }
            json.writeEndArray();
            json.writeEndObject();
          }
        });
    if (Files.size(file) > most) {
      throw Failure.undecided(
          "the layout's index would have more than %d bytes".formatted(most),
          "name tags, and export them one by one");
    }
  }

  private static void write(JsonGenerator json, Entry entry) throws IOException {
    json.writeStartObject();
    json.writeStringField("mediaType", entry.mediaType());
    json.writeStringField("digest", entry.digest().toString());
    json.writeNumberField("size", entry.size());
    if (entry.artifactType() != null) {
      json.writeStringField("artifactType", entry.artifactType());
    }
    if (entry.name() != null) {
      json.writeObjectFieldStart("annotations");
      json.writeStringField(LayoutFolder.REF_NAME, entry.name());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  /**
   * Reads an index.
   *
   * @throws Failure exit 4 where it is malformed; exit 3 where it cannot be read
   */
  static void read(Path folder, Consumer<Entry> entries) {
    Path file = folder.resolve(NAME);
    LayoutFolder.requireFile(file, NAME);
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      if (Files.size(file) > MOST_BYTES) {
        throw LayoutFolder.bad("%s has more than %d bytes".formatted(NAME, MOST_BYTES));
      }
      try (JsonParser json = JSON.createParser(new BufferedInputStream(in))) {
        index(json, entries);
      }
    } catch (JsonProcessingException e) {
      throw LayoutFolder.bad("%s is no JSON: %s".formatted(NAME, e.getOriginalMessage()));
    } catch (IOException e) {
      throw LayoutFolder.unreadable(NAME, e);
    }
  }

  private static void index(JsonParser json, Consumer<Entry> entries) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw LayoutFolder.bad(NAME + " is no JSON object");
    }
    boolean found = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean manifests = json.currentName().equals("manifests");
      JsonToken value = json.nextToken();
      if (manifests && value == JsonToken.START_ARRAY) {
        found = true;
        while (json.nextToken() != JsonToken.END_ARRAY) {
          entries.accept(entry(json));
        }
      } else {
        json.skipChildren();
      }
    }
    if (!found) {
      throw LayoutFolder.bad(NAME + " has no manifests");
    }
  }

  private static Entry entry(JsonParser json) throws IOException {
    String mediaType = "";
    String digest = "";
    long size = -1;
    @Nullable String name = null;
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw LayoutFolder.bad("an entry of %s is no object".formatted(NAME));
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      switch (field) {
        case "mediaType" -> mediaType = text(json);
        case "digest" -> digest = text(json);
        case "size" -> size = size(json, value);
        case "annotations" -> name = name(json);
        default -> json.skipChildren();
      }
    }
    return new Entry(mediaType, digest(digest), size, null, name);
  }

  private static @Nullable String name(JsonParser json) throws IOException {
    @Nullable String name = null;
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return null;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean ours = json.currentName().equals(LayoutFolder.REF_NAME);
      json.nextToken();
      if (ours) {
        name = text(json);
      } else {
        json.skipChildren();
      }
    }
    return name;
  }

  /** Empty for what is no text, which is then no tag, digest or media type either. */
  private static String text(JsonParser json) throws IOException {
    String text = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
    json.skipChildren();
    return text;
  }

  private static long size(JsonParser json, JsonToken value) throws IOException {
    if (value != JsonToken.VALUE_NUMBER_INT || json.getLongValue() < 0) {
      throw LayoutFolder.bad("an entry of %s has a size that is none".formatted(NAME));
    }
    return json.getLongValue();
  }

  private static Digest digest(String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw LayoutFolder.bad("an entry has no digest (sha256 or sha512, :, lower-case hex)");
    }
  }
}
