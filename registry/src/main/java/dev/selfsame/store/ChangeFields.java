package dev.selfsame.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.digest.Digest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A change as fields of a {@link ChainedLine}, the same in every log. */
public final class ChangeFields {
  private ChangeFields() {}

  /** Adds the fields of a change to a line. */
  public static void write(ObjectNode line, Change change) {
    line.put("repository", change.repository().value());
    switch (change) {
      case Change.Link(RepositoryName _, Digest blob) ->
          line.put("do", "link").put("blob", blob.toString());
      case Change.Unlink(RepositoryName _, Digest blob) ->
          line.put("do", "unlink").put("blob", blob.toString());
      case Change.DeleteManifest(RepositoryName _, Digest manifest) ->
          line.put("do", "delete").put("manifest", manifest.toString());
      case Change.DeleteTag(RepositoryName _, TagName tag) ->
          line.put("do", "untag").put("tag", tag.value());
      case Change.Put(RepositoryName _, StoredManifest manifest, List<TagName> tags) -> {
        line.put("do", "put").put("manifest", manifest.digest().toString());
        line.put("mediaType", manifest.mediaType());
        if (manifest.subject() != null) {
          line.put("subject", manifest.subject().toString());
        }
        if (manifest.artifactType() != null) {
          line.put("artifactType", manifest.artifactType());
        }
        line.put("descriptor", manifest.descriptor());
        line.put("bytes", Base64.getEncoder().encodeToString(manifest.bytes()));
        tags.forEach(tag -> line.withArray("tags").add(tag.value()));
      }
    }
  }

  /**
   * The change whose fields a line has.
   *
   * @throws IllegalArgumentException where it has none, with why
   */
  public static Change read(JsonNode line) {
    RepositoryName repository = new RepositoryName(line.path("repository").asText());
    return switch (line.path("do").asText()) {
      case "link" -> new Change.Link(repository, digest(line, "blob"));
      case "unlink" -> new Change.Unlink(repository, digest(line, "blob"));
      case "delete" -> new Change.DeleteManifest(repository, digest(line, "manifest"));
      case "untag" -> new Change.DeleteTag(repository, new TagName(line.path("tag").asText()));
      case "put" -> put(repository, line);
      default -> throw new IllegalArgumentException("it does nothing that is known");
    };
  }

  private static Change put(RepositoryName repository, JsonNode line) {
    List<TagName> tags = new ArrayList<>();
    line.path("tags").forEach(tag -> tags.add(new TagName(tag.asText())));
    return new Change.Put(
        repository,
        new StoredManifest(
            digest(line, "manifest"),
            line.path("mediaType").asText(),
            Base64.getDecoder().decode(line.path("bytes").asText()),
            line.has("subject") ? digest(line, "subject") : null,
            line.has("artifactType") ? line.path("artifactType").asText() : null,
            line.path("descriptor").asText()),
        tags);
  }

  private static Digest digest(JsonNode line, String field) {
    return Digest.parse(line.path(field).asText());
  }
}
