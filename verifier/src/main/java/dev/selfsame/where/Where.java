package dev.selfsame.where;

import static java.util.Objects.requireNonNull;

import dev.selfsame.outcome.Failure;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a file is. A local file whose name begins with {@code docker:}, {@code podman:}, {@code
 * pid:} or {@code oci:}, or is {@code -}, is written with {@code ./} before it.
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

  /** What runs containers. */
  enum Engine {
    DOCKER("docker", "Docker"),
    PODMAN("podman", "Podman");

    private final String word;
    private final String title;

    Engine(String word, String title) {
      this.word = word;
      this.title = title;
    }

    /** The name of its program, and what a place begins with. */
    public String word() {
      return word;
    }

    /** Its name in a sentence. */
    public String title() {
      return title;
    }
  }

  /**
   * A file in a container.
   *
   * @param container name or id
   * @param path absolute, within the container; empty for the program of its main process
   */
  record Container(String text, Engine engine, String container, String path) implements Where {}

  /**
   * The program of a process of this machine.
   *
   * @param pid its number, 1 or more
   */
  record Pid(String text, long pid) implements Where {}

  /**
   * A file in a registry.
   *
   * @param reference registry and repository with a tag or a digest
   * @param path absolute, within the image; empty for the one layer of an artifact
   */
  record Oci(String text, String reference, String path) implements Where {}

  /** What is written to this process's standard input. */
  record Input(String text) implements Where {}

  /**
   * Reads {@code PATH}, {@code docker:CONTAINER}, {@code docker:CONTAINER:/PATH} and the same with
   * {@code podman:}, {@code pid:N}, {@code oci:REFERENCE}, {@code oci:REFERENCE!/PATH} or {@code
   * -}.
   *
   * @throws Failure (usage) for a form that begins like one of these and is none
   */
  static Where parse(String text) {
    if (text.equals("-")) {
      return new Input(text);
    }
    int colon = text.indexOf(':');
    String rest = text.substring(colon + 1);
    return switch (text.substring(0, Math.max(0, colon))) {
      case "docker" -> container(text, Engine.DOCKER, rest);
      case "podman" -> container(text, Engine.PODMAN, rest);
      case "pid" -> process(text, rest);
      case "oci" -> oci(text, rest);
      default -> local(text);
    };
  }

  private static Where container(String text, Engine engine, String rest) {
    int colon = rest.indexOf(':');
    String name = colon < 0 ? rest : rest.substring(0, colon);
    Optional<String> path = colon < 0 ? Optional.empty() : Optional.of(rest.substring(colon + 1));
    // What Docker and Podman accept, so that no name becomes part of a request's path.
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")
        || path.filter(each -> each.length() < 2 || each.charAt(0) != '/').isPresent()) {
      throw Failure.usage(
          "not a place in a container: " + text,
          "write %1$s:CONTAINER:/path/to/file, or %1$s:CONTAINER for its main process"
              .formatted(engine.word()));
    }
    return new Container(text, engine, name, path.orElse(""));
  }

  private static Where process(String text, String rest) {
    if (!rest.matches("[1-9][0-9]{0,9}")) {
      throw Failure.usage("not a process: " + text, "write pid:N, such as pid:1234");
    }
    return new Pid(text, Long.parseLong(rest));
  }

  private static Where oci(String text, String rest) {
    int mark = rest.indexOf('!');
    String path = mark < 0 ? "" : rest.substring(mark + 1);
    if (rest.isEmpty() || mark == 0 || (mark > 0 && (path.length() < 2 || path.charAt(0) != '/'))) {
      throw Failure.usage(
          "not a place in a registry: " + text,
          "write oci:REGISTRY/REPOSITORY:TAG, or with !/path/to/file for a file of an image");
    }
    return new Oci(text, mark < 0 ? rest : rest.substring(0, mark), path);
  }

  private static Where local(String text) {
    try {
      return new Local(text, Path.of(text));
    } catch (InvalidPathException e) {
      throw Failure.usage("not a path: " + text, "check the path");
    }
  }
}
