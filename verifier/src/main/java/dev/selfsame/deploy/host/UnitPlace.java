package dev.selfsame.deploy.host;

import static java.util.Objects.requireNonNull;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Where a unit and its releases are.
 *
 * @param name with {@code .service}
 * @param root folder of its releases, absolute
 * @param units folder of the administrator's unit files
 */
public record UnitPlace(String name, Path root, Path units) {
  public UnitPlace {
    requireNonNull(root);
    requireNonNull(units);
    if (!name.endsWith(".service") || name.indexOf('/') >= 0) {
      throw new IllegalArgumentException("not a service's name: " + name);
    }
  }

  /**
   * The usual places: {@code /opt/selfsame/UNIT} and {@code /etc/systemd/system}.
   *
   * @param unit name without {@code .service}
   */
  public static UnitPlace usual(String unit) {
    return new UnitPlace(
        unit + ".service", Path.of("/opt/selfsame", unit), Path.of("/etc/systemd/system"));
  }

  Path file() {
    return units.resolve(name);
  }

  /** Whether the unit's file is there and was written by Selfsame. */
  boolean isOwn() throws IOException {
    return Files.isRegularFile(file(), LinkOption.NOFOLLOW_LINKS)
        && Files.readString(file(), StandardCharsets.UTF_8).startsWith(UnitText.MARK + "\n");
  }

  /**
   * Refuses a unit of somebody else's.
   *
   * @throws Failure (usage) where there is one of this name, or units cannot be written
   */
  void requireOwn(Systemctl.State state) throws IOException {
    if (!isOwn() && (Files.exists(file(), LinkOption.NOFOLLOW_LINKS) || !state.isAbsent())) {
      throw Failure.usage(
          "%s is there, and was not written by selfsame".formatted(name),
          "take another name, or remove that unit first");
    }
    if (!Files.isWritable(units)) {
      throw Failure.usage(
          "cannot write units to " + units, "run it as root: a systemd: target needs that");
    }
  }
}
