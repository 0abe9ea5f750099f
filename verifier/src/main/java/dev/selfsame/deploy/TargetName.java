package dev.selfsame.deploy;

import static java.util.Objects.requireNonNull;

import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/** Where something is deployed to. */
public sealed interface TargetName {
  /** As it was written. */
  String text();

  /** As deployment records name it: the same for every way in which it is written. */
  default String recorded() {
    return switch (this) {
      case Container one -> one.engine().word() + ":" + one.name();
      case InContainer one -> "%s:%s:%s".formatted(one.engine().word(), one.name(), one.path());
      case Folder one -> "dir:" + one.path();
      case Unit one -> "systemd:" + one.unit();
      case Manifests one -> "kubernetes:" + one.file();
    };
  }

  /** An engine that speaks Docker's API. */
  enum Engine {
    DOCKER,
    PODMAN;

    /** What a target's name begins with. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A container of the promotion's own image.
   *
   * @param name its name
   */
  record Container(String text, Engine engine, String name) implements TargetName {
    public Container {
      requireNonNull(text);
      requireNonNull(engine);
      requireNonNull(name);
    }
  }

  /**
   * A place in a container that is there already.
   *
   * @param name the container's name
   * @param path of the program, absolute, within the container
   */
  record InContainer(String text, Engine engine, String name, String path) implements TargetName {
    public InContainer {
      requireNonNull(text);
      requireNonNull(engine);
      requireNonNull(name);
      requireNonNull(path);
    }
  }

  /**
   * A folder of this machine, and a process started from it.
   *
   * @param path absolute
   */
  record Folder(String text, Path path) implements TargetName {
    public Folder {
      requireNonNull(text);
      requireNonNull(path);
    }
  }

  /**
   * A systemd unit of this machine.
   *
   * @param unit its name without {@code .service}
   */
  record Unit(String text, String unit) implements TargetName {
    public Unit {
      requireNonNull(text);
      requireNonNull(unit);
    }
  }

  /**
   * Kubernetes manifests.
   *
   * @param file where they are written, absolute
   */
  record Manifests(String text, Path file) implements TargetName {
    public Manifests {
      requireNonNull(text);
      requireNonNull(file);
    }
  }

  /** Docker's own form of a container's name, without a trailing {@code .selfsame-…}. */
  Pattern CONTAINER = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}");

  /** At least a folder and a name, no {@code .} and no {@code ..}. */
  Pattern INSIDE = Pattern.compile("(?:/(?!\\.{1,2}(?:/|$))[^/\\p{Cntrl}]{1,200}){1,32}");

  /** What systemd takes, less what would have to be escaped. */
  Pattern UNIT = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}");

  /**
   * Reads {@code docker:NAME}, {@code podman:NAME}, either with {@code :/PATH} after it, {@code
   * dir:PATH}, {@code systemd:UNIT} or {@code kubernetes:FILE}.
   *
   * @param workFolder what a relative path is relative to
   * @throws Failure (usage) for any other form
   */
  static TargetName parse(String text, Path workFolder) {
    int colon = text.indexOf(':');
    String scheme = colon < 0 ? text : text.substring(0, colon);
    String rest = colon < 0 ? "" : text.substring(colon + 1);
    return switch (scheme) {
      case "docker" -> inEngine(text, Engine.DOCKER, rest);
      case "podman" -> inEngine(text, Engine.PODMAN, rest);
      case "dir" -> new Folder(text, path(text, workFolder, rest));
      case "kubernetes" -> new Manifests(text, path(text, workFolder, rest));
      case "systemd" -> {
        String unit = rest.endsWith(".service") ? rest.substring(0, rest.length() - 8) : rest;
        yield new Unit(text, matching(text, UNIT, unit));
      }
      default -> throw unknown(text);
    };
  }

  private static TargetName inEngine(String text, Engine engine, String rest) {
    int slash = rest.indexOf(":/");
    return slash < 0
        ? new Container(text, engine, matching(text, CONTAINER, rest))
        : new InContainer(
            text,
            engine,
            matching(text, CONTAINER, rest.substring(0, slash)),
            matching(text, INSIDE, rest.substring(slash + 1)));
  }

  private static String matching(String text, Pattern form, String part) {
    if (!form.matcher(part).matches()) {
      throw unknown(text);
    }
    return part;
  }

  private static Path path(String text, Path workFolder, String rest) {
    if (rest.isEmpty() || rest.indexOf('\0') >= 0) {
      throw unknown(text);
    }
    return workFolder.resolve(rest).toAbsolutePath().normalize();
  }

  private static Failure unknown(String text) {
    return Failure.usage(
        "not a target: " + text,
        "write docker:NAME, podman:NAME, docker:NAME:/path, dir:PATH, systemd:UNIT or"
            + " kubernetes:FILE");
  }
}
