package dev.selfsame.access;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The API tokens of a server: a JSON file that its owner alone can read.
 *
 * @param tokens by the time when they were made
 */
public record ApiTokens(List<ApiToken> tokens) {
  private static final int SCHEMA = 1;

  public ApiTokens {
    tokens = List.copyOf(tokens);
  }

  /**
   * Reads the file; no tokens where there is none.
   *
   * @throws Failure exit 2 where it is malformed; exit 3 where it cannot be read
   */
  public static ApiTokens read(Path file) {
    if (!Files.exists(file)) {
      return new ApiTokens(List.of());
    }
    try {
      return parse(Files.readAllBytes(file));
    } catch (MalformedDocumentException | IllegalArgumentException e) {
      throw Failure.usage(
          "the token file %s is malformed: %s".formatted(file, e.getMessage()),
          "restore it from a copy, or delete it and make the tokens again");
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read the token file %s: %s".formatted(file, e.getMessage()),
          "check its permissions",
          e);
    }
  }

  /**
   * Changes the file, whole. Changes that others make at the same time wait.
   *
   * @throws Failure exit 3 where it cannot be written; then it is as it was
   */
  public static ApiTokens change(Path file, UnaryOperator<ApiTokens> change) {
    Path lock = file.resolveSibling(file.getFileName() + ".lock");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        var _ = channel.lock();
        ApiTokens changed = change.apply(read(file));
        AtomicFile.writePrivate(file, changed.json());
        return changed;
      }
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot write the token file %s: %s".formatted(file, e.getMessage()),
          "check free space and permissions",
          e);
    }
  }

  private static ApiTokens parse(byte[] json) {
    Fields document = StrictJson.object(json).only("schema", "tokens");
    if (document.integer("schema") != SCHEMA) {
      throw Fields.malformed("schema is not " + SCHEMA);
    }
    List<ApiToken> tokens = new ArrayList<>();
    for (Fields token : document.objects("tokens")) {
      token.only("id", "user", "secret", "within", "created", "expires", "note");
      List<Grant> grants = new ArrayList<>();
      for (Fields grant : token.objects("within")) {
        grant.only("repositories", "permissions");
        grants.add(
            new Grant(
                new RepositoryPattern(grant.text("repositories")),
                permissions(grant.text("permissions"))));
      }
      tokens.add(
          new ApiToken(
              token.text("id"),
              token.text("user"),
              token.sha256("secret"),
              grants,
              token.time("created"),
              token.time("expires"),
              token.optionalText("note").orElse("")));
    }
    return new ApiTokens(tokens);
  }

  /**
   * Reads words such as {@code pull,push}.
   *
   * @throws IllegalArgumentException where one is no permission
   */
  public static Set<Permission> permissions(String words) {
    Set<Permission> all = new TreeSet<>();
    for (String word : words.split(",", -1)) {
      all.add(
          Permission.of(word.strip())
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "'%s' is none of pull, push, delete, promote, deploy, admin"
                          .formatted(word))));
    }
    return all;
  }

  private byte[] json() {
    ObjectNode document = StrictJson.newObject();
    document.put("schema", SCHEMA);
    ArrayNode list = document.putArray("tokens");
    for (ApiToken token : tokens) {
      ObjectNode node = list.addObject();
      node.put("id", token.id());
      node.put("user", token.user());
      node.put("secret", token.secret().hex());
      ArrayNode grants = node.putArray("within");
      for (Grant grant : token.within()) {
        grants
            .addObject()
            .put("repositories", grant.repositories().value())
            .put("permissions", words(grant.permissions()));
      }
      node.put("created", token.created().toString());
      node.put("expires", token.expires().toString());
      if (!token.note().isEmpty()) {
        node.put("note", token.note());
      }
    }
    return StrictJson.indented(document);
  }

  /** As {@link #permissions} reads them. */
  public static String words(Set<Permission> permissions) {
    return String.join(",", new TreeSet<>(permissions).stream().map(Permission::word).toList());
  }

  /** With one more. */
  public ApiTokens with(ApiToken token) {
    List<ApiToken> all = new ArrayList<>(tokens);
    all.add(token);
    return new ApiTokens(all);
  }

  /** Without this one. */
  public ApiTokens without(String id) {
    return new ApiTokens(tokens.stream().filter(token -> !token.id().equals(id)).toList());
  }

  /** Who comes with this text, if it is a token's that has not expired. */
  Optional<Caller> caller(String text, Instant now) {
    Optional<String> id = ApiToken.idIn(text);
    return tokens.stream()
        .filter(token -> id.isPresent() && token.id().equals(id.get()))
        .filter(token -> token.isText(text) && token.expires().isAfter(now))
        .map(ApiToken::caller)
        .findFirst();
  }
}
