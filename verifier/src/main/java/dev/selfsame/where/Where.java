package dev.selfsame.where;

import static java.util.Objects.requireNonNull;

import dev.selfsame.outcome.Failure;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Where a file is. A local file whose name begins with {@code docker:} or {@code oci:} is written
 * {@code ./docker:…}.
 */
public sealed interface Where {

  /** As it was written. */
  String text();

  /** A path on this machine. */
  record Local(String text, Path path) implements Where {
    public Local {
      requireNonNull(text);
      requireNonNull(path);
    }
  }

  /**
   * A file in a container of a Docker engine.
   *
   * @param container name or id
   * @param path absolute, within the container
   */
  record Container(String text, String container, String path) implements Where {}

  /**
   * A file in a registry.
   *
   * @param reference registry and repository with a tag or a digest
   * @param path absolute, within the image; empty for the one layer of an artifact
   */
  record Oci(String text, String reference, String path) implements Where {}

  /**
   * Reads {@code PATH}, {@code docker:CONTAINER:/PATH}, {@code oci:REFERENCE} or {@code
   * oci:REFERENCE!/PATH}.
   *
   * @throws Failure (usage) for a form that begins like one of these and is none
   */
  static Where parse(String text) {
    if (text.startsWith("docker:")) {
      String rest = text.substring("docker:".length());
      int colon = rest.indexOf(":/");
      if (colon < 1 || rest.length() < colon + 3) {
        throw Failure.usage(
            "not a place in a container: " + text, "write docker:CONTAINER:/path/to/file");
      }
      return new Container(text, rest.substring(0, colon), rest.substring(colon + 1));
    } else if (text.startsWith("oci:")) {
      String rest = text.substring("oci:".length());
      int mark = rest.indexOf('!');
      String path = mark < 0 ? "" : rest.substring(mark + 1);
      if (rest.isEmpty()
          || mark == 0
          || (mark > 0 && (path.length() < 2 || path.charAt(0) != '/'))) {
        throw Failure.usage(
            "not a place in a registry: " + text,
            "write oci:REGISTRY/REPOSITORY:TAG, or with !/path/to/file for a file of an image");
      }
      return new Oci(text, mark < 0 ? rest : rest.substring(0, mark), path);
    }
    try {
      return new Local(text, Path.of(text));
    } catch (InvalidPathException e) {
      throw Failure.usage("not a path: " + text, "check the path");
    }
  }
}
